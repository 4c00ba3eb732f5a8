import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ZeroHash } from "ethers";
import { type BatchInput, compareResults, measureVerification, runSequential } from "../../../executor/index.ts";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import type { Refusal } from "../../../sdk/explain.ts";
import { readInvestorFile } from "../../../sdk/investor-file.ts";
import type { Painting } from "../../../sdk/painting-file.ts";
import { readPositionLimit } from "../../../sdk/settler/gas-model.ts";
import { readSnapshot } from "../../../sdk/snapshot.ts";
import { parseUntil } from "../../../sdk/time.ts";
import { formatAmount } from "../../../sdk/units.ts";
import { acknowledge } from "../../investor/acknowledge.ts";
import { onboardInvestors } from "../../investor/onboard.ts";
import { investorSalt } from "../../lib/investor-salt.ts";
import type { StepReporter } from "../../lib/progress.ts";
import { receiptsCsv } from "../../settle/run-folder.ts";
import { type AssetPapers, readAssetPapers } from "./asset-papers.ts";
import type { DemoTrace } from "./collect-report.ts";
import { compareOneByOne } from "./compare-one-by-one.ts";
import { completeFile } from "./complete-file.ts";
import { countFiles } from "./count-files.ts";
import { type DemoInvestor, makeHolders, makeRefused } from "./investors.ts";
import { listAsset } from "./list-asset.ts";
import { makeTrades, type Trading } from "./make-trades.ts";
import { runPaintings } from "./paintings.ts";
import { payIncome } from "./pay-income.ts";
import { prepareTrading } from "./prepare-trading.ts";
import { offer, sellOut, tryToBuy } from "./sell-out.ts";
import { withSettler } from "./settle-net.ts";
import { summarise } from "./summary.ts";
import { chainTime, type DemoWorld, fundGas } from "./world.ts";

export interface DemoOptions {
  readonly terms: AssetTerms;
  /** Where the papers of the asset are, and those of the paintings. */
  readonly folder: string;
  readonly paintings: readonly Painting[];
  readonly paintingsFolder: string;
  readonly trades: number;
  readonly workers: number;
  readonly seed: number;
  readonly out: string;
}

export interface RefusedBuyer {
  readonly who: string;
  readonly reasons: readonly Refusal[];
}

/** The notice counts 125 investors, each with the same part. */
const HOLDERS = 125n;
/** Half a year of a made-up 3.5 % on USD 125,000, in base units; it divides by 125,000 shares without a remainder. */
const INCOME = 2_187_500_000n;
const POSTED_ONE_BY_ONE = 200;

/** The whole demonstration, step by step, each through the same functions as the tasks. */
export async function runDemo(world: DemoWorld, reporter: StepReporter, options: DemoOptions): Promise<DemoTrace> {
  const { suite, connection, chainId, seed } = world;
  const { terms, out } = options;
  const { provider } = connection.ethers;
  const holders = makeHolders(Number(HOLDERS), seed, provider);
  const { foreign, retail } = makeRefused(seed, provider);
  const wallets = holders.map(({ wallet }) => wallet.address);
  const sharesEach = terms.offering.hardCap / HOLDERS;

  const papers = await readAssetPapers(options.folder);
  const { id: asset, ...listed } = await reporter.run(`Listing ${terms.name}`, () => listWhole(world, terms, papers));
  await reporter.run("Onboarding investors", () => onboard(world, [...holders, foreign, retail], out));
  const acknowledgements = await acknowledgeFirst(world, asset, holders);
  const { offering, refusals } = await reporter.run("Opening the offering", () =>
    openAndRefuse(world, terms, asset, foreign, retail),
  );
  const sale = await reporter.run(`Selling to ${holders.length} holders`, async (progress) => {
    await fundGas(
      world,
      holders.map(({ wallet }) => wallet),
    );
    const purchases = holders.map(({ wallet }) => ({ wallet, shares: sharesEach }));
    const sold = await sellOut(world, offering, purchases, progress);
    return [
      sold,
      `${sold.sold} shares, USD ${usd(sold.proceeds + sold.commission)} of which ${usd(sold.commission)} commission`,
    ];
  });
  await reporter.run("Taking deposits and mandates", async (progress) => {
    await prepareTrading(world, asset, holders, progress);
    return [undefined, `${holders.length} holders may trade netted`];
  });

  const market = {
    chainId,
    desk: await suite.settlementDesk.getAddress(),
    asset,
    currency: await suite.testDollar.getAddress(),
    time: await chainTime(world),
    seed,
  };
  const trading = await reporter.run(`Signing ${2 * options.trades} orders`, async (progress) => {
    const made = await makeTrades(holders, options.trades, market, progress);
    return [made, `for ${options.trades} trades`];
  });
  const snapshot = await readSnapshot(suite, {
    chainId,
    block: await provider.getBlockNumber(),
    assets: [asset],
    currencies: [market.currency],
    accounts: wallets,
  });
  const input: BatchInput = {
    number: (await suite.settlementDesk.lastBatch()) + 1n,
    mode: "strict",
    time: market.time,
    snapshot,
    maxChunkPositions: await readPositionLimit(suite, provider, snapshot),
    ...trading,
  };
  const traded = await tradeAndSettle(world, reporter, options, input, trading);
  const income = await reporter.run("Paying income", async () => {
    const paid = await payIncome(
      world,
      asset,
      holders.map(({ wallet }) => wallet),
      INCOME,
    );
    return [paid, `USD ${usd(paid.paid)} to ${paid.holders} holders`];
  });

  const paintings = await runPaintings(world, reporter, options.paintings, options.paintingsFolder);

  const { result } = traded;
  await writeFile(join(out, "batch-1.bin"), result.file);
  await writeFile(join(out, "receipts.csv"), receiptsCsv(result));
  const results = {
    asset: { id: asset, name: terms.name, holders: holders.length },
    sale,
    ...traded,
    income,
    paintings,
    files: countFiles([{ ...listed, acknowledgements }, ...paintings.map(({ file }) => file)]),
    seed,
    seconds: reporter.elapsedSeconds,
  };
  return { summary: summarise(results), refusals, terms, asset, holders, trading, result };
}

