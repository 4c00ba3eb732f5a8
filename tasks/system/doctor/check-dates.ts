import type { Provider } from "ethers";
import type { AddressBook } from "../../../sdk/addresses.ts";
import { assetStateName } from "../../../sdk/asset-state.ts";
import { ATTESTATION_KINDS } from "../../../sdk/attestation.ts";
import type { Suite } from "../../../sdk/connect.ts";
import { inPages } from "../../../sdk/in-pages.ts";
import { readLogs } from "../../../sdk/read-logs.ts";
import { formatTime } from "../../../sdk/time.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const DAY = 86_400n;
const PAGE = 20;
/** How far back events of investors are read: an old register on a fast chain has more blocks than anybody waits for. */
const MOST_BLOCKS = 1_000_000;

export interface DatesPlace {
  readonly suite: Suite;
  readonly book: AddressBook;
  readonly provider: Provider;
  /** What lapses within so many days is said beforehand. */
  readonly days: bigint;
}

/** What has lapsed by the chain's clock or will soon: anchors, attestations, verifications of investors, an open batch. */
export async function checkDates(place: DatesPlace): Promise<Finding[]> {
  const latest = await place.provider.getBlock("latest");
  const now = BigInt(latest?.timestamp ?? 0);
  const dates = { now, soon: now + place.days * DAY };
  return [
    ...(await checkAssets(place, dates)),
    ...(await checkInvestors(place, dates, latest?.number ?? 0)),
    await checkBatch(place.suite, now),
  ];
}

interface Dates {
  readonly now: bigint;
  readonly soon: bigint;
}

async function checkAssets({ suite, book, provider }: DatesPlace, dates: Dates): Promise<Finding[]> {
  const { shareToken } = suite;
  const listed = await readLogs(
    (from, to) => shareToken.queryFilter(shareToken.filters.AssetListed(), from, to),
    book.deployedAtBlock,
    await provider.getBlockNumber(),
  );
  const ids = [...new Set(listed.map(({ args }) => args.id))];

  const found = (await inPages(ids, PAGE, (id) => checkAsset(suite, id, dates))).flat();
  return found.length > 0 ? found : [ok("Assets", `${ids.length} listed, and none lapses soon`)];
}

async function checkAsset(
  { shareToken, anchorRegistry, custodyDesk }: Suite,
  id: bigint,
  dates: Dates,
): Promise<Finding[]> {
  const about = `Asset ${id}`;
  if (assetStateName(await shareToken.stateOf(id)) === "Retired") return [];
  const anchorId = await shareToken.anchorIdOf(id);
  const { expiresAt } = await anchorRegistry.getMetadata(anchorId);
  const anchor = judge(about, "its anchor", expiresAt, dates, "let the issuer attest it anew (`reattest`)", true);
  const inactive = problem(about, "its anchor is not active", "find out who ended it; shares do not move meanwhile");
  const isActive = expiresAt < dates.now || (await shareToken.isAnchorActiveFor(id));

  const attestations = await Promise.all(
    ATTESTATION_KINDS.map((_kind, kind) => custodyDesk.attestationOf(id, BigInt(kind))),
  );
  const lapsing = attestations.flatMap((attestation, kind) => {
    const name = ATTESTATION_KINDS[kind];
    if (attestation.expiresAt !== 0n) {
      const todo = "ask the attester for a new one, and bring it with `custody attest`";
      return judge(about, `the attestation of its ${name}`, attestation.expiresAt, dates, todo, kind === 0);
    }
    if (kind !== 0) return [];
    return [warning(about, "nobody has attested that it exists", "bring the custodian's word with `custody attest`")];
  });
  return [...anchor, ...(isActive ? [] : [inactive]), ...lapsing];
}

/** `isVital`: without it something stops. */
function judge(
  about: string,
  what: string,
  until: bigint,
  { now, soon }: Dates,
  todo: string,
  isVital: boolean,
): Finding[] {
  if (until > soon) return [];
  if (until >= now) return [warning(about, `${what} ends with ${formatTime(until)}`, todo)];
  const said = `${what} ended with ${formatTime(until)}`;
  return [isVital ? problem(about, said, todo) : warning(about, said, todo)];
}

async function checkInvestors(
  { suite, book, days }: DatesPlace,
  { now, soon }: Dates,
  block: number,
): Promise<Finding[]> {
  const { investorRegistry } = suite;
  const from = Math.max(book.deployedAtBlock, block - MOST_BLOCKS);
  const events = await readLogs(
    (first, last) => investorRegistry.queryFilter(investorRegistry.filters.InvestorSet(), first, last),
    from,
    block,
  );
  const until = [...new Map(events.map(({ args }) => [args.investor, args.verifiedUntil])).values()];
  const expired = until.filter((each) => each < now).length;
  const expiring = until.filter((each) => each >= now && each <= soon).length;
  const since = from === book.deployedAtBlock ? "" : ` (set since block ${from})`;

  const todo = "verify them again and let the registrar set their standing; they receive no shares meanwhile";
  const found = [
    ...(expired === 0
      ? []
      : [warning("Investors", `${expired} of ${until.length}${since} are no longer verified`, todo)]),
    ...(expiring === 0
      ? []
      : [
          warning(
            "Investors",
            `the verification of ${expiring} of ${until.length}${since} ends within ${days} days`,
            todo,
          ),
        ]),
  ];
  return found.length > 0 ? found : [ok("Investors", `${until.length}${since}, all of them verified for now`)];
}

async function checkBatch({ settlementDesk }: Suite, now: bigint): Promise<Finding> {
  const number = await settlementDesk.lastBatch();
  const { open, openedAt, settledChunks, chunkCount } = await settlementDesk.batchOf(number);
  if (number === 0n || !open) return ok("Batches", number === 0n ? "none yet" : `${number}, and none is open`);

  const said = `batch ${number} is open since ${formatTime(openedAt)}, with ${settledChunks} of ${chunkCount} chunks settled`;
  if (now - openedAt <= DAY) return ok("Batches", said);
  return problem("Batches", said, "run its file again with `settle run`: no other batch can begin before");
}
