import type { Provider, Signer } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { type Mandate, mandateId, signMandate } from "../../sdk/mandate.ts";
import { type MandateFile, mandateOf, readMandateFile } from "../../sdk/settlement-mandate-file.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface MandateArguments extends WritingArguments {
  readonly file: string;
}

export interface RegisteredMandate {
  readonly id: string;
  readonly mandate: Mandate;
  readonly steps: readonly StepReport[];
}

/**
 * Registers how far chunks may go with an account: signed by the account's key where it is at hand, or elsewhere. It takes the place
 * of the account's mandate in that currency. One that is registered already is left alone.
 */
export async function registerMandate(
  suite: Suite,
  sender: Sender,
  file: MandateFile,
  path: string,
  { provider, signers }: { readonly provider: Provider; readonly signers: readonly Signer[] },
): Promise<RegisteredMandate> {
  const { settlementDesk } = suite;
  const { address: currency, decimals } = await findCurrency(suite, provider, file.currency ?? "");
  const last = await settlementDesk.mandateNonce(file.account, currency);
  const live = await settlementDesk.liveMandate(file.account, currency);
  const place = { chainId: (await provider.getNetwork()).chainId, desk: await settlementDesk.getAddress() };

  // The same file twice is the same mandate: first held against the one that lives, under its nonce.
  const same = mandateOf(file, { currency, decimals, nonce: last }, path);
  if (mandateId(place, same) === live) return { id: live, mandate: same, steps: [] };

  const mandate = mandateOf(file, { currency, decimals, nonce: last + 1n }, path);
  const id = mandateId(place, mandate);
  const signer = await findSigner(signers, mandate.account);
  const signature = file.signature ?? (signer && (await signMandate(signer, place, mandate)));
  if (signature === undefined) {
    throw badInput(`the key of ${mandate.account} is not at hand, and the file has no signature`, {
      where: path,
      todo: `have the owner sign the digest ${id} (nonce ${mandate.nonce}), and put "nonce" and "signature" into the file`,
      notDone: "nothing was sent",
    });
  }

  const title = `register the mandate of ${mandate.account} for ${mandate.limits.length} assets`;
  const transaction = () =>
    settlementDesk.registerMandate.populateTransaction({ ...mandate, limits: [...mandate.limits] }, signature);
  return { id, mandate, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<MandateArguments>("settle.mandate", async (context, { file: path }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const signers = await connection.ethers.getSigners();
  const options = { provider: connection.ethers.provider, signers };

  const file = await readMandateFile(path);
  const { id, mandate, steps } = await registerMandate(suite, await context.sender(), file, path, options);
  const text = [describeSteps(steps, "Nothing to do: this mandate is registered."), `Mandate ${id}.`].join("\n");
  return { data: { id, mandate, steps }, text };
});
