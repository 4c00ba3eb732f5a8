import { getAddress, ZeroAddress, ZeroHash } from "ethers";
import type {
  AccountState,
  AssetState,
  CashPosition,
  CurrencyState,
  MandateState,
  PriceBand,
  SharePosition,
  Snapshot,
} from "../executor/index.ts";
import { IPriceGuard__factory } from "../typechain-types/index.ts";
import type { Suite } from "./connect.ts";
import { badInput } from "./errors.ts";
import { inPages } from "./in-pages.ts";
import { readShareHolding, spendableByChunks } from "./locked-shares.ts";
import { assetLimits, hasLockUp } from "./rules/asset-limits.ts";

export interface SnapshotRequest {
  readonly chainId: bigint;
  /** Everything is read as it stands at the end of this block. */
  readonly block: number;
  readonly assets: readonly bigint[];
  readonly currencies: readonly string[];
  /** Who is going to trade. For assets whose rules count holders or what they have, all their wallets have to be among them. */
  readonly accounts: readonly string[];
}

/** Profile flag of the suite's own addresses, which rules do not count (contracts/investors/IInvestorRegistry.sol). */
const PROTOCOL_FLAG = 8n;
const ACTIVE = 3n;
/** Reason codes of docs/formats.md, section 5. */
const CODE = {
  assetUnknown: 1,
  assetNotActive: 2,
  registerPaused: 3,
  assetPaused: 4,
  ruleFailed: 90,
  rulesStale: 91,
};
/**
 * Holders and what they have: these change with every trade, so that the executor counts them itself by the asset's limits, and
 * what a rule says of one share more at the snapshot's block says nothing of a trade.
 */
const COUNTED_CODES: readonly number[] = [32, 33, 34, 35];
const MAX_AMOUNT = 2n ** 63n - 1n;
/** The band in which no price is. */
const NO_PRICE = { low: 1n, high: 0n };
/** Later than every withdrawal window. */
const MAX_TIME = (1n << 64n) - 1n;
/** How many accounts are asked about at a time. */
const PAGE = 25;

/** Reads from the chain what a batch depends on, at one block, in the order in which the request names things. */
export async function readSnapshot(suite: Suite, request: SnapshotRequest): Promise<Snapshot> {
  const { chainId, block } = request;
  const accounts = [...new Set(request.accounts.map((account) => getAddress(account)))];
  const readers = { suite, at: { blockTag: block } };

  const [assets, currencies, profiles, guard] = await Promise.all([
    Promise.all(request.assets.map((id) => readAsset(readers, id))),
    Promise.all(request.currencies.map((address) => readCurrency(readers, address))),
    readProfiles(readers, accounts),
    suite.settlementDesk.priceGuard(readers.at),
  ]);
  const bands = guard === ZeroAddress ? [] : await readBands(readers, guard, assets, currencies);
  const rows = await inPages(accounts, PAGE, (address, account) => readAccount(readers, request, address, account));

  return {
    chainId,
    desk: await suite.settlementDesk.getAddress(),
    openingBlock: BigInt(block),
    assets,
    currencies,
    accounts: profiles,
    shares: rows.flatMap(({ shares }) => shares),
    cash: rows.flatMap(({ cash }) => cash),
    mandates: rows.flatMap(({ mandates }) => mandates),
    ...(bands.length === 0 ? {} : { bands }),
  };
}

interface Readers {
  readonly suite: Suite;
  readonly at: { readonly blockTag: number };
}

async function readAsset({ suite, at }: Readers, id: bigint): Promise<AssetState> {
  const { shareToken, transferRules } = suite;
  const [state, paused, assetPaused, rules, supply, issue] = await Promise.all([
    shareToken.stateOf(id, at),
    shareToken.paused(at),
    shareToken.isAssetPaused(id, at),
    transferRules.rulesOf(id, at),
    shareToken.totalSupply(id, at),
    transferRules.explain(ZeroAddress, ZeroAddress, id, 0n, at),
  ]);
  if (rules.length > 0 && !(await transferRules.isNettable(id, at))) {
    throw badInput(`asset ${id} has a rule that looks at pairs of traders, and cannot be settled net`, {
      notDone: "nothing was settled",
    });
  }
  if (await hasLockUp(suite, rules)) {
    throw badInput(`asset ${id} has a lock-up, and the executor does not count how long shares have been held`, {
      todo: "settle its trades one by one, which the rules judge on chain",
      notDone: "nothing was settled",
    });
  }

  const failing = issue
    .map(({ code }) => Number(code))
    .find((code) => code === CODE.ruleFailed || code === CODE.rulesStale);
  const limits = await assetLimits(suite, rules, supply);
  if (state === 0n) return { id, state: CODE.assetUnknown, ...limits };
  if (state !== ACTIVE) return { id, state: CODE.assetNotActive, ...limits };
  if (paused) return { id, state: CODE.registerPaused, ...limits };
  return { id, state: assetPaused ? CODE.assetPaused : (failing ?? 0), ...limits };
}

async function readCurrency({ suite, at }: Readers, address: string): Promise<CurrencyState> {
  const engineUnit = await suite.settlementDesk.engineUnit(address, at);
  if (engineUnit === 0n) {
    throw badInput(`the settlement desk does not take the currency ${address}`, {
      todo: "compliance can allow it: `allowCurrency`",
    });
  }
  return { address, engineUnit };
}

