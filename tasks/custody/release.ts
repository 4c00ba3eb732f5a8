import type { Signer } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { type ReleaseFile, readReleaseFile } from "../../sdk/custody-files.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { type Release, releaseId, releaseNonce, signRelease } from "../../sdk/release.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { custodyPlace } from "./mandate.ts";

interface ReleaseArguments extends WritingArguments {
  readonly file: string;
}

export interface ReleaseResult {
  readonly releaseId: string;
  readonly release: Release;
  /** Null where holder or custodian still has to sign; nothing is given out then. */
  readonly holderSignature: string | null;
  readonly custodianSignature: string | null;
  readonly steps: readonly StepReport[];
}

/**
 * Approves that the thing is given out against all its shares and, once holder and custodian have signed (in the file, or with keys of
 * the network), carries it out: the shares are gone, the asset is retired and nobody answers for the thing any more. For good.
 */
export async function releaseThing(
  suite: Suite,
  sender: Sender,
  signers: readonly Signer[],
  file: ReleaseFile,
): Promise<ReleaseResult> {
  const { custodyDesk, shareToken } = suite;
  const { asset, nonce, holderSignature: givenHolder, custodianSignature: givenCustodian, ...content } = file;
  const place = await custodyPlace(suite);
  const [subjectId, shareCount] = await Promise.all([shareToken.anchorIdOf(asset), shareToken.totalSupply(asset)]);
  const unsigned = { subjectId, shareCount, ...content };
  const agreed: Release = { ...unsigned, nonce: nonce ?? releaseNonce(place, unsigned) };
  const id = releaseId(place, agreed);

  const sign = async (address: string) => {
    const signer = await findSigner(signers, address);
    return signer && signRelease(signer, place, agreed);
  };
  const holderSignature = givenHolder ?? (await sign(agreed.holder));
  const custodianSignature = givenCustodian ?? (await sign(agreed.custodian));
  const isApproved = await custodyDesk.isApproved(id);

  const approval: Step = {
    title: `approve that the thing of asset ${asset} is given to ${agreed.holder}`,
    transaction: () => custodyDesk.approveRelease.populateTransaction(asset, agreed, true),
  };
  const giving: Step[] =
    holderSignature === undefined || custodianSignature === undefined
      ? []
      : [
          {
            title: `give it out against ${shareCount} shares`,
            transaction: () =>
              custodyDesk.release.populateTransaction(asset, agreed, holderSignature, custodianSignature),
            needsEarlier: !isApproved,
          },
        ];
  return {
    releaseId: id,
    release: agreed,
    holderSignature: holderSignature ?? null,
    custodianSignature: custodianSignature ?? null,
    steps: await sender.run([...(isApproved ? [] : [approval]), ...giving]),
  };
}

export default runAction<ReleaseArguments>("custody.release", async (context, args) => {
  const file = await readReleaseFile(args.file);
  const { connection } = await context.connect();
  const { suite } = await context.suite();

  const result = await releaseThing(suite, await context.sender(), await connection.ethers.getSigners(), file);
  const missing = [
    ...(result.holderSignature === null ? [file.holder] : []),
    ...(result.custodianSignature === null ? [file.custodian] : []),
  ];
  const would = context.dryRun ? "would be" : "is";
  const said =
    missing.length > 0
      ? `It waits for ${missing.join(" and ")}: nonce ${result.release.nonce}, digest ${result.releaseId}.`
      : `The thing of asset ${file.asset} ${would} given to ${file.holder}, and its shares ${would === "is" ? "are" : "would be"} gone.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});
