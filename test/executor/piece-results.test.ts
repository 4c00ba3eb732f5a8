import { expect } from "chai";
import { compareResults, createWorkload, type JobRunner, runBatch, runSequential } from "../../executor/index.ts";
import {
  type Claims,
  countDone,
  createClaims,
  markDone,
  unfinishedPieces,
  workThrough,
} from "../../executor/workers/claims.ts";
import { finishPieces, WorkerResultError } from "../../executor/workers/finish-pieces.ts";
import type { Job } from "../../executor/workers/jobs.ts";
import { createPieceWork, outputsOf } from "../../executor/workers/outputs.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";

/** Does all of a job, then `harm`, then what is left to do; counts what it had to do again. */
class HarmedRunner implements JobRunner {
  readonly size = 1;
  readonly lost = 0;
  mended = 0;
  readonly #harm: (job: Job, claims: Claims) => void;

  constructor(harm: (job: Job, claims: Claims) => void) {
    this.#harm = harm;
  }

  async run(job: Job): Promise<void> {
    const claims = createClaims(Math.ceil(job.total / job.pieceSize));
    workThrough(claims, await createPieceWork(job));
    this.#harm(job, claims);
    this.mended += await finishPieces(job, claims);
  }
}

describe("The result of a piece", () => {
  it("is done again if any byte of it has changed since it was written", async () => {
    const input = await createWorkload({ seed: 3, trades: 100, traders: 10 });
    const judge = await runSequential(input);
    const changed = { verify: 0, identify: 0, commit: 0 };

    for (const kind of ["verify", "identify", "commit"] as const) {
      const runner = new HarmedRunner((job) => {
        if (job.kind !== kind) return;
        for (const { bytes, size, from } of outputsOf(job)) bytes[from] = (bytes[from] ?? 0) ^ (size === 1 ? 2 : 0x80);
        changed[kind] += 1;
      });
      expect(compareResults(judge, await runBatch(input, { pool: runner })), kind).to.equal(undefined);
      expect([changed[kind], runner.mended], kind).to.deep.equal([1, 1]);
    }
  });

  it("is done if nobody said that it was", async () => {
    const input = await createWorkload({ seed: 3, trades: 100, traders: 10 });
    const runner = new HarmedRunner((job, { done }) => {
      done.fill(0);
      for (const { bytes, size, from } of outputsOf(job)) bytes.fill(0, from, size);
    });
    expect(compareResults(await runSequential(input), await runBatch(input, { pool: runner }))).to.equal(undefined);
    expect(runner.mended).to.equal(0);
  });

  it("counts once if it is done twice, so that another piece is not taken for done", () => {
    const claims = createClaims(2);
    markDone(claims, 0, 7);
    markDone(claims, 0, 7);

    expect([countDone(claims), unfinishedPieces(claims)]).to.deep.equal([1, [1]]);
  });

  it("stops the batch if it comes out differently the second time, because then nobody knows which one is right", async () => {
    const input = await createWorkload({ seed: 3, trades: 100, traders: 10 });
    const runner = new HarmedRunner((job, claims) => {
      if (job.kind === "identify") markDone(claims, 0, 12_345);
    });
    await expectRejected(runBatch(input, { pool: runner }), WorkerResultError, 'piece 0 of the job "identify"');
  });
});
