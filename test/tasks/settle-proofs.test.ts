import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import {
  type BatchHeader,
  type BatchResult,
  createWorkload,
  findDisputes,
  type PublishedBatch,
  publishBatch,
  receiptsOf,
  runBatch,
} from "../../executor/index.ts";
import { ROLES } from "../../ignition/roles.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { readPostedBatch } from "../../sdk/posted-batch.ts";
import { checkProof } from "../../tasks/settle/check-proof.ts";
import { type ProveRequest, proveAt } from "../../tasks/settle/prove.ts";
import { writeBatch } from "../../tasks/settle/run-folder.ts";
import { sendDisputes, verifyBatch } from "../../tasks/settle/verify.ts";
import { type Draft, forgeBatch } from "../helpers/forged-batch.ts";
import { silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed } = taskWorld(connection);
const { provider } = ethers;

const CHAIN_ID = 31337n;
const NOTHING: Omit<ProveRequest, "batch"> = {
  ...{ instruction: "", account: "", asset: "", currency: "", chunk: "", out: "" },
};

/** A desk, and a batch of four chunks that was decided for it and is not posted yet. */
async function decided() {
  const world = await deployed();
  const desk = await world.suite.settlementDesk.getAddress();
  const input = await createWorkload({ seed: 11, trades: 40, traders: 5, assets: 2, chainId: CHAIN_ID, desk });
  const result = await runBatch({ ...input, maxChunkInstructions: 11 }, { workers: 0 });
  const [first] = input.snapshot.accounts;
  return { ...world, input, result, account: first?.address ?? "" };
}

const failed = (error: unknown) => {
  if (!(error instanceof MoietyError)) throw error;
  return error.problem;
};

