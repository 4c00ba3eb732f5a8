import type { Signer } from "ethers";
import { ATTESTATION_KINDS, type Attestation, attestationId, nonceOf, signAttestation } from "../../sdk/attestation.ts";
import { type AttestationFile, readAttestationFile } from "../../sdk/attestation-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { formatTime } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface AttestArguments extends WritingArguments {
  readonly file: string;
}

export interface AttestResult {
  readonly attestationId: string;
  readonly attestation: Attestation;
  readonly signature: string;
  readonly steps: readonly StepReport[];
}

/** Signs (unless the file brings a signature) and keeps the attestation. The same one a second time is left alone. */
export async function attest(
  suite: Suite,
  sender: Sender,
  signers: readonly Signer[],
  chainId: bigint,
  file: AttestationFile,
): Promise<AttestResult> {
  const { custodyDesk, shareToken } = suite;
  const { asset, nonce, signature: given, ...content } = file;
  const place = { chainId, desk: await custodyDesk.getAddress() };
  const unsigned = { ...content, subjectId: await shareToken.anchorIdOf(asset) };
  const attestation = { ...unsigned, nonce: nonce ?? nonceOf(place, unsigned) };

  const signature = given ?? (await signAttestation(await requireSigner(signers, file.attester), place, attestation));
  const isKept = await custodyDesk.isNonceUsed(file.attester, attestation.nonce);
  const title = `keep the attestation of asset ${asset}'s ${ATTESTATION_KINDS[file.kind]}`;
  const transaction = () => custodyDesk.attest.populateTransaction(asset, attestation, signature);
  const steps = await sender.run(isKept ? [] : [{ title, transaction }]);

  return { attestationId: attestationId(place, attestation), attestation, signature, steps };
}

export default runAction<AttestArguments>("custody.attest", async (context, args) => {
  const file = await readAttestationFile(args.file);
  const { connection, chainId } = await context.connect();
  const { suite } = await context.suite();

  const result = await attest(suite, await context.sender(), await connection.ethers.getSigners(), chainId, file);
  const until = await suite.custodyDesk.backedUntil(file.asset);
  const backing = until === 0n ? "is not backed" : `is backed until ${formatTime(until)}`;
  return {
    data: { ...result, backedUntil: until },
    text: `${describeSteps(result.steps)}\nAsset ${file.asset} ${backing}.`,
  };
});

async function requireSigner(signers: readonly Signer[], attester: string): Promise<Signer> {
  const signer = await findSigner(signers, attester);
  if (signer !== undefined) return signer;

  throw badInput(`the network has no key of the attester ${attester}`, {
    todo: "let him sign it, and put nonce and signature into the file",
    notDone: "nothing was signed or sent",
  });
}
