import type { Signer } from "ethers";
import type { CustodyPlace } from "../../sdk/attestation.ts";
import type { Suite } from "../../sdk/connect.ts";
import { type MandateFile, readMandateFile } from "../../sdk/custody-files.ts";
import {
  type CustodyMandate,
  custodyMandateId,
  custodyMandateNonce,
  isSameMandate,
  signCustodyMandate,
} from "../../sdk/custody-mandate.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface MandateArguments extends WritingArguments {
  readonly file: string;
}

export interface AgreedMandate {
  readonly mandateId: string;
  readonly nonce: bigint;
  /** Without it the custodian still has to accept. */
  readonly signature: string | null;
  readonly steps: readonly StepReport[];
}

/** Where this suite's custody counts. */
export async function custodyPlace({ custodyDesk }: Suite): Promise<CustodyPlace> {
  const { chainId, verifyingContract } = await custodyDesk.eip712Domain();
  return { chainId, desk: verifyingContract };
}

/**
 * Offers the mandate, and accepts it where the file brings the custodian's signature or the network has his key. A mandate that is in
 * force already is left alone.
 */
export async function agreeMandate(
  suite: Suite,
  sender: Sender,
  signers: readonly Signer[],
  file: MandateFile,
): Promise<AgreedMandate> {
  const { custodyDesk, shareToken } = suite;
  const { asset, mandate } = file;
  const subjectId = await shareToken.anchorIdOf(asset);
  const { steps, nonce, signature } = await planMandate(suite, signers, asset, subjectId, mandate, file);
  const place = await custodyPlace({ ...suite, custodyDesk });

  return {
    mandateId: custodyMandateId(place, subjectId, mandate, nonce),
    nonce,
    signature: signature ?? null,
    steps: await sender.run(steps),
  };
}

/** The steps that are missing until the mandate is in force, as far as there is a signature for them. */
export async function planMandate(
  suite: Suite,
  signers: readonly Signer[],
  asset: bigint,
  subjectId: string,
  mandate: CustodyMandate,
  given: { readonly nonce: bigint | undefined; readonly signature: string | undefined },
): Promise<{ steps: Step[]; nonce: bigint; signature: string | undefined }> {
  const { custodyDesk } = suite;
  const [inForce, offer, place] = await Promise.all([
    custodyDesk.mandateOf(asset),
    custodyDesk.mandateOfferOf(asset),
    custodyPlace(suite),
  ]);
  const before = { ...toMandate(inForce) };
  const nonce = given.nonce ?? custodyMandateNonce(place, subjectId, mandate, before);
  if (isSameMandate(before, mandate)) return { steps: [], nonce, signature: given.signature };

  const isOffered = isSameMandate(toMandate(offer), mandate);
  const offering: Step = {
    title: `offer ${mandate.custodian} the custody of asset ${asset}`,
    transaction: () => custodyDesk.offerMandate.populateTransaction(asset, mandate),
  };
  const signer = await findSigner(signers, mandate.custodian);
  const signature = given.signature ?? (signer && (await signCustodyMandate(signer, place, subjectId, mandate, nonce)));
  const accepting: Step[] =
    signature === undefined
      ? []
      : [
          {
            title: `accept it for ${mandate.custodian}`,
            transaction: () => custodyDesk.bringMandate.populateTransaction(asset, mandate, nonce, signature),
            needsEarlier: !isOffered,
          },
        ];
  return { steps: [...(isOffered ? [] : [offering]), ...accepting], nonce, signature };
}

export default runAction<MandateArguments>("custody.mandate", async (context, args) => {
  const file = await readMandateFile(args.file);
  const { connection } = await context.connect();
  const { suite } = await context.suite();

  const agreed = await agreeMandate(suite, await context.sender(), await connection.ethers.getSigners(), file);
  const said =
    agreed.signature === null && agreed.steps.length > 0
      ? `It waits for ${file.mandate.custodian}: signed, nonce ${agreed.nonce}, digest ${agreed.mandateId}.`
      : `Asset ${file.asset} is kept by ${await suite.custodyDesk.custodianOf(file.asset)}.`;
  return { data: agreed, text: `${describeSteps(agreed.steps)}\n${said}` };
});

function toMandate({ custodian, from, until, termsHash }: CustodyMandate): CustodyMandate {
  return { custodian, from, until, termsHash };
}
