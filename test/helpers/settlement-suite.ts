import assert from "node:assert/strict";
import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, encodeBytes32String, id, MaxUint256, type Signer, toUtf8Bytes } from "ethers";
import type { BatchHeader, PlannedBatch, PlannedChunk } from "./batch.ts";
import { type Mandate, type Order, settlementDomain, signMandate, signOrder } from "./settlement-types.ts";

export const OPERATOR_ROLE = 5n;
export const DESK_ROLE = 11n;
export const TOWER = 1685n;
export const VILLA = 1701n;
export const SHARES_EACH = 1_000n;
/** A dollar in base units of the test dollar, which are its engine units too. */
export const DOLLAR = 1_000_000n;
export const CASH_EACH = 5_000n * DOLLAR;
export const FAR_AWAY = 4_000_000_000n;
const US = 840;
const ACCREDITED = 4;

export type SettlementSuite = Awaited<ReturnType<typeof deploySettlementSuite>>;

/** The real register with two active assets, one holder limit, and a desk that may settle on it. The deployer is admin of all. */
export async function deploySettlementSuite(ethers: HardhatEthers) {
  const signers = await ethers.getSigners();
  const [admin, operator, relayer, outsider] = [signer(0), signer(1), signer(2), signer(3)];
  const holders = signers.slice(4).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));

  function signer(place: number): HardhatEthersSigner {
    const found = signers[place];
    assert.ok(found, `the chain has an account ${place}`);
    return found;
  }

  const authority = await ethers.deployContract("AccessManager", [admin.address]);
  const proxy = async (name: string, args: unknown[]) => {
    const implementation = await ethers.deployContract(name);
    const call = implementation.interface.encodeFunctionData("initialize", args);
    return (await ethers.deployContract("ERC1967Proxy", [implementation.target, call])).getAddress();
  };
  const investors = await ethers.getContractAt("InvestorRegistry", await proxy("InvestorRegistry", [authority.target]));
  const rules = await ethers.getContractAt(
    "TransferRules",
    await proxy("TransferRules", [authority.target, investors.target]),
  );
  const anchors = await ethers.getContractAt("AnchorRegistry", await proxy("AnchorRegistry", [authority.target]));
  const shares = await ethers.getContractAt(
    "ShareToken",
    await proxy("ShareToken", [authority.target, investors.target, rules.target, anchors.target]),
  );
  await rules.setShares(shares.target);

  const desk = await ethers.deployContract("SettlementDesk", [authority.target, shares.target]);
  const dollar = await ethers.deployContract("TestDollar", [admin.address]);
  await desk.allowCurrency(dollar.target, 1n);
  await investors.setProtocolAddress(desk.target, true);

  const selector = (name: "settleTrade" | "openBatch" | "settleChunk" | "closeBatch") =>
    desk.interface.getFunction(name).selector;
  await authority.grantRole(OPERATOR_ROLE, operator.address, 0n);
  await authority.grantRole(DESK_ROLE, desk.target, 0n);
  await authority.setTargetFunctionRole(
    desk.target,
    [selector("settleTrade"), selector("openBatch"), selector("settleChunk"), selector("closeBatch")],
    OPERATOR_ROLE,
  );
  await authority.setTargetFunctionRole(shares.target, [shares.interface.getFunction("settleNet").selector], DESK_ROLE);

  const countries = await ethers.deployContract("CountryRule", [authority.target, rules.target]);
  const holderCount = await ethers.deployContract("HolderCountRule", [authority.target, rules.target]);
  for (const asset of [TOWER, VILLA]) {
    await listActive(asset);
    await countries.setAllowed(asset, [US], true);
    await holderCount.setLimit(asset, 2_000n);
    await rules.addRule(asset, countries.target);
    await rules.addRule(asset, holderCount.target);
  }

  async function listActive(asset: bigint) {
    const now = BigInt((await ethers.provider.getBlock("latest"))?.timestamp ?? 0);
    const metadata = AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
      [encodeBytes32String("REAL_ESTATE"), encodeBytes32String("US-FL"), now, FAR_AWAY, toUtf8Bytes("deed"), "0x"],
    );
    const [legal, evidence, scope] = [
      id(`deed ${asset}`),
      id(`survey ${asset}`),
      id("ERC-8325:BINDING_SCOPE:TOKEN_ID"),
    ];
    const anchorId = await anchors.registerAndBind.staticCall(legal, evidence, metadata, shares.target, scope, asset);
    await anchors.registerAndBind(legal, evidence, metadata, shares.target, scope, asset);
    await shares.listAsset(asset, anchorId, 1n << 40n, "");
    await shares.setAssetState(asset, 2n);
    await shares.setAssetState(asset, 3n);
  }

  /** Registers a person with this wallet, verified for good. */
  async function verify(wallet: string) {
    const profile = {
      investor: id(`investor ${wallet}`),
      country: US,
      classes: ACCREDITED,
      flags: 0,
      verifiedUntil: FAR_AWAY,
    };
    await investors.register(profile, wallet);
  }

  /** The asset as it would be after its offering: `value` shares for `wallet`. */
  async function giveShares(wallet: string, asset: bigint, value: bigint) {
    await shares.mint(wallet, asset, value, "0x");
  }

  async function giveCash(holder: Signer, amount: bigint) {
    await dollar.mint(await holder.getAddress(), amount);
    await dollar.connect(holder).approve(desk.target, MaxUint256);
    await desk.connect(holder).deposit(dollar.target, amount);
  }

  const domain = settlementDomain(await desk.getAddress(), (await ethers.provider.getNetwork()).chainId);
  const currency = await dollar.getAddress();

  /** A generous mandate; say what should be tighter. */
  function mandateOf(account: string, changes: Partial<Mandate> = {}): Mandate {
    return {
      account,
      currency,
      maxCashOut: CASH_EACH,
      lossAllowance: 0n,
      feeCap: 0n,
      expiry: FAR_AWAY,
      nonce: 1n,
      limits: [TOWER, VILLA].map((asset) => ({
        asset,
        maxIn: 500n,
        maxOut: 500n,
        maxBuyPrice: 11n * DOLLAR,
        minSellPrice: 9n * DOLLAR,
      })),
      ...changes,
    };
  }

  async function giveMandate(holder: Signer, changes: Partial<Mandate> = {}) {
    const mandate = mandateOf(await holder.getAddress(), changes);
    await desk.connect(relayer).registerMandate(mandate, await signMandate(holder, domain, mandate));
    return mandate;
  }

  function orderOf(trader: string, side: bigint, changes: Partial<Order> = {}): Order {
    return {
      trader,
      side,
      asset: TOWER,
      currency,
      quantity: 100n,
      limitPrice: 10n * DOLLAR,
      expiry: FAR_AWAY,
      priority: 0n,
      salt: 1n,
      ...changes,
    };
  }

  async function open(batch: PlannedBatch, changes: Partial<BatchHeader> = {}) {
    return desk.connect(operator).openBatch({ ...batch.header, ...changes });
  }

  async function settle(planned: PlannedChunk | undefined) {
    assert.ok(planned, "the batch has this chunk");
    return desk.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector);
  }

  const sign = (holder: Signer, order: Order) => signOrder(holder, domain, order);
  return {
    ...{ admin, operator, relayer, outsider, holders, domain, currency },
    ...{ authority, investors, rules, anchors, shares, desk, dollar, holderCount, countries },
    ...{ verify, giveShares, giveCash, mandateOf, giveMandate, orderOf, sign, open, settle },
  };
}

/** Four verified holders, in ascending order of address, with shares of both assets, cash on deposit and generous mandates. */
export async function deployFourHolders(ethers: HardhatEthers) {
  const suite = await deploySettlementSuite(ethers);
  const [alice, bob, carol, dave] = suite.holders;
  assert.ok(alice && bob && carol && dave, "the chain has four more accounts");

  for (const holder of [alice, bob, carol, dave]) {
    await suite.verify(holder.address);
    await suite.giveShares(holder.address, TOWER, SHARES_EACH);
    await suite.giveShares(holder.address, VILLA, SHARES_EACH);
    await suite.giveCash(holder, CASH_EACH);
    await suite.giveMandate(holder);
  }
  return { ...suite, alice, bob, carol, dave };
}
