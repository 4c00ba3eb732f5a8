import type { Suite } from "../../sdk/connect.ts";
import { INCIDENT_KINDS, type IncidentFile, readIncidentFile } from "../../sdk/custody-files.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface IncidentArguments extends WritingArguments {
  readonly file: string;
}

export interface IncidentResult {
  readonly asset: bigint;
  readonly incident: bigint;
  readonly steps: readonly StepReport[];
}

/**
 * Reports what the file says has happened, or that it is over. Custodian and inspectors report, everybody else records as the issuer.
 * The same incident twice is reported once: its evidence tells.
 */
export async function keepIncident(suite: Suite, sender: Sender, file: IncidentFile): Promise<IncidentResult> {
  const { asset } = file;
  const known = await listIncidents(suite, asset);
  if ("incident" in file) return resolve(suite, sender, file, known.length);

  const { kind, occurredAt, evidenceHash } = file;
  const before = known.findIndex((each) => each.evidenceHash === evidenceHash && each.kind === BigInt(kind));
  if (before >= 0) return { asset, incident: BigInt(before), steps: [] };

  const caller = await sender.signer.getAddress();
  const { custodyDesk } = suite;
  const isAppointed =
    (await custodyDesk.custodianOf(asset)) === caller || (await custodyDesk.isInspector(asset, caller));
  const step: Step = {
    title: `report the ${INCIDENT_KINDS[kind]} of asset ${asset}`,
    transaction: () =>
      isAppointed
        ? custodyDesk.reportIncident.populateTransaction(asset, kind, occurredAt, evidenceHash)
        : custodyDesk.recordIncident.populateTransaction(asset, kind, occurredAt, evidenceHash),
  };
  return { asset, incident: BigInt(known.length), steps: await sender.run([step]) };
}

/** Every incident of an asset, in the order of their numbers. */
export async function listIncidents({ custodyDesk }: Suite, asset: bigint) {
  const { all } = await custodyDesk.incidentCount(asset);
  return Promise.all(Array.from({ length: Number(all) }, (_, number) => custodyDesk.incidentOf(asset, number)));
}

export default runAction<IncidentArguments>("custody.incident", async (context, args) => {
  const file = await readIncidentFile(args.file);
  const { suite } = await context.suite();

  const result = await keepIncident(suite, await context.sender(), file);
  const { open } = await suite.custodyDesk.incidentCount(file.asset);
  const said = `Asset ${file.asset}: incident ${result.incident}; ${open} open.`;
  return { data: { ...result, open }, text: `${describeSteps(result.steps)}\n${said}` };
});

async function resolve(
  suite: Suite,
  sender: Sender,
  { asset, incident, evidenceHash }: Extract<IncidentFile, { incident: bigint }>,
  count: number,
): Promise<IncidentResult> {
  if (incident >= BigInt(count)) {
    throw badInput(`asset ${asset} has no incident ${incident}`, {
      todo: "`custody status` shows their numbers",
      notDone: "nothing was sent",
    });
  }
  const { resolvedAt, resolutionHash } = await suite.custodyDesk.incidentOf(asset, incident);
  if (resolvedAt !== 0n && resolutionHash === evidenceHash) return { asset, incident, steps: [] };

  const transaction = () => suite.custodyDesk.resolveIncident.populateTransaction(asset, incident, evidenceHash);
  const steps = await sender.run([{ title: `resolve incident ${incident} of asset ${asset}`, transaction }]);
  return { asset, incident, steps };
}
