import type { Signer } from "ethers";
import type { CustodyPlace } from "../../sdk/attestation.ts";
import type { Suite } from "../../sdk/connect.ts";
import { type HandOverFile, readHandOverFile } from "../../sdk/custody-files.ts";
import { badInput } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { type HandOver, handOverId, handOverNonce, signHandOver } from "../../sdk/hand-over.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { custodyPlace } from "./mandate.ts";

interface HandOverArguments extends WritingArguments {
  readonly file: string;
  readonly byOrder: boolean;
}

export interface HandOverResult {
  readonly handOverId: string;
  readonly handOver: HandOver;
  /** Null where the one who hands over, or takes over, still has to sign; nothing is carried out then. */
  readonly fromSignature: string | null;
  readonly toSignature: string | null;
  readonly steps: readonly StepReport[];
}

/**
 * Approves the hand-over and, once both custodians have signed (in the file, or with keys of the network), carries it out. Half signed,
 * it is approved only. One that was carried out before is left alone. With `byOrder` the one who hands over need not sign: the file's
 * evidence is the order, and compliance carries it out.
 */
export async function handOver(
  suite: Suite,
  sender: Sender,
  signers: readonly Signer[],
  file: HandOverFile,
  byOrder = false,
): Promise<HandOverResult> {
  const { custodyDesk, shareToken } = suite;
  const { asset, nonce, fromSignature: givenFrom, toSignature: givenTo, ...content } = file;
  const place = await custodyPlace(suite);
  const unsigned = { subjectId: await shareToken.anchorIdOf(asset), ...content };
  const agreed: HandOver = { ...unsigned, nonce: nonce ?? handOverNonce(place, unsigned) };
  const id = handOverId(place, agreed);

  const fromSignature = givenFrom ?? (await signIfPossible(signers, agreed.from, place, agreed));
  const toSignature = givenTo ?? (await signIfPossible(signers, agreed.to, place, agreed));
  const isDone = (await custodyDesk.isNonceUsed(agreed.to, agreed.nonce)) && (await keeps(suite, asset, agreed.to));
  const isApproved = await custodyDesk.isApproved(id);
  if (!isDone) await requireResponsible(suite, asset, agreed.from);

  const approval: Step = {
    title: `approve that ${agreed.from} hands asset ${asset} over to ${agreed.to}`,
    transaction: () => custodyDesk.approveHandOver.populateTransaction(asset, agreed, true),
  };
  const passing = planPassing(suite, asset, agreed, byOrder ? "order" : fromSignature, toSignature).map((step) => ({
    ...step,
    needsEarlier: !isApproved,
  }));
  const steps = isDone ? [] : [...(isApproved ? [] : [approval]), ...passing];
  return {
    handOverId: id,
    handOver: agreed,
    fromSignature: fromSignature ?? null,
    toSignature: toSignature ?? null,
    steps: await sender.run(steps),
  };
}

export default runAction<HandOverArguments>("custody.handover", async (context, args) => {
  const file = await readHandOverFile(args.file);
  const { connection } = await context.connect();
  const { suite } = await context.suite();

  const signers = await connection.ethers.getSigners();
  const result = await handOver(suite, await context.sender(), signers, file, args.byOrder);
  const missing = [
    ...(result.fromSignature === null && !args.byOrder ? [file.from] : []),
    ...(result.toSignature === null ? [file.to] : []),
  ];
  const said =
    missing.length > 0
      ? `It waits for ${missing.join(" and ")}: nonce ${result.handOver.nonce}, digest ${result.handOverId}.`
      : `${await suite.custodyDesk.custodianOf(file.asset)} answers for asset ${file.asset}.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});

/** Both have to have signed, or there is an order instead of the first. */
function planPassing(
  { custodyDesk }: Suite,
  asset: bigint,
  agreed: HandOver,
  from: string | undefined,
  to: string | undefined,
): Step[] {
  if (from === undefined || to === undefined) return [];
  if (from === "order") {
    const transaction = () => custodyDesk.takeOver.populateTransaction(asset, agreed, to);
    return [{ title: `let ${agreed.to} take asset ${asset} over by order`, transaction }];
  }
  const transaction = () => custodyDesk.handOver.populateTransaction(asset, agreed, from, to);
  return [{ title: `hand asset ${asset} over`, transaction }];
}

async function signIfPossible(signers: readonly Signer[], address: string, place: CustodyPlace, agreed: HandOver) {
  const signer = await findSigner(signers, address);
  return signer && signHandOver(signer, place, agreed);
}

async function keeps({ custodyDesk }: Suite, asset: bigint, account: string): Promise<boolean> {
  return (await custodyDesk.custodianOf(asset)) === account;
}

async function requireResponsible(suite: Suite, asset: bigint, from: string): Promise<void> {
  if (await keeps(suite, asset, from)) return;
  throw badInput(`${from} does not answer for asset ${asset}`, {
    why: `${await suite.custodyDesk.custodianOf(asset)} does`,
    notDone: "nothing was sent",
  });
}
