import { createInterface } from "node:readline";
import { JsonRpcProvider, Wallet } from "ethers";
import { connectAddresses } from "../../sdk/connect.ts";
import { makeIncomePlan } from "../../sdk/income/make-plan.ts";
import { readIncomePlan } from "../../sdk/income/plan-folder.ts";
import { payList } from "../../tasks/income/pay-list.ts";
import { payHolders } from "../../tasks/income/pay-record.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { RunBook } from "../../tasks/lib/run-book.ts";
import { Sender } from "../../tasks/lib/sender.ts";
import { settleFile } from "../../tasks/settle/settle-file.ts";
import type { Order } from "./mortal-process.ts";
import { planQuestion, SALT, VERIFIED_UNTIL } from "./mortal-world.ts";

/** The published key of the development node's first account; worth nothing anywhere else. */
const PUBLIC_DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

// What a task does between its command line and its exit code, without the second that Hardhat takes to start.
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) await carryOut(JSON.parse(line));

async function carryOut({ url, addresses, instance, runsFolder, batchSize, work }: Order): Promise<void> {
  // Answers of a moment ago are no answers here.
  const provider = new JsonRpcProvider(url, 31337, { staticNetwork: true, cacheTimeout: -1 });
  // A key of one's own for one task, an account of the node for the other: both ways have to be exact.
  const signer = "onboard" in work ? new Wallet(PUBLIC_DEVELOPMENT_KEY, provider) : await provider.getSigner(0);
  const note = () => undefined;
  const runs = new RunBook({ folder: runsFolder, runId: undefined, chainId: 31337n, instance, note });
  const sender = new Sender({ signer, dryRun: false, confirm: async () => undefined, note, runs });
  const suite = connectAddresses(addresses, provider);

  if ("onboard" in work) {
    const lines = work.onboard.map(({ reference, address }, place) => ({
      line: place + 2,
      row: { reference, address, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL },
    }));
    await onboardInvestors(suite, sender, lines, { salt: SALT, batchSize, warn: note });
  } else if ("claim" in work) {
    const { distribution, holders } = work.claim;
    await payHolders(suite, sender, BigInt(distribution), holders, batchSize);
  } else if ("plan" in work) {
    const place = { chainId: 31337n, instance, desk: await suite.incomeDesk.getAddress() };
    await makeIncomePlan(suite, provider, planQuestion(place, work.plan, runsFolder));
  } else if ("settle" in work) {
    const { text, maxChunkInstructions } = work.settle;
    const place = { runsFolder, logsFolder: `${runsFolder}-logs`, chainInstance: instance, fromBlock: 0 };
    const tools = { suite, provider, sender, chainId: 31337n, workers: 0, maxChunkInstructions, note };
    await settleFile({ ...tools, ...place }, text, "day.ndjson");
  } else {
    const { distribution, planFolder } = work.payList;
    const written = await readIncomePlan(planFolder);
    if (written === undefined) throw new Error(`there is no plan in ${planFolder}`);
    await payList(suite, sender, BigInt(distribution), written, batchSize);
  }
  provider.destroy();
}
