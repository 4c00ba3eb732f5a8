import type { Suite, SuiteAddresses } from "../../sdk/connect.ts";
import { hashDocument } from "../../sdk/document.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { listHolders } from "../../sdk/holders.ts";
import { listBoundRules } from "../../sdk/rules/bound-rules.ts";
import { compareRules, type RuleChange, type RuleComparison } from "../../sdk/rules/compare-rules.ts";
import { pathOfRules, type RuleList, readRules } from "../../sdk/rules/rules-file.ts";
import { formatTime, parseInstant } from "../../sdk/time.ts";
import { ICompositeRule__factory } from "../../typechain-types/index.ts";
import { bookAddresses } from "../lib/book-addresses.ts";
import { chunk } from "../lib/chunk.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { assetSubject, recordCompliance } from "../lib/record-compliance.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface SetArguments extends WritingArguments {
  readonly asset: bigint;
  readonly rules: string;
  readonly acquired: string;
  readonly batchSize: number;
}

/** Bits of contracts/rules/RuleTraits.sol. */
const TRAIT = { lots: 4n, tracks: 16n, composite: 64n } as const;
/** What `TransferRules` counts itself, and goes on counting once it has begun. */
const LASTING = 15n;

export interface RulesToSet {
  readonly asset: bigint;
  readonly list: RuleList;
  readonly addresses: SuiteAddresses;
  /** When present holdings count as acquired; needed only where a lock-up begins to count them. */
  readonly acquired: bigint | undefined;
  readonly batchSize: number;
}

export interface RulesSet {
  readonly changes: readonly RuleChange[];
  readonly steps: readonly StepReport[];
  readonly holders: number;
  /** Nothing is transferred until a count is complete. */
  readonly isStale: boolean;
}

/**
 * Binds the rules in one transaction. Where a rule needs counts of holders that there are not yet, the asset stands still from then
 * on; its holders are read from the token and counted page by page. A run that was interrupted goes on after the last wallet counted.
 */
export async function setRules(suite: Suite, sender: Sender, wanted: RulesToSet): Promise<RulesSet> {
  const { asset, list, addresses } = wanted;
  if ((await suite.shareToken.stateOf(asset)) === 0n) {
    throw badInput(`there is no asset ${asset}`, { todo: "list it with `asset create`", notDone: "nothing was sent" });
  }
  const compared = compareRules(await listBoundRules(suite, addresses, asset), list.rules, addresses);
  const count = await planCount(suite, wanted, compared);

  const bindings = compared.isSame ? [] : [bind(suite, asset, compared, list.rules.length)];
  const recounts = count.isAskedFor ? [recount(suite, asset, bindings.length > 0)] : [];
  const bound = await sender.run([...bindings, ...recounts]);
  // Holders are read only now: from here on nothing moves under the count.
  const pages = count.isNeeded ? await planPages(suite, sender, wanted, sender.dryRun && bound.length > 0) : [];
  const counted = await sender.run(pages.map(({ step }) => step));

  return {
    changes: compared.changes,
    steps: [...bound, ...counted],
    holders: pages.reduce((sum, { wallets }) => sum + wallets, 0),
    isStale: !sender.dryRun && (await suite.transferRules.countOf(asset)).isStale,
  };
}

export default runAction<SetArguments>("rules.set", async (context, args) => {
  const list = await readRules(args.rules);
  const acquired = args.acquired === "" ? undefined : parseInstant(args.acquired);
  const { suite, book } = await context.suite();
  const { asset, batchSize } = args;

  const sender = await context.sender();
  const result = await setRules(suite, sender, {
    asset,
    list,
    addresses: bookAddresses(book),
    acquired,
    batchSize,
  });
  if (result.changes.some(({ change }) => change !== "kept")) {
    const act = async () => ({
      subject: await assetSubject(suite, asset),
      event: "POLICY_CHANGE" as const,
      parties: [],
      evidenceHash: await hashDocument({ file: pathOfRules(args.rules) }, args.rules),
    });
    await recordCompliance(suite, sender, result.steps[0], act, (said) => context.warn(said));
  }
  const text = `${describeChanges(result.changes)}\n${describeSteps(result.steps)}`;
  if (!result.isStale) return { data: { asset, name: list.name, ...result }, text };

  const exitCode = ExitCode.partly;
  return {
    data: { asset, name: list.name, ...result },
    text,
    exitCode,
    error: {
      what: `the holders of asset ${asset} are not counted yet, and nothing is transferred until they are`,
      why: "something moved by force while they were counted",
      todo: "run the same command again",
      exitCode,
    },
  };
});

