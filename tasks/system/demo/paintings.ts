import assert from "node:assert/strict";
import type { Wallet } from "ethers";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { type AssetStateName, assetStateName } from "../../../sdk/asset-state.ts";
import { MONEY_DECIMALS, type Painting, type PaintingOwner } from "../../../sdk/painting-file.ts";
import type { StepReporter } from "../../lib/progress.ts";
import { readPaintingPapers } from "./asset-papers.ts";
import { type CompletedFile, completeFile } from "./complete-file.ts";
import { listAsset } from "./list-asset.ts";
import { damageAndMend, demandAcknowledgement, passOn } from "./painting-events.ts";
import { onboardOwners, walletIn } from "./painting-owners.ts";
import { termsOfPainting } from "./painting-terms.ts";
import { payIncome } from "./pay-income.ts";
import { offer, sellOut } from "./sell-out.ts";
import { chainTime, type DemoWorld, mined } from "./world.ts";

/** What became of one owner's part. Amounts in base units of the money that the painting was bought, or sold, in. */
export interface OwnedPart extends PaintingOwner {
  readonly account: string;
  readonly paid: bigint;
  /** Nothing if the painting was not sold. */
  readonly received: bigint | undefined;
}

/** A painting after it was bought in shares and, if it was, sold again. */
export interface OwnedPainting {
  readonly asset: bigint;
  /** Of the asset in the end. */
  readonly state: AssetStateName;
  readonly painting: Painting;
  /** The dealer first. */
  readonly parts: readonly [OwnedPart, ...OwnedPart[]];
  /** What of the sale did not divide by the units; nothing if the painting was not sold. */
  readonly carried: bigint | undefined;
  readonly file: PaintingFile;
}

/** What the painting's file has got, and what happened to it. */
export interface PaintingFile extends CompletedFile {
  readonly reviews: number;
  /** Owners who had to acknowledge the risks, and have. */
  readonly acknowledgements: number;
  readonly handOvers: number;
  readonly incidents: number;
}

/** What happens to which painting, by its record: a demo of custody, made up (`data/co-owned-paintings/keeping.md`). */
const HANDED_OVER = "K-14716";
const DAMAGED = "K-10646";

/** `AssetState.Redeeming`: whoever held a part of a sold work may still give it back, but not pass it on. */
const REDEEMING = 5;

/** Lists every painting as an asset of its own, sells it to those who shared in it, and pays out what it was sold for. */
export async function runPaintings(
  world: DemoWorld,
  reporter: StepReporter,
  paintings: readonly Painting[],
  folder: string,
): Promise<OwnedPainting[]> {
  return reporter.run(`Sharing ${paintings.length} paintings as their dealers did`, async (progress) => {
    const wallets = await onboardOwners(world, paintings);
    const owned: OwnedPainting[] = [];
    for (const [place, painting] of paintings.entries()) {
      owned.push(await runPainting(world, painting, wallets, folder));
      progress.update(place + 1, paintings.length);
    }

    const sold = paintings.filter(({ outcome }) => outcome.kind === "sold").length;
    return [owned, `${wallets.size} owners, ${sold} sold and paid out`];
  });
}

async function runPainting(
  world: DemoWorld,
  painting: Painting,
  wallets: ReadonlyMap<string, Wallet>,
  folder: string,
): Promise<OwnedPainting> {
  const { owners, outcome } = painting;
  const accounts = owners.map(({ name }) => walletIn(wallets, name));
  const terms = termsOfPainting(painting, await chainTime(world));
  const insured = { amount: painting.bought.amount / 10n ** BigInt(MONEY_DECIMALS), unit: painting.bought.currency };
  const papers = await readPaintingPapers(folder, painting.file);
  const { id: asset, reviews } = await listAsset(world, terms, "painting");
  const completed = await completeFile(world, asset, terms, papers, insured);
  const isDisclosed = papers.bundles.some(({ role }) => role === "DISCLOSURE");
  const acknowledgements = isDisclosed ? await demandAcknowledgement(world, asset, accounts) : 0;

  const paid = await buyTogether(world, painting, terms, asset, accounts);
  const [isPassedOn, isDamaged] = [painting.record === HANDED_OVER, painting.record === DAMAGED];
  const newWords = isPassedOn ? await passOn(world, asset, terms.evidenceHash, insured) : 0;
  if (isDamaged) await damageAndMend(world, asset);
  const sale = outcome.kind === "sold" ? await payOut(world, asset, accounts, outcome.amount) : undefined;

  const part = (owner: PaintingOwner, place: number): OwnedPart => {
    const account = walletAt(accounts, place).address;
    return { ...owner, account, paid: paid[place] ?? 0n, received: sale?.received[place] };
  };
  const [dealer, ...partners] = owners;
  const parts = [part(dealer, 0), ...partners.map((owner, place) => part(owner, place + 1))] as const;
  const state = assetStateName(await world.suite.shareToken.stateOf(asset));
  const words = completed.words + newWords;
  const happened = { acknowledgements, handOvers: isPassedOn ? 1 : 0, incidents: isDamaged ? 1 : 0 };
  return { asset, state, painting, parts, carried: sale?.carried, file: { ...completed, words, reviews, ...happened } };
}

/** Every owner subscribes exactly his part, at the recorded price; the money goes to whom it was bought from. */
async function buyTogether(
  world: DemoWorld,
  painting: Painting,
  terms: AssetTerms,
  asset: bigint,
  accounts: readonly Wallet[],
): Promise<readonly bigint[]> {
  const { suite, connection } = world;
  const { owners, units, bought } = painting;
  const [, , , , seller] = await connection.ethers.getSigners();
  if (seller === undefined) throw new Error("the chain has no account for the seller");
  const payees = { treasury: seller.address, broker: seller.address };
  const offering = await offer(world, terms, payees);
  const purchases = owners.map((owner, place) => ({ wallet: walletAt(accounts, place), shares: owner.units }));

  const { proceeds, costs } = await sellOut(world, offering, purchases);

  const held = await Promise.all(accounts.map(({ address }) => suite.shareToken.balanceOf(address, asset)));
  assert.deepEqual(
    held,
    owners.map((owner) => owner.units),
    "everybody holds his fraction",
  );
  assert.equal(await suite.shareToken.totalSupply(asset), units, "all units are held");
  assert.equal(proceeds, bought.amount, "the seller got the recorded price");
  return costs;
}

/** Pays the recorded price of the sale to the owners, per unit. After that the work is another's, and its units move no more. */
async function payOut(world: DemoWorld, asset: bigint, accounts: readonly Wallet[], proceeds: bigint) {
  const { suite } = world;
  const before = await balances(world, accounts);
  const { paid, carried } = await payIncome(world, asset, accounts, proceeds);
  const after = await balances(world, accounts);
  await mined(suite.shareToken.setAssetState(asset, REDEEMING));

  assert.equal(paid + carried, proceeds, "what was not paid is carried");
  return { received: after.map((balance, place) => balance - (before[place] ?? 0n)), carried };
}

function balances({ suite }: DemoWorld, accounts: readonly Wallet[]): Promise<bigint[]> {
  return Promise.all(accounts.map(({ address }) => suite.testDollar.balanceOf(address)));
}

function walletAt(accounts: readonly Wallet[], place: number): Wallet {
  const wallet = accounts[place];
  if (wallet === undefined) throw new RangeError(`owner ${place} has no wallet`);
  return wallet;
}
