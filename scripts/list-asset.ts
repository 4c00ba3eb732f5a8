import { parseAddress } from "../sdk/address.ts";
import { readAssetFile } from "../sdk/asset-file.ts";
import { readAttestationFile } from "../sdk/attestation-file.ts";
import { badInput } from "../sdk/errors.ts";
import { formatTime } from "../sdk/time.ts";
import { createAsset } from "../tasks/asset/create.ts";
import { attest } from "../tasks/custody/attest.ts";
import { findCurrency } from "../tasks/lib/currency.ts";
import { describeSteps } from "../tasks/lib/describe-steps.ts";
import { findNewestOffering } from "../tasks/lib/offerings.ts";
import { openOffering } from "../tasks/offering/open.ts";
import { runScript } from "./lib/run-script.ts";

const usage = {
  script: "list-asset",
  purpose: "Lists an asset from its file, brings its custodian's attestation, and opens its offering.",
  required: { ASSET_FILE: "the asset, e.g. data/1685-38th-reit/asset.json" },
  optional: {
    CUSTODIAN: "who keeps the asset",
    ATTESTATION_FILE: "the custodian's word that the asset exists",
    CURRENCY: "ERC-20 that buyers pay (local chains: the TestDollar)",
    TREASURY: "who gets the proceeds (default: the sender)",
    FEE_RECIPIENT: "who gets the commission (default: the treasury)",
  },
};

await runScript(usage, async (context, parameters) => {
  const { ASSET_FILE, ATTESTATION_FILE, CUSTODIAN, CURRENCY = "", TREASURY, FEE_RECIPIENT } = parameters;
  const terms = await readAssetFile(ASSET_FILE);
  const word = ATTESTATION_FILE === undefined ? undefined : await readAttestationFile(ATTESTATION_FILE);
  const custodian = CUSTODIAN === undefined ? undefined : parseAddress(CUSTODIAN, "CUSTODIAN");
  const { connection, chainId } = await context.connect();
  const { provider } = connection.ethers;
  const { suite } = await context.suite();
  const sender = await context.sender();

  const signers = await connection.ethers.getSigners();
  const asset = await createAsset(suite, sender, terms, custodian, signers);
  if (word !== undefined && word.asset !== asset.id) {
    const what = `the attestation is of asset ${word.asset}, and this is asset ${asset.id}`;
    throw badInput(what, { where: ATTESTATION_FILE });
  }
  const kept = word === undefined ? [] : (await attest(suite, sender, signers, chainId, word)).steps;

  // An asset is offered once: a second start must not sell what is sold.
  const earlier = await findNewestOffering(suite, asset.id);
  const treasury = parseAddress(TREASURY ?? (await sender.signer.getAddress()), "TREASURY");
  const feeRecipient = parseAddress(FEE_RECIPIENT ?? treasury, "FEE_RECIPIENT");
  const currency = await findCurrency(suite, provider, CURRENCY);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const choices = { currency, treasury, feeRecipient, now };
  const opened = earlier === undefined ? await openOffering(suite, sender, terms, choices) : undefined;

  const steps = [...asset.steps, ...kept, ...(opened?.steps ?? [])];
  const offering = earlier?.offering ?? opened?.offering ?? null;
  const until = formatTime(earlier?.terms.closesAt ?? opened?.closesAt ?? 0n);
  const said = `${terms.name} is asset ${asset.id}; offering ${offering} runs until ${until} at the latest.`;
  return { data: { asset: asset.id, offering, steps }, text: `${describeSteps(steps)}\n${said}` };
});
