import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Signer, TransactionRequest } from "ethers";
import { network } from "hardhat";
import { ExitCode } from "../../../sdk/errors.ts";
import { lockRun } from "../../../sdk/journal/run-lock.ts";
import type { Step } from "../../../tasks/lib/sender.ts";
import { JournalWorld } from "../../helpers/journal-world.ts";
import { failureOf, taskWorld } from "../../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers, provider: rpc } = connection;
const { deployed } = taskWorld(connection);

describe("a run that is written down", () => {
  let journal: JournalWorld;
  beforeEach(async () => {
    journal = await JournalWorld.open();
  });
  afterEach(async () => {
    await rpc.request({ method: "evm_setAutomine", params: [true] });
    await journal.close();
  });

  /** Three payments of 1, 2 and 4: what Alice has says which were made, and whether one was made twice. */
  async function threePayments() {
    const { suite, operator, alice, bob } = await networkHelpers.loadFixture(deployed);
    const { testDollar } = suite;
    const steps = [1n, 2n, 4n].map(
      (amount): Step => ({
        title: `pay ${amount}`,
        transaction: () => testDollar.mint.populateTransaction(alice.address, amount),
        rows: [{ row: `${amount}`, account: alice.address, amount }],
      }),
    );
    const work = { task: "test.pay", input: { to: alice.address }, contracts: [await testDollar.getAddress()] };
    const firstNonce = await operator.getNonce();
    return {
      steps,
      work,
      operator,
      alice,
      bob,
      testDollar,
      /** Paid so far, and how many transactions it took. */
      state: async () => [await testDollar.balanceOf(alice.address), (await operator.getNonce()) - firstNonce] as const,
    };
  }

  const request = (method: string, ...params: unknown[]) => rpc.request({ method, params });
  const pending = async (): Promise<{ hash: string; nonce: bigint }> => {
    for (;;) {
      const block = await ethers.provider.send("eth_getBlockByNumber", ["pending", true]);
      const [first] = block.transactions;
      if (first !== undefined) return { hash: first.hash, nonce: BigInt(first.nonce) };
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  /** Replaces what is pending by a transaction with the same nonce and a higher fee, and makes a block. */
  const replace = async (signer: Signer, transaction: TransactionRequest) => {
    const { nonce } = await pending();
    const fees = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n };
    const { hash } = await signer.sendTransaction({ ...transaction, ...fees, nonce: Number(nonce), gasLimit: 200_000 });
    await request("evm_setAutomine", true);
    await request("evm_mine");
    return hash;
  };

  it("is done once, and a second start finds it done", async () => {
    const { steps, work, operator, state } = await threePayments();
    const sender = journal.sender(operator);

    const reports = await sender.run(steps, work);
    const { plan, steps: progress } = await journal.run(sender.runId);

    expect(reports.map(({ title, status }) => [title, status])).to.deep.equal([
      ["pay 1", "sent"],
      ["pay 2", "sent"],
      ["pay 4", "sent"],
    ]);
    expect(progress.map(({ hash }) => hash)).to.deep.equal(reports.map(({ hash }) => hash));
    expect(plan.id).to.match(/^[0-9a-f]{16}$/);
    expect(await journal.sender(operator).run([], work)).to.deep.equal([]);
    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("leaves a line per row and the figures", async () => {
    const { steps, work, operator, alice } = await threePayments();
    const sender = journal.sender(operator);
    const [first] = await sender.run(steps, work);
    const folder = join(journal.folder, sender.runId ?? "");

    const receipts = (await readFile(join(folder, "receipts.csv"), "utf8")).split("\n");
    const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));

    expect(receipts[0]).to.equal("row,account,step,state,transaction,block,amount");
    expect(receipts[1]).to.equal(`1,${alice.address},1,confirmed,${first?.hash},${first?.block},1`);
    expect(summary).to.deep.include({ state: "done", amount: { planned: "7", done: "7" } });
  });

  it("ends exact wherever its journal breaks off, though everything was sent", async () => {
    const { steps, work, operator, state } = await threePayments();
    const sender = journal.sender(operator);
    await sender.run(steps, work);
    const { runId } = sender;
    const path = join(journal.folder, runId ?? "", "journal.jsonl");
    const lines = (await readFile(path, "utf8")).split(/(?<=\n)/);

    for (let kept = 0; kept <= lines.length; kept += 1) {
      await writeFile(path, lines.slice(0, kept).join(""));
      await journal.sender(operator).run([], work);

      const states = (await journal.run(runId)).steps.map((step) => step.state);
      expect(states, `${kept} lines were left`).to.deep.equal(["confirmed", "confirmed", "confirmed"]);
      expect(await state(), `${kept} lines were left`).to.deep.equal([7n, 3]);
    }
  });

  it("sends under the same nonce what was decided and never sent", async () => {
    const { steps, work, operator, state } = await threePayments();
    const { plan, steps: progress } = await journal.killedAfterIntent(operator, steps, work);
    expect(progress.map((step) => step.state)).to.deep.equal(["unknown", "planned", "planned"]);

    await journal.sender(operator).run([], work);

    const { events } = await journal.run(plan.id);
    expect(events.filter(({ event }) => event === "intent")).to.have.lengthOf(3);
    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("finds what was sent though the answer never came", async () => {
    const { steps, work, operator, state } = await threePayments();
    const deaf = new Proxy<Signer>(operator, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== "sendTransaction") return typeof value === "function" ? value.bind(target) : value;
        return async (transaction: TransactionRequest) => {
          await target.sendTransaction(transaction);
          throw new Error("the connection was lost");
        };
      },
    });

    await journal.sender(deaf).run(steps, work);

    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("takes another nonce if a foreign transaction has used the one it decided on", async () => {
    const { steps, work, operator, bob, state } = await threePayments();
    const { plan } = await journal.killedAfterIntent(operator, steps, work);
    const foreign = await operator.sendTransaction({ to: bob.address, value: 1n });

    await journal.sender(operator).run([], work);

    const { events } = await journal.run(plan.id);
    expect(events.find(({ event }) => event === "released")).to.deep.include({ nonce: plan.nonce, hash: foreign.hash });
    expect(await state()).to.deep.equal([7n, 4]);
  });

  it("sends again, under the same nonce, what nodes have dropped", async () => {
    const { steps, work, operator, state } = await threePayments();
    await request("evm_setAutomine", false);
    const sender = journal.sender(operator);
    const run = sender.run(steps.slice(0, 1), work);

    const { hash, nonce } = await pending();
    await request("hardhat_dropTransaction", hash);
    await request("evm_setAutomine", true);
    await request("evm_mine");
    await run;

    const { events } = await journal.run(sender.runId);
    const nonces = events.flatMap((event) => ("nonce" in event ? [BigInt(event.nonce)] : []));
    expect(new Set(nonces)).to.deep.equal(new Set([nonce]));
    expect(await state()).to.deep.equal([1n, 1]);
  });

  it("waits for what a killed start has left on its way", async () => {
    const { steps, work, operator, state } = await threePayments();
    const { plan } = await journal.killedAfterIntent(operator, steps, work);
    await request("evm_setAutomine", false);
    const [first] = plan.steps;
    const lost = await operator.sendTransaction({ to: first?.to ?? "", data: first?.data ?? "", nonce: plan.nonce });

    const run = journal.sender(operator).run([], work);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await request("evm_setAutomine", true);
    await request("evm_mine");
    await run;

    expect((await journal.run(plan.id)).steps[0]?.hash).to.equal(lost.hash);
    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("takes a replacement with the same content for its own", async () => {
    const { steps, work, operator, state } = await threePayments();
    await request("evm_setAutomine", false);
    const sender = journal.sender(operator);
    const run = sender.run(steps.slice(0, 1), work);

    const hash = await replace(operator, (await steps[0]?.transaction()) ?? {});
    await run;

    expect((await journal.run(sender.runId)).steps[0]).to.deep.include({ state: "confirmed", hash });
    expect(await state()).to.deep.equal([1n, 1]);
  });

  it("does not take a replacement with other content for its own", async () => {
    const { steps, work, operator, bob, state } = await threePayments();
    await request("evm_setAutomine", false);
    const sender = journal.sender(operator);
    const run = sender.run(steps.slice(0, 1), work);

    const hash = await replace(operator, { to: bob.address, value: 1n });
    await run;

    const { events } = await journal.run(sender.runId);
    expect(events.find(({ event }) => event === "released")).to.deep.include({ hash });
    expect(await state()).to.deep.equal([1n, 2]);
  });

  it("stops at a step that is reverted in its block, and tries it again when it is started again", async () => {
    const { work, operator, alice, bob, testDollar } = await threePayments();
    await testDollar.mint(alice.address, 10n);
    await testDollar.connect(alice).approve(operator.address, 10n);
    const take = () => testDollar.transferFrom.populateTransaction(alice.address, bob.address, 10n);
    await request("evm_setAutomine", false);
    const sender = journal.sender(operator);
    const run = failureOf(sender.run([{ title: "take 10", transaction: take }], work));

    await pending();
    const first = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n, gasLimit: 100_000 };
    await testDollar.connect(alice).approve(operator.address, 0n, first);
    await request("evm_setAutomine", true);
    await request("evm_mine");
    const error = await run;
    const stopped = await journal.run(sender.runId);
    await testDollar.connect(alice).approve(operator.address, 10n);
    await journal.sender(operator).run([], work);

    expect(error).to.have.property("message", 'the chain refuses "take 10"');
    expect(stopped.steps[0]?.state).to.equal("failed");
    expect((await journal.run(sender.runId)).steps[0]?.state).to.equal("confirmed");
    expect(await testDollar.balanceOf(bob.address)).to.equal(10n);
  });

  it("is refused before anything is written if its first step would be", async () => {
    const { work, operator, alice, bob, testDollar } = await threePayments();
    const take = () => testDollar.transferFrom.populateTransaction(alice.address, bob.address, 10n);
    const sender = journal.sender(operator);

    const error = await failureOf(sender.run([{ title: "take 10", transaction: take }], work));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(sender.runId).to.equal(null);
  });

  it("is another run on a chain that was restarted, and says so", async () => {
    const { steps, work, operator } = await threePayments();
    const before = journal.sender(operator);
    await before.run(steps, work);

    const after = journal.sender(operator, { instance: "another life" });
    await after.run(steps, work);
    const { runId } = after;
    const error = await failureOf(after.resume(await journal.run(before.runId)));

    expect(runId).to.not.equal(before.runId);
    expect(journal.notes).to.deep.equal([
      `run ${before.runId} was of a node that was restarted since; this is a new run`,
    ]);
    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.property("message").that.contains("of another life of this chain");
  });

  it("is another round if there is something left to do after it was done", async () => {
    const { steps, work, operator, state } = await threePayments();
    const [first, second] = [journal.sender(operator), journal.sender(operator)];
    await first.run(steps.slice(0, 2), work);
    await second.run(steps.slice(2), work);

    expect((await journal.run(second.runId)).plan.round).to.equal(2);
    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("goes on under a given id only with the same input", async () => {
    const { steps, work, operator, state } = await threePayments();
    await journal.sender(operator, { runId: "november" }).run(steps, work);
    const other = { ...work, input: { to: "somebody else" } };

    const again = await failureOf(journal.sender(operator, { runId: "november" }).run(steps, work));
    const stranger = await failureOf(journal.sender(operator, { runId: "november" }).run(steps, other));
    const outside = await failureOf(journal.sender(operator, { runId: "../november" }).run(steps, work));

    expect(again).to.have.property("message", "the run november is through, and there is something left to do");
    expect(stranger).to.have.property("message", "the run november is another one: it has another input");
    expect(outside).to.have.property("message", '"../november" cannot be the id of a run');
    expect(await state()).to.deep.equal([7n, 3]);
  });

  it("goes on only for the account that began it", async () => {
    const { steps, work, operator, bob } = await threePayments();
    const { plan } = await journal.killedAfterIntent(operator, steps, work);

    const error = await failureOf(journal.sender(bob).run([], work));

    expect(error).to.have.property(
      "message",
      `the run ${plan.id} was begun by ${operator.address}, not by ${bob.address}`,
    );
  });

  it("goes on only with the plan that it began with", async () => {
    const { steps, work, operator } = await threePayments();
    const { folder } = await journal.killedAfterIntent(operator, steps, work);
    const path = join(folder, "plan.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"title": "pay 4"', '"title": "pay 400"'));

    const error = await failureOf(journal.sender(operator).run([], work));

    expect(error).to.have.property("message", "the plan is not the one that the journal belongs to");
  });

  it("is carried out by one process at a time, and a dead one does not count", async () => {
    const { steps, work, operator, state } = await threePayments();
    const { folder } = await journal.killedAfterIntent(operator, steps, work);
    const unlock = await lockRun(folder);
    const lock = JSON.parse(await readFile(join(folder, "lock"), "utf8"));

    // The parent of this process is alive, and 2^22 is more than any process id of Linux.
    await writeFile(join(folder, "lock"), JSON.stringify({ ...lock, pid: process.ppid }));
    const refused = await failureOf(journal.sender(operator).run([], work));
    await writeFile(join(folder, "lock"), JSON.stringify({ ...lock, pid: 2 ** 22 + 1 }));
    await journal.sender(operator).run([], work);
    await unlock();

    expect(refused).to.have.property("message", "the run is being carried out already");
    expect(await state()).to.deep.equal([7n, 3]);
  });
});
