import { type Signer, toBeHex, ZeroAddress } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import { type AssetTerms, readAssetFile } from "../../sdk/asset-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findBoundId, findFreeId } from "../../sdk/find-asset.ts";
import { proposalId, proposalOf } from "../../sdk/proposal.ts";
import { commonAddresses, compact, expand } from "../../sdk/rules/common-rules.ts";
import { encodeCountries } from "../../sdk/rules/country-set.ts";
import { planMandate } from "../custody/mandate.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { type RecordedAct, recordCompliance } from "../lib/record-compliance.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { planAnchor, titleOfAnchor } from "./plan-anchor.ts";

interface CreateArguments extends WritingArguments {
  readonly file: string;
  readonly custodian: string;
}

export interface CreatedAsset {
  readonly id: bigint;
  readonly anchorId: string;
  readonly steps: readonly StepReport[];
}

/**
 * Does what is missing for the asset to be listed with its rules, and offers the custodian his mandate, which one of `signers` accepts
 * where it is his. A second run finds nothing to do. Where reviewers decide, the asset has to be reviewed first.
 */
export async function createAsset(
  suite: Suite,
  sender: Sender,
  terms: AssetTerms,
  custodian?: string,
  signers: readonly Signer[] = [],
): Promise<CreatedAsset> {
  const bound = await findBoundId(suite, terms.anchorId);
  const id = bound ?? terms.id ?? (await findFreeId(suite));
  if (terms.id !== undefined && terms.id !== id) {
    throw badInput(`the documents of this asset are bound to id ${id}, the file says ${terms.id}`, {
      notDone: "nothing was sent",
    });
  }

  const isListed = (await suite.shareToken.stateOf(id)) !== 0n;
  if (isListed) await requireSameTerms(suite, id, terms);
  const plan = [
    ...(bound === undefined ? await planAnchor(suite, id, terms) : []),
    ...(isListed ? [] : [list(suite, id, terms, bound === undefined)]),
    ...(await bindRules(suite, id, terms)),
    ...afterListing(isListed, await appoint(suite, id, terms, custodian, signers)),
  ];
  return { id, anchorId: terms.anchorId, steps: await sender.run(plan) };
}

export default runAction<CreateArguments>("asset.create", async (context, args) => {
  const terms = await readAssetFile(args.file);
  const custodian = args.custodian === "" ? undefined : parseAddress(args.custodian, "custodian");
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const signers = await connection.ethers.getSigners();

  const sender = await context.sender();
  const asset = await createAsset(suite, sender, terms, custodian, signers);
  await recordApproval(suite, sender, terms, asset, (text) => context.warn(text));
  const said = context.dryRun ? `would be asset ${asset.id}` : `is asset ${asset.id}`;
  return { data: asset, text: `${describeSteps(asset.steps)}\n${terms.name} ${said}, anchored as ${asset.anchorId}.` };
});

/** Whoever approved the asset stands beside its anchor in the compliance log; what is anchored already is not said again. */
async function recordApproval(
  suite: Suite,
  sender: Sender,
  terms: AssetTerms,
  { id, steps }: CreatedAsset,
  warn: (text: string) => void,
): Promise<void> {
  const anchored = steps.find(({ title }) => title === titleOfAnchor(id, terms));
  const act = async (): Promise<RecordedAct> => {
    const { approvers } = await suite.selectionDesk.proposalOf(proposalId(proposalOf(terms)));
    return {
      subject: { type: "ASSET", id: terms.anchorId },
      event: "ASSET_APPROVED",
      outcome: "APPROVED",
      parties: approvers.slice(0, MOST_PARTIES).map((address) => ({ address, role: "CONTROLLER" })),
      evidenceHash: terms.checklistHash ?? terms.evidenceHash,
    };
  };
  await recordCompliance(suite, sender, anchored, act, warn);
}

/** Of an entry of the compliance log. */
const MOST_PARTIES = 10;

async function requireSameTerms({ shareToken }: Suite, id: bigint, terms: AssetTerms): Promise<void> {
  const [anchorId, cap] = await Promise.all([shareToken.anchorIdOf(id), shareToken.capOf(id)]);
  if (anchorId === terms.anchorId && cap === terms.shares) return;

  throw badInput(`asset ${id} is another one already`, {
    why: `it has ${cap} shares and anchor ${anchorId}, the file says ${terms.shares} and ${terms.anchorId}`,
    todo: "leave the id out of the file, or choose a free one",
    notDone: "nothing was sent",
  });
}

function list({ shareToken }: Suite, id: bigint, terms: AssetTerms, needsEarlier: boolean): Step {
  return {
    title: `list asset ${id} with ${terms.shares} shares`,
    transaction: () => shareToken.listAsset.populateTransaction(id, terms.anchorId, terms.shares, terms.uri),
    needsEarlier,
  };
}

/** The asset's whole list of rules in one transaction, unless it is bound already. */
async function bindRules(suite: Suite, id: bigint, terms: AssetTerms): Promise<Step[]> {
  const { transferRules, countryRule, investorClassRule, holderCountRule } = suite;
  const { countries, classes, holderLimit } = terms;
  const settings = [
    { rule: await countryRule.getAddress(), parameters: encodeCountries({ allow: countries }) },
    { rule: await investorClassRule.getAddress(), parameters: toBeHex(classes, 2) },
    ...(holderLimit === undefined
      ? []
      : [{ rule: await holderCountRule.getAddress(), parameters: toBeHex(holderLimit, 4) }]),
  ];
  const addresses = await commonAddresses(suite);
  const bound = expand(await transferRules.rulesOf(id), addresses);
  const isSame =
    bound.length === settings.length &&
    settings.every(
      ({ rule, parameters }, place) => bound[place]?.rule === rule && bound[place].parameters === parameters,
    );
  if (isSame) return [];

  const transaction = () => transferRules.setRules.populateTransaction(id, [...compact(settings, addresses)]);
  return [{ title: `bind ${settings.length} rules to asset ${id}`, transaction }];
}

/** The custody desk knows an asset once it is listed. */
function afterListing(isListed: boolean, steps: readonly Step[]): Step[] {
  return steps.map((step) => (isListed ? step : { ...step, needsEarlier: true }));
}

/** The first custodian. What he owes is part of the legal document, for as long as the evidence is good. */
async function appoint(
  suite: Suite,
  id: bigint,
  terms: AssetTerms,
  custodian: string | undefined,
  signers: readonly Signer[],
): Promise<Step[]> {
  if (custodian === undefined) return [];
  const present = await suite.custodyDesk.custodianOf(id);
  if (present === custodian) return [];
  if (present !== ZeroAddress) {
    throw badInput(`asset ${id} has a custodian already: ${present}`, {
      todo: "another one takes over with `custody handover`",
    });
  }

  const mandate = { custodian, from: terms.attestedOn, until: terms.attestationExpires, termsHash: terms.legalHash };
  const unsigned = { nonce: undefined, signature: undefined };
  return (await planMandate(suite, signers, id, terms.anchorId, mandate, unsigned)).steps;
}
