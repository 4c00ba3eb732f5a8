import { setTimeout } from "node:timers/promises";
import { Interface, keccak256, toQuantity } from "ethers";
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
import { accountAt, type Currency, planDeposits, type Trader } from "./traders.ts";

/** A chain with the whole suite, people with cash at the desk, and assets of which nothing is issued: where every world begins. */
export interface Stage {
  readonly suite: Suite;
  readonly addresses: SuiteAddresses;
  readonly chainId: bigint;
  readonly desk: string;
  readonly guard: string;
  readonly assets: readonly bigint[];
  readonly currencies: readonly Currency[];
  /** More than a world has. */
  readonly people: readonly Trader[];
  /** Somebody with a key whom the register does not know. */
  readonly stranger: Trader;
  /** The time of the last block. */
  readonly time: bigint;
  readonly relay: Relay;
  /** Sends what contract accounts do. */
  readonly helper: string;
  readonly request: Request;
}

const ASSETS = [101n, 102n, 103n];
const UNITS = [1n, 100n, 10_000n];
const KEYS = 16;
const CONTRACTS = 5;
const CAP = 1n << 40n;
const MUCH = 1n << 80n;
/** Grants of the powerful roles take two days. */
const THREE_DAYS = 3n * 86_400n;
const BLOCK_GAS = 400_000_000;
const STEP_GAS = 600_000;
const MOST_TRIES = 3_000;
const PAUSE_MS = 10;

/** The interfaces of what a world calls. */
export const INTERFACES = {
  desk: SettlementDesk__factory.createInterface(),
  money: TestDollar__factory.createInterface(),
  registry: InvestorRegistry__factory.createInterface(),
  rules: TransferRules__factory.createInterface(),
  sanctions: SanctionsList__factory.createInterface(),
  shares: ShareToken__factory.createInterface(),
  guard: new Interface([
    "function setBand(uint256 id, address currency, (uint8 code, uint128 low, uint128 high) band)",
    "function tradeBand(uint256 id, address currency) view returns (uint8, uint256, uint256)",
  ]),
} as const;

/**
 * Sets the stage on a chain, and deploys the suite there unless it stands at `deployed` already; it takes some seconds, and all worlds
 * share it.
 */
export async function deployStage(connection: NetworkConnection, deployed?: SuiteAddresses): Promise<Stage> {
  const { ethers, provider } = connection;
  const request: Request = (method, ...params) => provider.request({ method, params });
  const addresses = deployed ?? (await deploySuite(connection)).addresses;
  const [{ address: deployer } = fail()] = await ethers.getSigners();
  const { chainId } = await ethers.provider.getNetwork();
  const at = (name: string) => addresses[name] ?? "";
  const deploy = async (name: string, ...args: unknown[]) =>
    (await (await ethers.deployContract(name, args)).getAddress()).toLowerCase();

  const relay = new Relay(await deploy("MockRelay"), deployer, request);
  const guard = await deploy("MockPriceBands");
  const keys = Array.from({ length: KEYS }, (_, place) => accountAt(place + 1));
  const people = [...keys];
  for (const { key, owner } of keys.slice(0, CONTRACTS)) {
    people.push({ address: await deploy("MockSignatureWallet", owner), key, owner });
  }
  const currencies: Currency[] = [];
  for (const engineUnit of UNITS) currencies.push({ address: await deploy("TestDollar", deployer), engineUnit });

  const manager = AccessManager__factory.createInterface();
  for (const role of Object.values(ROLES)) {
    const data = manager.encodeFunctionData("grantRole", [role, relay.address, 0n]);
    await request("eth_sendTransaction", { from: deployer, to: at("AccessManager"), data });
  }
  for (const { address } of keys) {
    await request("hardhat_impersonateAccount", address);
    await request("hardhat_setBalance", address, toQuantity(MUCH));
  }
  await request("evm_setBlockGasLimit", toQuantity(BLOCK_GAS));
  await untilMined(request, deployer);
  await request("evm_setAutomine", false);

  let time = (await latestTime(request)) + THREE_DAYS;
  const { desk, shares } = INTERFACES;
  const step = (name: string, data: string): Step => ({ target: at(name), data, gas: STEP_GAS });
  const answers = await relay.run(
    [
      ...ASSETS.flatMap((asset) => [
        step("AnchorRegistry", anchoring(asset, at("ShareToken"))),
        step("ShareToken", shares.encodeFunctionData("listAsset", [asset, anchorOf(asset), CAP, `ipfs://${asset}`])),
        step("ShareToken", shares.encodeFunctionData("setAssetState", [asset, STATE.active])),
      ]),
      ...currencies.map(({ address, engineUnit }) =>
        step("SettlementDesk", desk.encodeFunctionData("allowCurrency", [address, engineUnit])),
      ),
      step("SettlementDesk", desk.encodeFunctionData("setPriceGuard", [guard])),
    ],
    time,
  );
  const failed = answers.find(({ succeeded }) => !succeeded);
  if (failed !== undefined) throw new Error(`the stage could not be set: ${failed.data}`);
  for (const group of planDeposits(people, currencies, at("SettlementDesk"), deployer)) {
    time += 1n;
    await relay.mine(group, time);
  }

  return {
    suite: connectAddresses(addresses, new BatchedReader(relay)),
    ...{ addresses, chainId, guard, currencies, people, time, relay, request, helper: deployer },
    desk: at("SettlementDesk"),
    assets: ASSETS,
    stranger: accountAt(KEYS + 1),
  };
}

/** A node in another process may answer before it has mined, and mines nothing by itself from then on. */
async function untilMined(request: Request, account: string): Promise<void> {
  const sent = (block: string) => request("eth_getTransactionCount", account, block);
  for (let tries = 0; (await sent("latest")) !== (await sent("pending")); tries++) {
    if (tries === MOST_TRIES) throw new Error("the node does not mine what was sent");
    await setTimeout(PAUSE_MS);
  }
}

/** Time of the latest block. */
async function latestTime(request: Request): Promise<bigint> {
  const block = (await request("eth_getBlockByNumber", "latest", false)) as { timestamp: string };
  return BigInt(block.timestamp);
}

const ANCHORS = AnchorRegistry__factory.createInterface();
const coder = ANCHORS.getAbiCoder();
const word = (name: string, asset: bigint) => keccak256(Buffer.from(`${name} of ${asset}`));

function anchorOf(asset: bigint): string {
  return keccak256(coder.encode(["bytes32", "bytes32"], [word("deed", asset), word("evidence", asset)]));
}

function anchoring(asset: bigint, token: string): string {
  const kinds = ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"];
  const metadata = coder.encode(kinds, [word("kind", asset), word("place", asset), 1n, FAR_FUTURE, "0x75", "0x"]);
  const scope = keccak256(Buffer.from("ERC-8325:BINDING_SCOPE:TOKEN_ID"));
  const deed = [word("deed", asset), word("evidence", asset)] as const;
  return ANCHORS.encodeFunctionData("registerAndBind", [...deed, metadata, token, scope, asset]);
}

function fail(): never {
  throw new Error("the chain has no accounts to send from");
}
