import type { Provider } from "ethers";
import { ZeroHash } from "ethers";
import { parseAddress } from "./address.ts";
import type { Suite } from "./connect.ts";
import { badInput } from "./errors.ts";
import { investorIdOf } from "./investor-file.ts";
import { FIRST_INVESTOR, FLAG, type Party, unpackParty } from "./party.ts";
import { readLogs } from "./read-logs.ts";

/** Where logs are read, and from which block on. */
export interface LogPlace {
  readonly provider: Provider;
  readonly fromBlock: number;
}

export interface FoundInvestor {
  readonly id: string;
  /** The investor himself, without what is said of single wallets. */
  readonly party: Party;
}

/** What one page of `partiesOf` and of balances asks for. */
const READ_PAGE = 500;

/** Finds an investor by one of his wallets, by his id on chain, or by the registrar's reference. */
export async function findInvestor(
  { investorRegistry }: Suite,
  named: string,
  salt: () => Promise<string>,
): Promise<FoundInvestor> {
  const id = await idOf({ investorRegistry }, named, salt);
  const number = id === ZeroHash ? 0n : await investorRegistry.numberOf(id);
  if (number < FIRST_INVESTOR) {
    throw badInput(`no investor is known by "${named}"`, {
      todo: "name one of his wallets, his id on chain, or the reference under which he was registered",
      notDone: "nothing was sent",
    });
  }
  return { id, party: unpackParty(await investorRegistry.partyByNumber(number)) };
}

async function idOf(
  { investorRegistry }: Pick<Suite, "investorRegistry">,
  named: string,
  salt: () => Promise<string>,
): Promise<string> {
  if (/^0x[0-9a-fA-F]{64}$/.test(named)) return named.toLowerCase();
  if (!named.startsWith("0x")) return investorIdOf(named, await salt());
  return (await investorRegistry.profileOf(parseAddress(named, "wallet"))).investor;
}

/** A wallet that belongs to an investor, with what is said of it. */
export async function requireWallet({ investorRegistry }: Suite, wallet: string): Promise<Party> {
  const party = unpackParty(await investorRegistry.partyOf(wallet));
  if (party.number >= FIRST_INVESTOR) return party;
  throw badInput(`${wallet} belongs to no investor`, {
    todo: "check the address; `investor onboard` registers new ones",
    notDone: "nothing was sent",
  });
}

export const isRetired = ({ flags }: Party): boolean => (flags & FLAG.retired) !== 0;

/** The wallet that was named as a lost one's successor, by the registrar's act; nothing if it was never lost. */
export async function namedSuccessor(
  { investorRegistry }: Suite,
  lost: string,
  { provider, fromBlock }: LogPlace,
): Promise<string | undefined> {
  const filter = investorRegistry.filters.WalletRecovered(undefined, lost);
  const events = await readLogs(
    (from, to) => investorRegistry.queryFilter(filter, from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  return events.at(-1)?.args.successor;
}

/** The wallets that are an investor's now, lost ones included, in the order in which they came. */
export async function walletsOf(
  { investorRegistry }: Suite,
  { id, party }: FoundInvestor,
  { provider, fromBlock }: LogPlace,
): Promise<string[]> {
  const last = await provider.getBlockNumber();
  const { WalletAdded, WalletMoved } = investorRegistry.filters;
  const [added, moved] = await Promise.all([
    readLogs((from, to) => investorRegistry.queryFilter(WalletAdded(id), from, to), fromBlock, last),
    readLogs(
      (from, to) => investorRegistry.queryFilter(WalletMoved(undefined, undefined, id), from, to),
      fromBlock,
      last,
    ),
  ]);
  const wallets = [...new Set([...added, ...moved].map(({ args }) => args.wallet))];
  const parties = await investorRegistry.partiesOf(wallets);
  return wallets.filter((_wallet, place) => unpackParty(parties[place] ?? 0n).number === party.number);
}

/** What a wallet has of one asset. */
export interface Holding {
  readonly id: bigint;
  readonly balance: bigint;
  readonly frozen: bigint;
}

/**
 * The assets of which a wallet holds shares, or of which shares are frozen there, by id. Found by events and held against what the
 * register says, so that a node without old events is noticed.
 */
export async function holdingsOf(
  { shareToken }: Suite,
  wallet: string,
  { provider, fromBlock }: LogPlace,
): Promise<Holding[]> {
  const last = await provider.getBlockNumber();
  const { TransferSingle, TransferBatch, Frozen } = shareToken.filters;
  const [singles, batches, frozen] = await Promise.all([
    readLogs(
      (from, to) => shareToken.queryFilter(TransferSingle(undefined, undefined, wallet), from, to),
      fromBlock,
      last,
    ),
    readLogs(
      (from, to) => shareToken.queryFilter(TransferBatch(undefined, undefined, wallet), from, to),
      fromBlock,
      last,
    ),
    readLogs((from, to) => shareToken.queryFilter(Frozen(wallet), from, to), fromBlock, last),
  ]);
  const seen = [
    ...singles.map(({ args }) => args.id),
    ...batches.flatMap(({ args }) => [...args.ids]),
    ...frozen.map(({ args }) => args.tokenId),
  ];
  const ids = [...new Set(seen)].toSorted((one, other) => (one < other ? -1 : 1));

  const holdings: Holding[] = [];
  for (let first = 0; first < ids.length; first += READ_PAGE) {
    const page = ids.slice(first, first + READ_PAGE);
    const [balances, frozenNow] = await Promise.all([
      shareToken.balanceOfBatch(
        page.map(() => wallet),
        page,
      ),
      Promise.all(page.map((id) => shareToken.getFrozenTokens(wallet, id))),
    ]);
    holdings.push(...page.map((id, place) => ({ id, balance: balances[place] ?? 0n, frozen: frozenNow[place] ?? 0n })));
  }

  const held = holdings.filter(({ balance }) => balance > 0n).length;
  const said = await shareToken.heldAssetsOf(wallet);
  if (BigInt(held) !== said) {
    throw badInput(`the events tell of ${held} assets held by ${wallet}, and the register of ${said}`, {
      why: "this node does not know all events since the deployment",
      todo: "use a node that does",
      notDone: "nothing was sent",
    });
  }
  return holdings.filter(({ balance, frozen: held }) => balance > 0n || held > 0n);
}

/** The currencies that the settlement desk ever took. */
export async function settlementCurrencies(
  { settlementDesk }: Suite,
  { provider, fromBlock }: LogPlace,
): Promise<string[]> {
  const last = await provider.getBlockNumber();
  const filter = settlementDesk.filters.CurrencyAllowed();
  const events = await readLogs((from, to) => settlementDesk.queryFilter(filter, from, to), fromBlock, last);
  return [...new Set(events.map(({ args }) => args.currency))];
}