/** What changes, as a list with signs. */
export function describeChanges(changes: readonly RuleChange[]): string {
  const lines = changes.map((each) => {
    if (each.change === "changed") return `~ ${each.code} ${each.words}\n     before: ${each.before}`;
    return `${{ added: "+", removed: "-", kept: "=" }[each.change]} ${each.code} ${each.words}`;
  });
  return lines.length === 0 ? "No rules: only the standing of sender and receiver counts." : lines.join("\n");
}

function bind({ transferRules }: Suite, asset: bigint, { settings }: RuleComparison, count: number): Step {
  const title = count === 0 ? `take all rules off asset ${asset}` : `bind ${count} rules to asset ${asset}`;
  return { title, transaction: () => transferRules.setRules.populateTransaction(asset, [...settings]) };
}

function recount({ transferRules }: Suite, asset: bigint, needsEarlier: boolean): Step {
  const title = `begin to count the holders of asset ${asset} anew`;
  return { title, transaction: () => transferRules.recount.populateTransaction(asset), needsEarlier };
}

/** Whether holders have to be counted, and whether that has to be asked for because the chain itself would not. */
async function planCount(suite: Suite, { asset, acquired }: RulesToSet, { settings, isSame }: RuleComparison) {
  const { transferRules, shareToken } = suite;
  const [{ isStale }, counts, supply, bound] = await Promise.all([
    transferRules.countOf(asset),
    transferRules.countsOf(asset),
    shareToken.totalSupply(asset),
    transferRules.rulesOf(asset),
  ]);
  const needs = await Promise.all(settings.map((setting) => needsOf(suite, setting)));
  const traits = needs.reduce((all, each) => all | each.traits, 0n);
  const before = await Promise.all(bound.map((setting) => needsOf(suite, setting)));
  const isNewMemory = needs.some(
    ({ traits: own, rule }) => (own & TRAIT.tracks) !== 0n && bound.every((each) => each.rule !== rule),
  );
  // Lots are forgotten once they have left the window; a longer one would take them for old.
  const isLonger = longest(needs) > longest(before);
  const lacks = isNewMemory || (traits & LASTING & ~counts) !== 0n;

  const isNeeded = supply !== 0n && traits !== 0n && (isStale || (!isSame && (lacks || isLonger)));
  if (isNeeded && (traits & TRAIT.lots) !== 0n && acquired === undefined) {
    throw badInput("the lock-up has to know when present holdings were acquired, and the register does not know", {
      todo: "say it with --acquired, a day or a time; the day on which the offering closed, for instance",
      notDone: "nothing was sent",
    });
  }
  return { isNeeded, isAskedFor: isNeeded && !isStale && !lacks };
}

async function needsOf({ transferRules }: Suite, { rule, parameters }: { rule: string; parameters: string }) {
  const asked = ICompositeRule__factory.connect(rule, transferRules.runner);
  const own = await asked.traits();
  const traits = (own & TRAIT.composite) === 0n ? own : (await asked.traitsOf(parameters)) & ~TRAIT.composite;
  return { rule, traits, window: (traits & TRAIT.lots) === 0n ? 0n : await asked.window(parameters) };
}

function longest(needs: readonly { readonly window: bigint }[]): bigint {
  return needs.reduce((most, { window }) => (window > most ? window : most), 0n);
}

/** `isAhead` in a dry run: nothing was bound, so that the pages cannot be simulated, and begin at the first wallet. */
async function planPages(suite: Suite, { signer }: Sender, wanted: RulesToSet, isAhead: boolean) {
  const { transferRules } = suite;
  const { asset, acquired = 0n, batchSize } = wanted;
  const block = await signer.provider?.getBlockNumber();
  if (block === undefined) throw new TypeError("this sender is not connected to a chain");
  const holdings = await listHolders(suite, asset, block);
  const { cursor } = await transferRules.countOf(asset);

  const after = isAhead ? 0n : BigInt(cursor);
  const left = holdings.filter(({ wallet }) => BigInt(wallet) > after);
  const since = acquired === 0n ? "" : ` as acquired on ${formatTime(acquired)}`;
  return chunk(left, batchSize).map((page, number) => {
    const wallets = page.map(({ wallet }) => wallet);
    const step: Step = {
      title: `count ${page.length} wallets of asset ${asset}${since}`,
      transaction: () => transferRules.countHolders.populateTransaction(asset, wallets, acquired),
      needsEarlier: isAhead || number > 0,
    };
    return { wallets: page.length, step };
  });
}
