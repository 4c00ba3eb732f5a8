import { type BatchResult, explainCode, instructionsOf, isAccepted, receiptsOf } from "../../../executor/index.ts";
import {
  type CapTable,
  type HolderTrade,
  makeProofBook,
  type ProofBook,
  type ReportData,
} from "../../../report/index.ts";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { countryName } from "../../../sdk/country.ts";
import { inPages } from "../../../sdk/in-pages.ts";
import { classNames } from "../../../sdk/investor-class.ts";
import type { DemoInvestor } from "./investors.ts";
import type { Trading } from "./make-trades.ts";
import type { RefusedBuyer } from "./run-demo.ts";
import type { Summary } from "./summary.ts";
import type { DemoWorld } from "./world.ts";

/** What a run leaves behind for its report, besides the chain. */
export interface DemoTrace {
  readonly terms: AssetTerms;
  readonly summary: Summary;
  readonly refusals: readonly RefusedBuyer[];
  readonly asset: bigint;
  readonly holders: readonly DemoInvestor[];
  readonly trading: Trading;
  readonly result: BatchResult;
}

const READ_AT_A_TIME = 25;

/** Gathers what the report shows, from the run and from the chain after it. */
export async function collectReport(world: DemoWorld, trace: DemoTrace, command: string): Promise<ReportData> {
  const { terms, summary, refusals } = trace;
  const { provider } = world.connection.ethers;
  const block = await provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");

  return {
    figures: summary,
    terms: {
      issuer: terms.issuer,
      class: terms.class,
      jurisdiction: terms.jurisdiction,
      source: terms.source,
      attestedOn: terms.attestedOn,
      shares: terms.shares,
      price: terms.offering.price,
      minTicket: terms.offering.minTicket,
      countries: terms.countries.map(countryName),
      classes: classNames(terms.classes),
    },
    chain: {
      chainId: world.chainId,
      block: block.number,
      time: block.timestamp,
      contracts: await listContracts(world),
    },
    capTable: await readCapTable(world, trace, block.number),
    refused: refusals,
    rejected: countRejected(trace.result),
    command,
    proofs: await proveTrades(world, trace),
  };
}

async function listContracts({ suite }: DemoWorld): Promise<{ name: string; address: string }[]> {
  const contracts = [
    ["Register (ShareToken)", suite.shareToken],
    ["Investors (InvestorRegistry)", suite.investorRegistry],
    ["Rules (TransferRules)", suite.transferRules],
    ["Anchors (AnchorRegistry)", suite.anchorRegistry],
    ["Custody desk", suite.custodyDesk],
    ["Offering desk", suite.offeringDesk],
    ["Income desk", suite.incomeDesk],
    ["Settlement desk", suite.settlementDesk],
    ["Test dollar", suite.testDollar],
  ] as const;
  return Promise.all(contracts.map(async ([name, contract]) => ({ name, address: await contract.getAddress() })));
}

/** Balances at the block on which trading opened, and now. */
async function readCapTable({ suite }: DemoWorld, trace: DemoTrace, now: number): Promise<CapTable> {
  const { asset, holders, result } = trace;
  const { shareToken } = suite;
  const [opened, ended] = [{ blockTag: Number(result.header.openingBlock) }, { blockTag: now }];

  return {
    blockBefore: opened.blockTag,
    blockAfter: ended.blockTag,
    supplyBefore: await shareToken.totalSupply(asset, opened),
    supplyAfter: await shareToken.totalSupply(asset, ended),
    holdings: await inPages(holders, READ_AT_A_TIME, async ({ reference, wallet: { address } }) => ({
      reference,
      address,
      before: await shareToken.balanceOf(address, asset, opened),
      after: await shareToken.balanceOf(address, asset, ended),
    })),
  };
}

function countRejected(result: BatchResult) {
  const counts = new Map<number, number>();
  for (const { code } of receiptsOf(result)) if (!isAccepted(code)) counts.set(code, (counts.get(code) ?? 0) + 1);

  return [...counts]
    .toSorted(([one, many], [other, more]) => more - many || one - other)
    .map(([code, count]) => ({ ...explainCode(code), count }));
}

/** One trade of each holder, proved; the batch's hash is what the desk keeps. */
async function proveTrades({ suite, chainId }: DemoWorld, trace: DemoTrace): Promise<ProofBook> {
  const { result } = trace;
  const { batchHash } = await suite.settlementDesk.batchOf(result.header.number);
  const desk = await suite.settlementDesk.getAddress();

  return makeProofBook(result, { chainId, desk, batchHash }, firstTrades(trace));
}

/** The first accepted trade of each holder, by holder. */
function firstTrades({ holders, trading, result }: DemoTrace): HolderTrade[] {
  const references = new Map(holders.map(({ reference, wallet }) => [wallet.address, reference]));
  const waiting = new Set(references.keys());
  const instructions = instructionsOf(result);
  const trades: HolderTrade[] = [];

  for (const { index, code } of receiptsOf(result)) {
    if (waiting.size === 0) break;
    const instruction = instructions[index];
    if (!isAccepted(code) || instruction === undefined) continue;
    const buyer = trading.orders[instruction.buyOrder]?.trader ?? "";
    const seller = trading.orders[instruction.sellOrder]?.trader ?? "";
    const name = (trader: string) => references.get(trader) ?? trader;
    if (waiting.delete(buyer)) trades.push({ index, holder: name(buyer), bought: true, other: name(seller) });
    if (waiting.delete(seller)) trades.push({ index, holder: name(seller), bought: false, other: name(buyer) });
  }
  return trades.toSorted((one, other) => (one.holder < other.holder ? -1 : 1));
}