/** Reviewed, listed, attested and with a complete file before anybody is offered a share. */
async function listWhole(world: DemoWorld, terms: AssetTerms, papers: AssetPapers) {
  const { id, reviews } = await listAsset(world, terms, "deed");
  const { currency, decimals, hardCap, price } = terms.offering;
  const insured = { amount: (hardCap * price) / 10n ** BigInt(decimals), unit: currency };
  const completed = await completeFile(world, id, terms, papers, insured);
  const said = `asset ${id}: ${reviews} reviews, ${completed.bundles} bundles of documents, ${completed.values} values`;
  return [{ id, reviews, ...completed }, said] as const;
}

/** The first holder signs that he has read the risks, where the asset has any. */
async function acknowledgeFirst(world: DemoWorld, asset: bigint, [first]: readonly DemoInvestor[]): Promise<number> {
  const { suite, sender } = world;
  const bundleHash = await suite.disclosures.currentDisclosure(asset);
  if (first === undefined || bundleHash === ZeroHash) return 0;

  const word = { asset, wallet: first.wallet.address, bundleHash, deadline: parseUntil("2099-12-31") };
  await acknowledge(suite, sender, [first.wallet], { ...word, signature: undefined });
  return 1;
}

/** Writes the made-up investors as the file that `investor onboard` reads, and onboards them from it. */
async function onboard(
  world: DemoWorld,
  investors: readonly DemoInvestor[],
  out: string,
): Promise<readonly [undefined, string]> {
  const path = join(out, "investors.csv");
  const lines = investors.map(({ reference, wallet, country, class: investorClass }) =>
    [reference, wallet.address, country, investorClass, "2099-12-31"].join(","),
  );
  await writeFile(path, `${["reference,address,country,class,verifiedUntil", ...lines].join("\n")}\n`);

  const { rows } = await readInvestorFile(path, ",");
  const done = await onboardInvestors(world.suite, world.sender, rows, {
    salt: await investorSalt(world.chainId),
    batchSize: 50,
    warn: () => {},
  });
  return [undefined, `${done.registered} registered from ${path}`];
}

async function openAndRefuse(
  world: DemoWorld,
  terms: AssetTerms,
  asset: bigint,
  foreign: DemoInvestor,
  retail: DemoInvestor,
) {
  const { connection } = world;
  const [, , treasury, broker] = await connection.ethers.getSigners();
  if (treasury === undefined || broker === undefined)
    throw new Error("the chain has no accounts for treasury and broker");
  const offering = await offer(world, terms, { treasury: treasury.address, broker: broker.address });

  const shares = terms.offering.minTicket / terms.offering.price;
  const refusals = [
    { who: "an accredited investor from France", reasons: await tryToBuy(world, asset, offering, foreign, shares) },
    {
      who: "an American investor who is not accredited",
      reasons: await tryToBuy(world, asset, offering, retail, shares),
    },
  ];
  return [{ offering, refusals }, `offering ${offering}; a foreign and a non-accredited buyer were refused`] as const;
}

/** The batch is decided, held against the serial executor and against trades one by one, settled net, and held against the chain. */
function tradeAndSettle(
  world: DemoWorld,
  reporter: StepReporter,
  { workers, trades }: DemoOptions,
  input: BatchInput,
  trading: Trading,
) {
  return withSettler(world, workers, async (settler) => {
    const result = await reporter.run("Running the batch", async (progress) => {
      const ran = await settler.decide(input, progress);
      return [ran, `${ran.chunks.length} chunks on ${ran.run.workers} workers`];
    });
    const rate = await reporter.run("Measuring against the bare library", async () => {
      const valid = trading.orders.filter((_order, place) => result.orderStatus[place] === 0);
      const measured = await measureVerification(input.snapshot, valid, { workers });
      return [measured, `${Math.round(measured.perSecond)} signatures per second`];
    });
    const differences = await reporter.run("Running it again, serially", async () => {
      const found = compareResults(result, await runSequential(input));
      return [found, found === undefined ? "the same bytes" : found];
    });
    const oneByOne = await reporter.run("Posting trades one by one, and taking them back", async (progress) => {
      const posted = await compareOneByOne(world, trading, result, Math.min(POSTED_ONE_BY_ONE, trades), progress);
      return [posted, `${posted.trades} trades`];
    });
    const settlement = await reporter.run("Settling the net on chain", async (progress) => {
      const settled = await settler.settle(result, progress);
      const { transactions, mismatches } = settled;
      const agreement = mismatches === 0 ? "every balance agrees" : `${mismatches} balances do not agree`;
      return [settled, `${transactions} transactions, ${agreement}`];
    });
    const reconciled = differences === undefined && settlement.isWhole && settlement.mismatches === 0;
    return { result, rate, oneByOne, settlement, reconciled };
  });
}

function usd(units: bigint): string {
  return formatAmount(units, 6);
}
