import { decodeBytes32String, type LogDescription, type Provider, toBeHex, ZeroAddress } from "ethers";
import type { AddressBook } from "../../sdk/addresses.ts";
import { ATTESTATION_KINDS } from "../../sdk/attestation.ts";
import type { Suite } from "../../sdk/connect.ts";
import { INCIDENT_KINDS } from "../../sdk/custody-files.ts";
import { badInput } from "../../sdk/errors.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface HistoryArguments extends CommonArguments {
  readonly id: bigint;
}

export interface CustodyEvent {
  readonly block: number;
  readonly time: string;
  readonly event: string;
  /** What happened, as a sentence. */
  readonly said: string;
  readonly transaction: string;
}

/** Everything that the custody desk has said about an asset, oldest first. */
export async function listCustodyEvents(
  { custodyDesk, shareToken }: Suite,
  id: bigint,
  book: Pick<AddressBook, "deployedAtBlock">,
  provider: Provider,
): Promise<CustodyEvent[]> {
  if ((await shareToken.stateOf(id)) === 0n) {
    throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`" });
  }
  // The asset's id is the first topic of everything that is said about it.
  const address = await custodyDesk.getAddress();
  const topics = [null, toBeHex(id, 32)];
  const logs = await readLogs(
    (fromBlock, toBlock) => provider.getLogs({ address, topics, fromBlock, toBlock }),
    book.deployedAtBlock,
    await provider.getBlockNumber(),
  );

  const events = await Promise.all(
    logs.map(async (log): Promise<CustodyEvent[]> => {
      const event = custodyDesk.interface.parseLog(log);
      const { timestamp } = await log.getBlock();
      if (event === null || event.name === "NonceRevoked") return [];
      const time = formatTime(BigInt(timestamp));
      return [
        { block: log.blockNumber, time, event: event.name, said: describe(event), transaction: log.transactionHash },
      ];
    }),
  );
  return events.flat();
}

export default runAction<HistoryArguments>("custody.history", async (context, { id }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();

  const events = await listCustodyEvents(suite, id, book, connection.ethers.provider);
  const rows = events.map(({ time, block, said }) => [time, String(block), said]);
  return { data: { id, events }, text: table(["Time", "Block", `Custody of asset ${id}`], rows) };
});

/** An event as a sentence; parameters by their places in the event. */
function describe({ name, args }: LogDescription): string {
  const [, second, third, fourth] = args;
  switch (name) {
    case "MandateOffered":
      return `custody is offered to ${second.custodian} until ${formatTime(second.until)}`;
    case "MandateOfferWithdrawn":
      return `the offer to ${second} is withdrawn`;
    case "CustodianSet":
      return second === ZeroAddress ? `${third} is relieved` : `${second} answers for the thing`;
    case "MandateEnded":
      return `the mandate of ${second} is ended, reason ${third}`;
    case "HandOverApproved":
      return `the hand-over ${second} is ${third ? "approved" : "not approved any more"}`;
    case "HandedOver":
      return `${third.from} has handed over to ${third.to}, evidence ${third.evidenceHash}`;
    case "TakenOver":
      return `${third.to} has taken over from ${third.from} by order ${third.evidenceHash}`;
    case "InspectorSet":
      return `${second} ${third ? "inspects" : "does not inspect any more"}`;
    case "InsuranceDemanded":
      return second === 0n
        ? "insurance is not demanded any more"
        : `insurance of ${second} ${decodeBytes32String(third)} is demanded`;
    case "Attested":
      return `${fourth.attester} attests its ${ATTESTATION_KINDS[Number(second)]} until ${formatTime(fourth.expiresAt)}`;
    case "IncidentReported":
      return `${fourth.reporter} reports incident ${second}: ${INCIDENT_KINDS[Number(third)]}`;
    case "IncidentResolved":
      return `incident ${second} is over, evidence ${third}`;
    case "SuspensionFailed":
      return `the register did not suspend the asset for incident ${second}`;
    case "PropertiesSet":
      return "its properties are stated";
    case "ReleaseApproved":
      return `the release ${second} is ${third ? "approved" : "not approved any more"}`;
    case "Released":
      return `the thing is released to ${third.holder} for ${third.shareCount} shares`;
    default:
      throw new RangeError(`nobody has put ${name} into words`);
  }
}
