import { expect } from "chai";
import {
  type BatchInput,
  type BatchResult,
  ChunkNotSettledError,
  compareResults,
  createWorkload,
  measureVerification,
  runBatch,
  runSequential,
  WorkerPool,
} from "../../executor/index.ts";

describe("Workers", function () {
  this.timeout(120_000);
  let input: BatchInput;

  before(async () => {
    input = await createWorkload({ seed: 7, trades: 1_500, traders: 40, assets: 2 });
  });

  it("come to the result of one pass, and may be used again", async () => {
    const judge = await runSequential(input);
    const pool = await WorkerPool.open(2);

    for (let run = 0; run < 2; run++) {
      expect(compareResults(judge, await runBatch(input, { pool }))).to.equal(undefined);
    }
    expect(compareResults(judge, await runBatch(input))).to.equal(undefined);
    await pool.close();
  });

  /** Runs the batch while `kill` is called some milliseconds into its signatures, of which there are far more. */
  async function runAndKill(pool: WorkerPool, kill: () => void): Promise<BatchResult> {
    setTimeout(kill, 15);
    return runBatch(input, { pool });
  }

  it("may die in the middle of their work: it is done again, and others take their place", async () => {
    const judge = await runSequential(input);
    const pool = await WorkerPool.open(2);
    const [doomed, survivor] = pool.threads;

    const result = await runAndKill(pool, () => void doomed?.terminate());
    expect(result.run.workersLost).to.equal(1);
    expect(compareResults(judge, result)).to.equal(undefined);

    const next = await runBatch(input, { pool });
    expect(next.run).to.include({ workers: 2, workersLost: 0 });
    expect(pool.threads.map((thread) => [thread === survivor, thread === doomed])).to.deep.equal([
      [true, false],
      [false, false],
    ]);
    expect(compareResults(judge, next)).to.equal(undefined);
    await pool.close();
  });

  it("may all die: the caller finishes alone", async () => {
    const judge = await runSequential(input);
    const pool = await WorkerPool.open(2);

    const result = await runAndKill(pool, () => {
      for (const thread of [...pool.threads]) void thread.terminate();
    });
    expect(result.run.workersLost).to.equal(2);
    expect(compareResults(judge, result)).to.equal(undefined);
    await pool.close();
  });

  it("stop when they are told to, and can go on afterwards", async () => {
    for (const workers of [0, 2]) {
      const stop = new AbortController();
      const reason = await runBatch(input, {
        workers,
        signal: stop.signal,
        onProgress: () => stop.abort("enough"),
      }).catch((error: unknown) => error);

      expect(reason).to.equal("enough");
      expect((await runBatch(input, { workers })).run.workers).to.equal(workers);
    }
  });

  it("hand each chunk to the settler in order, and stop at the first that fails", async () => {
    const settled: number[] = [];
    const chunked = { ...input, maxChunkInstructions: 500 };
    const result = await runBatch(chunked, { settle: async ({ chunk }) => void settled.push(chunk.index) });
    expect(settled).to.deep.equal([...result.chunks.keys()]);

    const refusal = new Error("out of gas");
    const settle = async ({ chunk }: { chunk: { index: number } }) => {
      if (chunk.index === 1) throw refusal;
    };
    const error = await runBatch(chunked, { settle }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ChunkNotSettledError).and.include({ chunk: 1, cause: refusal });
  });

  it("are measured beside the bare library on the same orders and threads", async () => {
    const rates = await measureVerification(input.snapshot, input.orders, { workers: 1, slices: 3, sliceSize: 512 });

    expect(rates).to.include({ workers: 1, slices: 3 });
    expect(Math.min(rates.perSecond, rates.libraryPerSecond, rates.ratio)).to.be.greaterThan(0);
  });
});