/** Between which prices the guard lets assets be traded; pairs that it leaves alone are left out. */
async function readBands(
  { suite, at }: Readers,
  guard: string,
  assets: readonly AssetState[],
  currencies: readonly CurrencyState[],
): Promise<PriceBand[]> {
  const prices = IPriceGuard__factory.connect(guard, suite.settlementDesk.runner);
  const pairs = assets.flatMap(({ id }, asset) =>
    currencies.map(({ address, engineUnit }, currency) => ({ id, asset, address, engineUnit, currency })),
  );
  const bands = await Promise.all(
    pairs.map(async ({ id, asset, address, engineUnit, currency }) => {
      const { code, low, high } = await prices.tradeBand(id, address, at);
      return { asset, currency, ...(code === 0n ? wholeUnits(low, high, engineUnit) : NO_PRICE) };
    }),
  );
  return bands.filter(({ low, high }) => low > 0n || high < MAX_AMOUNT);
}

/** The band in whole engine units, of which the executor counts 63 bits. */
function wholeUnits(low: bigint, high: bigint, engineUnit: bigint): Pick<PriceBand, "low" | "high"> {
  const [lowest, highest] = [(low + engineUnit - 1n) / engineUnit, high / engineUnit];
  if (lowest > MAX_AMOUNT) return NO_PRICE;
  return { low: lowest, high: highest < MAX_AMOUNT ? highest : MAX_AMOUNT };
}

async function readProfiles({ suite, at }: Readers, accounts: readonly string[]): Promise<AccountState[]> {
  const profiles = await suite.investorRegistry.profilesOf([...accounts], at);

  return accounts.map((address, place) => {
    const profile = profiles[place];
    const counts = profile !== undefined && profile.investor !== ZeroHash && (profile.flags & PROTOCOL_FLAG) === 0n;
    // An unknown wallet is nobody's: it is given its own name, so that no two unknown wallets pass for one investor.
    const unknown = profile === undefined || profile.investor === ZeroHash ? address.toLowerCase() : "";
    return { address, investor: counts ? profile.investor : unknown };
  });
}

async function readAccount(readers: Readers, request: SnapshotRequest, address: string, account: number) {
  const [shares, cash, mandates] = await Promise.all([
    Promise.all(request.assets.map((id, asset) => readShares(readers, id, address, { account, asset }))),
    Promise.all(
      request.currencies.map((currency, place) => readCash(readers, currency, address, { account, currency: place })),
    ),
    Promise.all(
      request.currencies.map((currency, place) =>
        readMandate(readers, request, currency, address, { account, currency: place }),
      ),
    ),
  ]);
  return { shares, cash, mandates: mandates.flat() };
}

async function readShares(
  { suite, at }: Readers,
  id: bigint,
  address: string,
  place: Pick<SharePosition, "account" | "asset">,
): Promise<SharePosition> {
  const { investorRegistry, transferRules } = suite;
  const [holding, sendCode, receiveCode, redemption, issue] = await Promise.all([
    // What is on leave is left out, as it is of cash: it covers what was on its way, and new batches do not count on it.
    readShareHolding(suite, address, id, { block: at.blockTag, time: MAX_TIME }),
    investorRegistry.sendCode(address, at),
    investorRegistry.receiveCode(address, at),
    // Who gives and who gets are asked about apart: an account may be allowed the one and not the other.
    transferRules.explain(address, ZeroAddress, id, 1n, at),
    transferRules.explain(ZeroAddress, address, id, 1n, at),
  ]);

  const spendable = spendableByChunks(holding);
  const held = holding.balance - spendable;
  return {
    ...place,
    balance: holding.balance,
    spendable,
    // Nothing to say where nothing is held back: what lacks there is not there.
    ...(held === 0n ? {} : { frozen: holding.frozen < held ? holding.frozen : held }),
    sendCode: Number(sendCode) || ruleCode(redemption),
    receiveCode: Number(receiveCode) || ruleCode(issue),
  };
}

/** What the asset's rules say about the account itself, however many shares it is about. */
function ruleCode(refusals: readonly { readonly code: bigint }[]): number {
  const isAboutAccount = (code: number) => code >= 30 && code < CODE.ruleFailed && !COUNTED_CODES.includes(code);
  return refusals.map(({ code }) => Number(code)).find(isAboutAccount) ?? 0;
}

async function readCash(
  { suite, at }: Readers,
  currency: string,
  address: string,
  place: Pick<CashPosition, "account" | "currency">,
): Promise<CashPosition> {
  const { deposited } = await suite.settlementDesk.cashOf(address, currency, at);
  return { ...place, deposited };
}

async function readMandate(
  { suite, at }: Readers,
  { assets }: SnapshotRequest,
  currency: string,
  address: string,
  place: Pick<MandateState, "account" | "currency">,
): Promise<MandateState[]> {
  const { settlementDesk } = suite;
  const id = await settlementDesk.liveMandate(address, currency, at);
  if (id === ZeroHash) return [];

  const [money, limits] = await Promise.all([
    settlementDesk.mandateCash(address, currency, at),
    Promise.all(assets.map((asset) => settlementDesk.mandateLimit(address, currency, asset, at))),
  ]);
  const { expiry, cashOutLeft, lossLeft, feeLeft } = money;
  const named = limits.flatMap(({ inLeft, outLeft, maxBuyPrice, minSellPrice }, asset) =>
    inLeft + outLeft + maxBuyPrice + minSellPrice === 0n ? [] : [{ asset, inLeft, outLeft, maxBuyPrice, minSellPrice }],
  );
  return [{ ...place, id, expiry, cashOutLeft, lossLeft, feeLeft, limits: named }];
}
