import { expect } from "chai";
import { HASH_BYTES } from "../../executor/formats/merkle.ts";
import {
  type BatchInput,
  compareResults,
  createWorkload,
  runBatch,
  runSequential,
  WorkerPool,
} from "../../executor/index.ts";
import { ORDER_STATUS, type RecoverJob, type VerifyJob } from "../../executor/workers/jobs.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";

/** Recoveries of nothing valid would throw, so these are of one real signature, over and over. */
const SIGNATURE = Uint8Array.from([...new Uint8Array(31), 1, ...new Uint8Array(31), 1, 27]);

describe("Worker pool", function () {
  this.timeout(120_000);
  let input: BatchInput;

  before(async () => {
    input = await createWorkload({ seed: 11, trades: 400, traders: 20 });
  });

  /** So many signature recoveries, one at a time: a job that takes a while and can be stopped after any. */
  function recoveries(total: number): RecoverJob {
    const digests = sharedBytes(HASH_BYTES * total);
    const signatures = sharedBytes(65 * total);
    digests.fill(7);
    for (let i = 0; i < total; i++) signatures.set(SIGNATURE, 65 * i);
    return { kind: "recover", total, pieceSize: 1, digests, signatures };
  }

  for (const size of [0, 1, 2]) {
    it(`of ${size} threads runs batches beside one another, each to its own result`, async () => {
      const pool = await WorkerPool.open(size);
      const [one, other] = [input, { ...input, number: 2n, maxChunkInstructions: 50 }];
      const judges = [await runSequential(one), await runSequential(other)];

      const results = await Promise.all([one, other, one].map((each) => runBatch(each, { pool })));
      const differences = results.map((result, place) => compareResults(judges[place % 2] ?? result, result));
      expect(differences).to.deep.equal([undefined, undefined, undefined]);
      await pool.close();
    });
  }

  it("takes up a more urgent job before it has finished a less urgent one", async () => {
    const pool = await WorkerPool.open(1);
    const finished: string[] = [];
    const run = async (name: string, total: number, urgency: number) => {
      await pool.run(recoveries(total), { urgency });
      finished.push(name);
    };

    await Promise.all([run("long", 4_000, 0), run("equally urgent", 10, 0), run("urgent", 10, 1)]);
    expect(finished).to.deep.equal(["urgent", "long", "equally urgent"]);
    await pool.close();
  });

  it("ends a job whose work throws with that error, whatever it did to its threads, and carries out the next", async () => {
    for (const size of [0, 2]) {
      const pool = await WorkerPool.open(size);
      const broken: VerifyJob = {
        kind: "verify",
        total: 4,
        pieceSize: 1,
        tables: {
          chainId: 1n,
          desk: `0x${"00".repeat(20)}`,
          assets: new Uint8Array(32),
          currencies: new Uint8Array(32),
          engineUnits: [1n],
          accounts: new Uint8Array(0),
          offerings: new Uint8Array(0),
          entitlements: new Uint8Array(0),
          holds: new Uint8Array(0),
        },
        orders: sharedBytes(4 * 160),
        ids: sharedBytes(0),
        status: sharedBytes(4),
      };
      const error = await pool.run(broken).catch((reason: unknown) => reason);
      expect(error, `${size} threads`).to.be.instanceOf(RangeError);

      const good = { ...broken, ids: sharedBytes(4 * HASH_BYTES) };
      await pool.run(good);
      expect([...good.status]).to.deep.equal(Array(4).fill(ORDER_STATUS.signatureInvalid));
      await pool.close();
    }
  });

  it("stops one job and leaves the others", async () => {
    const pool = await WorkerPool.open(2);
    const stop = new AbortController();
    const stopped = pool.run(recoveries(100_000), { signal: stop.signal }).catch((reason: unknown) => reason);
    const other = runBatch(input, { pool });
    setTimeout(() => stop.abort("enough"), 10);

    expect(await stopped).to.equal("enough");
    expect(compareResults(await runSequential(input), await other)).to.equal(undefined);
    await pool.close();
  });

  it("loses no thread's work when all of them die under several jobs, and goes on with new ones", async () => {
    const pool = await WorkerPool.open(2);
    const judge = await runSequential(input);
    const runs = [runBatch(input, { pool }), runBatch(input, { pool })];
    setTimeout(() => {
      for (const thread of pool.threads) void thread.terminate();
    }, 10);

    for (const run of runs) expect(compareResults(judge, await run)).to.equal(undefined);
    expect(pool.lost).to.equal(2);
    expect(compareResults(judge, await runBatch(input, { pool }))).to.equal(undefined);
    expect(pool.threads).to.have.lengthOf(2);
    await pool.close();
  });
});
