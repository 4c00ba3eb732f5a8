import type { Signer } from "ethers";
import { acknowledgementDigest, signAcknowledgement } from "../../sdk/acknowledgement.ts";
import { type AcknowledgementFile, readAcknowledgementFile } from "../../sdk/acknowledgement-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface AcknowledgeArguments extends WritingArguments {
  readonly file: string;
}

export interface Acknowledged {
  readonly asset: bigint;
  readonly wallet: string;
  readonly bundleHash: string;
  /** What the wallet signs. */
  readonly digest: string;
  /** Null where its owner still has to sign. */
  readonly signature: string | null;
  readonly steps: readonly StepReport[];
}

/**
 * Brings the word of a wallet that its owner has read the disclosures of an asset: by the signature in the file, or with the wallet's
 * key. What is acknowledged already is left alone; disclosures that do not count, or no longer, are refused before anybody signs.
 */
export async function acknowledge(
  suite: Pick<Suite, "disclosures">,
  sender: Sender,
  signers: readonly Signer[],
  { asset, wallet, bundleHash, deadline, signature: given }: AcknowledgementFile,
): Promise<Acknowledged> {
  const { disclosures } = suite;
  const current = await disclosures.currentDisclosure(asset);
  if (current !== bundleHash) throw doesNotCount(asset, bundleHash, current);

  const { chainId, verifyingContract } = await disclosures.eip712Domain();
  const place = { chainId, disclosures: verifyingContract };
  const said = { wallet, asset, bundleHash, deadline };
  const signer = await findSigner(signers, wallet);
  const signature = given ?? (signer && (await signAcknowledgement(signer, place, said)));
  const isKnown = await disclosures.hasAcknowledged(asset, wallet);
  const steps = await sender.run(
    isKnown || signature === undefined
      ? []
      : [
          {
            title: `keep that ${wallet} has read the disclosures of asset ${asset}`,
            transaction: () =>
              disclosures.acknowledgeFor.populateTransaction(wallet, asset, bundleHash, deadline, signature),
          },
        ],
  );
  const digest = acknowledgementDigest(place, said);
  return { asset, wallet, bundleHash, digest, signature: signature ?? null, steps };
}

export default runAction<AcknowledgeArguments>("investor.acknowledge", async (context, args) => {
  const file = await readAcknowledgementFile(args.file);
  const { connection } = await context.connect();
  const { suite } = await context.suite();

  const result = await acknowledge(suite, await context.sender(), await connection.ethers.getSigners(), file);
  const isKnown = await suite.disclosures.hasAcknowledged(file.asset, file.wallet);
  const said = isKnown
    ? `${file.wallet} has acknowledged the disclosures of asset ${file.asset}.`
    : result.signature === null
      ? `It waits for ${file.wallet}: digest ${result.digest}.`
      : `${file.wallet} would have acknowledged the disclosures of asset ${file.asset}.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});

function doesNotCount(asset: bigint, bundleHash: string, current: string) {
  const isNone = /^0x0{64}$/.test(current);
  return badInput(`${bundleHash} is not what counts as disclosures of asset ${asset}`, {
    why: isNone ? "it has none" : `what counts is ${current}`,
    todo: isNone ? "anchor them with `asset document`" : "let the owner of the wallet read that, and sign it",
    notDone: "nothing was signed or sent",
  });
}