describe("settle prove and settle verify", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-proofs-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The folder of a run with the batch in it. */
  async function written(result: BatchResult): Promise<string> {
    await writeBatch(folder, result, 1);
    return folder;
  }

  /** What a batch's operator sends: the header, and each chunk with its net; the desk settles only what moves nothing. */
  async function post(
    { suite, operator }: Awaited<ReturnType<typeof decided>>,
    { header, chunks }: Pick<PublishedBatch, "header" | "chunks">,
  ) {
    const desk = suite.settlementDesk.connect(operator);
    await desk.openBatch(header);
    for (const { fields, chunkProof, net } of chunks.filter((chunk) => chunk.net.accounts.length === 0)) {
      const { currency } = net;
      await desk.settleChunk(fields, [...chunkProof], { currency, assets: [], accounts: [], shares: [] }, []);
    }
  }

  /** The batch with all nets emptied, so that the desk settles its chunks without a mandate of anybody, and the calls that do. */
  async function emptiedChunks({ suite, operator, result }: Awaited<ReturnType<typeof decided>>) {
    const desk = suite.settlementDesk.connect(operator);
    let emptied = await publishBatch(result);
    for (const index of emptied.chunks.keys()) {
      const empty = (draft: Draft) => {
        draft.net = { ...draft.net, assets: [], accounts: [], shares: [] };
        return true;
      };
      emptied = forgeBatch(emptied, index, empty, Math.random) ?? emptied;
    }
    const chunkCalls = emptied.chunks.map(({ fields, chunkProof, net: { currency } }) => {
      const vector = { currency, assets: [], accounts: [], shares: [] };
      return desk.interface.encodeFunctionData("settleChunk", [fields, [...chunkProof], vector, []]);
    });
    return { desk, emptied, chunkCalls };
  }

  const chainOf = ({ suite }: Awaited<ReturnType<typeof decided>>) => ({
    hash: async (number: bigint) => (await suite.settlementDesk.batchOf(number)).batchHash,
    posted: (number: bigint) => readPostedBatch(suite, provider, number, 0),
  });

  it("prove an instruction, and net movements and the position of an account, in one file", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const { suite, operator, result, account } = world;
    const batch = await written(result);
    const receipt = receiptsOf(result)[17];

    const proof = await proveAt({ ...NOTHING, batch, instruction: "#17", account, asset: "1000" });
    expect(proof.text).to.contain(`in chunk 1: code 0, ${receipt?.quantity} shares`);
    const file = join(folder, "proof-1.json");
    const offline = await checkProof(file);
    expect(offline.exitCode, offline.text).to.equal(undefined);

    const early = await checkProof(file, suite);
    expect(early).to.have.property("exitCode", ExitCode.checkFailed);
    await suite.settlementDesk.connect(operator).openBatch(result.header);
    const late = await checkProof(file, suite);
    expect(late.error?.details).to.deep.equal(["chunk 1 has settled"]);
    await suite.settlementDesk.connect(operator).closeBatch();
  });

  it("prove that an account moved nothing in a chunk, and its cash where no asset is named", async () => {
    const { suite, operator, result, input } = await networkHelpers.loadFixture(decided);
    const batch = await written(result);
    const stranger = `0x${"77".repeat(20)}`;
    await suite.settlementDesk.connect(operator).openBatch(result.header);

    await proveAt({ ...NOTHING, batch, account: stranger, chunk: "2" });
    const absent = await checkProof(join(folder, "proof-1.json"), suite);
    expect(absent.exitCode, absent.text).to.equal(undefined);
    expect(absent.text).to.contain(`chunk 2 moved 0 of ${stranger}'s cash`);

    const out = join(folder, "cash.json");
    const account = input.snapshot.accounts[1]?.address ?? "";
    const currency = input.snapshot.currencies[0]?.address ?? "";
    const outcome = await proveAt({ ...NOTHING, batch, account, currency, out });
    expect(outcome.text.split("\n").filter((line) => line.startsWith("chunk "))).to.have.lengthOf(4);
    expect((await checkProof(out, suite)).exitCode).to.equal(undefined);
  });

  it("tell a proof with any other digit", async () => {
    const { suite, operator, result, account } = await networkHelpers.loadFixture(decided);
    const batch = await written(result);
    await suite.settlementDesk.connect(operator).openBatch(result.header);
    await proveAt({ ...NOTHING, batch, instruction: "#3", account, asset: "1001" });
    const file = join(folder, "proof-1.json");
    const text = await readFile(file, "utf8");
    const { records, nets, positions, header } = JSON.parse(text);

    for (const [name, whole, changed] of [
      ["receipt", records[0].receipt, `${records[0].receipt.slice(0, -1)}1`],
      ["sibling", records[0].receiptProof[0], records[0].receiptProof[1]],
      ["net", `"delta": "${nets[0].delta}",\n      "neighbours"`, `"delta": "7777",\n      "neighbours"`],
      ["position", positions[0].record, `${positions[0].record.slice(0, -1)}1`],
      ["chunks root", header.chunksRoot, header.positionsRoot],
    ]) {
      expect(text, name).to.contain(whole);
      await writeFile(file, text.replace(whole, changed));
      for (const chain of [undefined, suite]) {
        expect(await checkProof(file, chain), name).to.have.property("exitCode", ExitCode.checkFailed);
      }
    }
    await writeFile(file, text.replace("moiety.settlement-proof/1", "moiety.settlement-proof/2"));
    expect(failed(await checkProof(file).catch((error: unknown) => error))).to.have.property(
      "what",
      "the proof is wrong",
    );
  });

  it("refuse to prove nothing, what the batch has not, and a chunk that is not there", async () => {
    const { result, account } = await networkHelpers.loadFixture(decided);
    const batch = await written(result);
    const refusal = async (request: Partial<ProveRequest>) =>
      failed(await proveAt({ ...NOTHING, batch, ...request }).catch((error: unknown) => error)).what;

    expect(await refusal({})).to.equal("nothing is to be proved");
    expect(await refusal({ instruction: "#40" })).to.equal('the batch has no instruction "#40"');
    expect(await refusal({ account, chunk: "4" })).to.equal("the batch has no chunk 4");
  });

  it("prove what became of an optimised batch, and say of one that follows another that it is not whole", async () => {
    const { suite, operator, input } = await networkHelpers.loadFixture(decided);
    const optimised = await runBatch({ ...input, mode: "optimised", maxChunkInstructions: 11 }, { workers: 0 });
    await suite.settlementDesk.connect(operator).openBatch(optimised.header);
    await proveAt({ ...NOTHING, batch: await written(optimised), instruction: "#17" });
    expect((await checkProof(join(folder, "proof-1.json"))).exitCode).to.equal(undefined);

    const follows = `0x${"f0".repeat(32)}`;
    const batch = await written(await runBatch({ ...input, mode: "optimised", follows }, { workers: 0 }));
    for (const attempt of [() => proveAt({ ...NOTHING, batch, instruction: "#17" }), () => verifyBatch(batch)]) {
      const problem = failed(await attempt().catch((error: unknown) => error));
      expect(problem).to.deep.include({
        what: "this batch opens with what another one left, which its file does not repeat",
        why: `the batch follows the one with the file ${follows}, which is not at hand`,
        exitCode: ExitCode.badInput,
      });
    }
  });

  it("find nothing wrong with an honest batch", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const batch = await written(world.result);
    const unknown = await verifyBatch(batch, chainOf(world));
    expect(unknown.error?.details).to.deep.equal(["the chain knows it by its hash: the desk has no such batch"]);

    await post(world, await publishBatch(world.result));
    const outcome = await verifyBatch(batch, chainOf(world));
    expect(outcome.exitCode, outcome.text).to.equal(undefined);
    expect(outcome.data).to.have.deep.property("disputes", []);
  });

  it("find a chunk that moved nothing of what its instructions add up to, and stop the desk, once", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const { suite, stranger, result } = world;
    const batch = await written(result);
    const forged = forgeBatch(
      await publishBatch(result),
      2,
      (draft) => {
        draft.net = { ...draft.net, assets: [], accounts: [], shares: [] };
        return true;
      },
      Math.random,
    );
    if (forged === undefined) throw new Error("the batch has a chunk 2");
    expect((await findDisputes(forged)).disputes).to.have.lengthOf(1);
    await post(world, forged);

    const looked = await verifyBatch(batch, chainOf(world));
    expect(looked).to.have.property("exitCode", ExitCode.checkFailed);
    expect(looked.text).to.contain("not chunk 2").and.to.contain("--dispute proves it");
    expect(await suite.settlementDesk.isPaused()).to.equal(false);

    const chain = { ...chainOf(world), dispute: sendDisputes.bind(undefined, suite, silentSender(stranger)) };
    const simulated = { ...chain, dispute: sendDisputes.bind(undefined, suite, silentSender(stranger, true)) };
    expect((await verifyBatch(batch, simulated)).text).to.contain("prove chunk 2 of batch 1 wrong");
    expect(await suite.settlementDesk.isPaused()).to.equal(false);

    const disputed = await verifyBatch(batch, chain);
    expect(disputed).to.have.property("exitCode", ExitCode.checkFailed);
    expect(await suite.settlementDesk.isPaused()).to.equal(true);
    expect(await suite.settlementDisputes.isDisputed(1n, 2)).to.equal(true);
    expect((await verifyBatch(batch, chain)).text).to.contain("Every wrong chunk was proved wrong before.");
  });

  it("say what the chain cannot be shown: other records than those of the file, and what another contract posted", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const { suite, result } = world;
    const batch = await written(result);
    const HASH = `0x${"ab".repeat(32)}`;
    const forged = forgeBatch(
      await publishBatch(result),
      1,
      (draft) => draft.receipts.fill(1, 11 * 64, 12 * 64) !== null,
      Math.random,
    );
    if (forged === undefined) throw new Error("the batch has a chunk 1");
    const emptied = forgeBatch(
      forged,
      1,
      (draft) => {
        draft.net = { ...draft.net, assets: [], accounts: [], shares: [] };
        return true;
      },
      Math.random,
    );
    if (emptied === undefined) throw new Error("the batch has a chunk 1");
    await post(world, emptied);

    const outcome = await verifyBatch(batch, chainOf(world));
    expect(outcome.text).to.contain(
      "the instructions and receipts to which it committed are not those that were published",
    );
    const header: BatchHeader = { ...result.header, chunksRoot: HASH };
    const other = {
      ...chainOf(world),
      posted: async () => ({ header, chunks: [], unreadable: [3] }),
    };
    expect((await verifyBatch(batch, other)).text).to.contain("a call that a contract put together itself");
    const hidden = { ...other, posted: async () => ({ header: undefined, chunks: [], unreadable: [] }) };
    expect((await verifyBatch(batch, hidden)).error?.details).to.include(
      "what was posted can be read: the batch was opened by a call that a contract put together itself: what was posted of it cannot be looked at",
    );
    expect(await readPostedBatch(suite, provider, 2n, 0)).to.equal(undefined);
  });

  it("look at what a multisig has sent, wherever the calls stand in its transaction", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const { suite, operator, result } = world;
    const batch = await written(result);
    const { desk, chunkCalls, emptied } = await emptiedChunks(world);
    const relay = await ethers.deployContract("MockRelay");
    const steps = [desk.interface.encodeFunctionData("openBatch", [emptied.header]), ...chunkCalls].map((data) => ({
      ...{ target: suite.settlementDesk, keep: true, data },
    }));
    await suite.accessManager.grantRole(ROLES.SETTLEMENT_OPERATOR, relay, 0n);
    await (await relay.connect(operator).getFunction("run")(steps)).wait();

    const posted = await readPostedBatch(suite, provider, 1n, 0);
    expect(posted?.header).to.deep.equal(emptied.header);
    expect(posted?.unreadable).to.deep.equal([]);
    expect(posted?.chunks.map(({ fields }) => fields)).to.deep.equal(emptied.chunks.map(({ fields }) => fields));
    const looked = await verifyBatch(batch, chainOf(world));
    expect(looked.error?.details?.some((each) => each.includes("--dispute proves it"))).to.equal(true);
  });

  it("find what has settled in an earlier batch already", async () => {
    const world = await networkHelpers.loadFixture(decided);
    const { suite, operator, input } = world;
    const { desk, chunkCalls, emptied } = await emptiedChunks(world);
    await desk.openBatch(emptied.header);
    for (const data of chunkCalls) await operator.sendTransaction({ to: await desk.getAddress(), data });
    const first = join(folder, "first");
    await writeBatch(first, world.result, 1);
    const again = await runBatch({ ...input, maxChunkInstructions: 11, number: 2n }, { workers: 0 });
    await desk.openBatch(again.header);
    const later = join(folder, "second");
    await writeBatch(later, again, 1);
    const published = await publishBatch(again);
    const chain = {
      ...chainOf(world),
      // Nothing of it has settled on this desk, which has no mandates: as if it were about to.
      posted: async (number: bigint) =>
        number === 2n
          ? { header: published.header, chunks: published.chunks, unreadable: [] }
          : readPostedBatch(suite, provider, number, 0),
    };

    const alone = await verifyBatch(later, chain);
    expect(alone.data).to.have.deep.property("disputes", []);
    const found = await verifyBatch(later, { ...chain, earlier: [first] });
    expect(found.data).to.have.property("disputes").with.lengthOf(published.chunks.length);
    expect(found.text).to.contain("was accepted before, as instruction");
    const itself = await verifyBatch(later, { ...chain, earlier: [later] }).catch(failed);
    expect(itself).to.have.property("what", "batch 2 cannot be read from the chain as one before batch 2");
  });
});
