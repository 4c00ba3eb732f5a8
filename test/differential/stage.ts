import { HDNodeWallet, Interface, keccak256, Mnemonic, toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { ROLES } from "../../ignition/roles.ts";
import { connectAddresses, type Suite, type SuiteAddresses } from "../../sdk/connect.ts";
import { deploySuite } from "../../sdk/deploy.ts";
import {
  AccessManager__factory,
  AnchorRegistry__factory,
  InvestorRegistry__factory,
  SanctionsList__factory,
  SettlementDesk__factory,
  ShareToken__factory,
  TestDollar__factory,
  TransferRules__factory,
} from "../../typechain-types/index.ts";
import { FAR_FUTURE, STATE } from "../helpers/books.ts";
import { BatchedReader } from "./batched-reader.ts";
import { Relay, type Request, type Step } from "./relay.ts";

/** Who trades: a key, or a contract account whose owner has one. */
export interface Trader {
  readonly address: string;
  readonly key: Uint8Array;
  /** Address of the key. */
  readonly owner: string;
}

export interface Currency {
  readonly address: string;
  readonly engineUnit: bigint;
}

/** A chain with the whole suite, a few traders with money, and assets of which nothing is issued: where every world begins. */
export interface Stage {
  readonly suite: Suite;
  readonly addresses: SuiteAddresses;
  readonly chainId: bigint;
  readonly desk: string;
  readonly guard: string;
  readonly assets: readonly bigint[];
  readonly currencies: readonly Currency[];
  readonly traders: readonly Trader[];
  /** Somebody with a key whom the register does not know. */
  readonly stranger: Trader;
  /** The time of the last block of the stage. */
  readonly time: bigint;
  readonly relay: Relay;
  readonly request: Request;
}

const ASSETS = [101n, 102n, 103n];
const UNITS = [1n, 100n, 10_000n];
const PEOPLE = 7;
const CONTRACTS = 2;
const CAP = 1n << 40n;
const MUCH = 1n << 80n;
/** Grants of the powerful roles take two days. */
const THREE_DAYS = 3n * 86_400n;
const BLOCK_GAS = 400_000_000;
const STEP_GAS = 600_000;

const WALLET = new Interface(["function execute(address to, bytes data)"]);
const GUARD_ROLE = "setPriceGuard";

/** Deploys the stage; it takes some seconds, and all worlds share it. */
export async function deployStage(connection: NetworkConnection): Promise<Stage> {
  const { ethers, provider } = connection;
  const request: Request = (method, ...params) => provider.request({ method, params });
  const { addresses, deployer, chainId } = await deploySuite(connection);
  const at = (name: string) => addresses[name] ?? "";
  const relayContract = await ethers.deployContract("MockRelay");
  const guard = await (await ethers.deployContract("MockPriceBands")).getAddress();
  const relay = new Relay(await relayContract.getAddress(), deployer, request);

  const keys = Array.from({ length: PEOPLE + 2 }, (_, place) => accountOf(place + 1));
  const people = keys.slice(0, PEOPLE);
  const [stranger] = keys.slice(-1);
  if (stranger === undefined) throw new Error("there is a stranger");
  const wallets: Trader[] = [];
  for (const { key, owner } of people.slice(0, CONTRACTS)) {
    const wallet = await ethers.deployContract("MockSignatureWallet", [owner]);
    wallets.push({ address: await wallet.getAddress(), key, owner });
  }
  const currencies: Currency[] = [];
  for (const engineUnit of UNITS) {
    const token = await ethers.deployContract("TestDollar", [deployer]);
    currencies.push({ address: await token.getAddress(), engineUnit });
  }

  const manager = AccessManager__factory.createInterface();
  const grants = Object.values(ROLES).map((role) => manager.encodeFunctionData("grantRole", [role, relay.address, 0n]));
  for (const data of grants) await request("eth_sendTransaction", { from: deployer, to: at("AccessManager"), data });
  await request("evm_increaseTime", toBeHex(THREE_DAYS));
  await request("evm_mine");

  await request("evm_setBlockGasLimit", `0x${BLOCK_GAS.toString(16)}`);
  await request("evm_setAutomine", false);
  const step = (target: string, data: string): Step => ({ target, data, gas: STEP_GAS });
  const money = TestDollar__factory.createInterface();
  const desk = SettlementDesk__factory.createInterface();
  const shares = ShareToken__factory.createInterface();
  const everybody = [...people, ...wallets];
  const approval = money.encodeFunctionData("approve", [at("SettlementDesk"), MUCH]);
  const listing = ASSETS.flatMap((asset) => [
    step(at("AnchorRegistry"), anchoring(asset, at("ShareToken"))),
    step(at("ShareToken"), shares.encodeFunctionData("listAsset", [asset, anchorOf(asset), CAP, `ipfs://${asset}`])),
    step(at("ShareToken"), shares.encodeFunctionData("setAssetState", [asset, STATE.active])),
  ]);
  const funding = currencies.flatMap(({ address, engineUnit }) => [
    step(at("SettlementDesk"), desk.encodeFunctionData("allowCurrency", [address, engineUnit])),
    ...wallets.map((wallet) => step(wallet.address, WALLET.encodeFunctionData("execute", [address, approval]))),
  ]);
  const approvals = people.flatMap(({ address }) =>
    currencies.map((currency) => ({ from: address, to: currency.address, data: approval, gas: 100_000 })),
  );
  const mints = everybody.flatMap(({ address }) =>
    currencies.map((currency) => ({
      from: deployer,
      to: currency.address,
      data: money.encodeFunctionData("mint", [address, MUCH]),
      gas: 200_000,
    })),
  );
  const time = (await latestTime(request)) + 10n;
  const answers = await relay.run(
    [...listing, ...funding, step(at("SettlementDesk"), desk.encodeFunctionData(GUARD_ROLE, [guard]))],
    time,
    [...mints, ...approvals],
  );
  const failed = answers.find(({ succeeded }) => !succeeded);
  if (failed !== undefined) throw new Error(`the stage could not be set: ${failed.data}`);

  return {
    suite: connectAddresses(addresses, new BatchedReader(relay)),
    ...{ addresses, chainId, guard, currencies, stranger, time, relay, request },
    desk: at("SettlementDesk"),
    assets: ASSETS,
    traders: everybody,
  };
}

/** The interfaces of what a world calls. */
export const INTERFACES = {
  desk: SettlementDesk__factory.createInterface(),
  money: TestDollar__factory.createInterface(),
  registry: InvestorRegistry__factory.createInterface(),
  rules: TransferRules__factory.createInterface(),
  sanctions: SanctionsList__factory.createInterface(),
  shares: ShareToken__factory.createInterface(),
  wallet: WALLET,
  guard: new Interface([
    "function setBand(uint256 id, address currency, (uint8 code, uint128 low, uint128 high) band)",
    "function tradeBand(uint256 id, address currency) view returns (uint8, uint256, uint256)",
  ]),
} as const;

/** Time of the latest block. */
export async function latestTime(request: Request): Promise<bigint> {
  const block = (await request("eth_getBlockByNumber", "latest", false)) as { timestamp: string };
  return BigInt(block.timestamp);
}

/** An account of development chains, all of which have the same ones. */
function accountOf(place: number): Trader {
  const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
  const wallet = HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${place}`);
  const address = wallet.address.toLowerCase();
  return { address, owner: address, key: Buffer.from(wallet.privateKey.slice(2), "hex") };
}

const ANCHORS = AnchorRegistry__factory.createInterface();
const coder = AccessManager__factory.createInterface().getAbiCoder();
const word = (name: string, asset: bigint) => keccak256(Buffer.from(`${name} of ${asset}`));

function anchorOf(asset: bigint): string {
  return keccak256(coder.encode(["bytes32", "bytes32"], [word("deed", asset), word("evidence", asset)]));
}

function anchoring(asset: bigint, token: string): string {
  const kinds = ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"];
  const metadata = coder.encode(kinds, [word("kind", asset), word("place", asset), 1n, FAR_FUTURE, "0x75", "0x"]);
  const scope = keccak256(Buffer.from("ERC-8325:BINDING_SCOPE:TOKEN_ID"));
  return ANCHORS.encodeFunctionData("registerAndBind", [
    word("deed", asset),
    word("evidence", asset),
    metadata,
    token,
    scope,
    asset,
  ]);
}
