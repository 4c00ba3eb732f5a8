import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { MaxUint256, toBeHex, ZeroAddress } from "ethers";
import { PROOF_HEADER_BYTES } from "../../executor/income/proof-header.ts";
import {
  buildIncomeList,
  ExecutorInputError,
  incomeRowAt,
  openProofFile,
  type ProofFile,
} from "../../executor/index.ts";
import { LIST_KEY, someRows, temporaryFolder } from "../helpers/income-list.ts";
import { seededRandom } from "../helpers/seeded-random.ts";

const COUNT = 3_000;

async function allRows(file: ProofFile) {
  const rows = [];
  for await (const row of file.rows()) rows.push(row);
  return rows;
}

describe("Proof files", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const path = folder.path("proofs.bin");
  const rows = someRows(COUNT);

  before(() => buildIncomeList({ listKey: LIST_KEY, rows, path }));
  after(folder.remove);

  /** What `read` says to a copy of the file whose bytes `change` has changed. */
  async function refusal(
    change: (bytes: Buffer<ArrayBuffer>) => Uint8Array | undefined,
    read: (file: ProofFile) => Promise<unknown> = async () => undefined,
  ): Promise<string> {
    const damaged = folder.path("damaged.bin");
    const bytes = readFileSync(path);
    writeFileSync(damaged, change(bytes) ?? bytes);
    try {
      const file = await openProofFile(damaged);
      try {
        await read(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      expect(error).to.be.instanceOf(ExecutorInputError);
      return error instanceof Error ? error.message.replace(damaged, "the file") : "";
    }
    return "nothing";
  }

  it("find a holder's row by his address, and nobody else's", async () => {
    const file = await openProofFile(path);

    for (const index of [0, 1, 1_499, COUNT - 2, COUNT - 1]) {
      const { holder } = incomeRowAt(rows, index);
      expect(await file.find(holder)).to.deep.equal(await file.proof(index));
      expect(await file.find(toBeHex(BigInt(holder) + 1n, 20))).to.equal(undefined);
    }
    expect(await file.find(ZeroAddress)).to.equal(undefined);
    expect(await file.find(toBeHex(MaxUint256 >> 96n, 20))).to.equal(undefined);
    expect(await file.find("0x12").catch((error: Error) => error.message)).to.contain("20 bytes in hexadecimal");
    await file.close();
  });

  it("give all rows in their order, and each alone", async () => {
    const file = await openProofFile(path);
    const all = await allRows(file);

    expect(all).to.deep.equal(Array.from({ length: COUNT }, (_, index) => ({ index, ...incomeRowAt(rows, index) })));
    expect(await file.leaf(17)).to.deep.equal(incomeRowAt(rows, 17));
    await file.close();
  });

  it("reject places that they do not have", async () => {
    const file = await openProofFile(path);
    const messageOf = (error: unknown) => (error instanceof Error ? error.message : "");

    for (const index of [-1, COUNT, 0.5, Number.NaN]) {
      expect(await file.proof(index).catch(messageOf)).to.equal(`rows ${index} to ${index + 1} of a list of ${COUNT}`);
    }
    for (const [from, to] of [
      [5, 5],
      [5, 4],
      [2_999, 3_001],
    ] as const) {
      expect(await file.multiproof(from, to).catch(messageOf)).to.equal(`rows ${from} to ${to} of a list of ${COUNT}`);
    }
    await file.close();
  });

  it("are refused when they are cut off or too long", async () => {
    const { length } = readFileSync(path);
    const wanted = `${COUNT} rows and their proofs ${length}`;

    expect(await refusal((bytes) => bytes.subarray(0, -1))).to.equal(`the file has ${length - 1} bytes, ${wanted}`);
    expect(await refusal((bytes) => Buffer.concat([bytes, Buffer.of(0)]))).to.equal(
      `the file has ${length + 1} bytes, ${wanted}`,
    );
    expect(await refusal((bytes) => bytes.subarray(0, PROOF_HEADER_BYTES - 1))).to.contain("it ends within its header");
    expect(await refusal(() => Buffer.alloc(0))).to.contain("it ends within its header");
  });

  it("are refused when their header is another's or damaged", async () => {
    expect(await refusal((bytes) => void bytes.write("MOIETYXX"))).to.contain('it begins with "MOIETYXX"');
    expect(await refusal((bytes) => void bytes.writeUInt32BE(2, 8))).to.contain("version 2, known is 1");
    for (let byte = 12; byte < PROOF_HEADER_BYTES; byte++) {
      const message = await refusal((bytes) => void bytes.writeUInt8((bytes[byte] ?? 0) ^ 1, byte));
      expect(message, `byte ${byte}`).to.equal("the header of the proof file is damaged");
    }
  });

  it("give out nothing of a row that was damaged, in whatever byte", async () => {
    const random = seededRandom("damaged proof files");
    const { length } = readFileSync(path);

    for (let flip = 0; flip < 20; flip++) {
      const index = random.below(COUNT);
      const size = Math.floor((length - PROOF_HEADER_BYTES) / COUNT) - 32; // a record is this long, or a little longer
      const file = await openProofFile(path);
      const at = file.offsetOf(index) + random.below(size);
      await file.close();
      const bit = 1 << random.below(8);
      const damage = (bytes: Buffer) => void bytes.writeUInt8((bytes[at] ?? 0) ^ bit, at);
      const expected = `the file: row ${index} is damaged, its proof does not fit`;

      expect(await refusal(damage, (opened) => opened.proof(index)), random.seed).to.equal(expected);
      expect(await refusal(damage, (opened) => opened.leaf(index)), random.seed).to.equal(expected);
      const from = Math.max(0, index - 5);
      expect(await refusal(damage, (opened) => opened.multiproof(from, index + 1)), random.seed).to.equal(expected);
      expect(await refusal(damage, allRows), random.seed).to.equal(expected);
    }
  });

  it("appear whole or not at all: a run that is stopped leaves nothing, and the file that was there", async () => {
    const other = folder.path("stopped.bin");
    copyFileSync(path, other);
    const stop = new AbortController();
    const build = buildIncomeList(
      { listKey: LIST_KEY, rows: someRows(20_000), path: other },
      { signal: stop.signal, onProgress: (stage) => stage === "proofs" && stop.abort("enough") },
    );

    expect(await build.catch((reason: unknown) => reason)).to.equal("enough");
    expect(existsSync(`${other}.new`)).to.equal(false);
    expect(readFileSync(other).equals(readFileSync(path))).to.equal(true);
  });

  it("appear whole or not at all: a run that is killed leaves the file that was there, and the next one finishes", async () => {
    const other = folder.path("killed.bin");
    copyFileSync(path, other);
    const mortal = fileURLToPath(new URL("../helpers/mortal-list.ts", import.meta.url));

    expect(spawnSync(process.execPath, [mortal, other]).signal).to.equal("SIGKILL");
    expect(readFileSync(other).equals(readFileSync(path))).to.equal(true);
    expect(existsSync(`${other}.new`)).to.equal(true);
    const half = await openProofFile(`${other}.new`).catch((error: Error) => error.message);
    expect(half).to.contain("no proof file");

    await buildIncomeList({ listKey: LIST_KEY, rows, path: other });
    expect(existsSync(`${other}.new`)).to.equal(false);
    expect(readFileSync(other).equals(readFileSync(path))).to.equal(true);
  });

  it("go nowhere when their folder is missing", async () => {
    const build = buildIncomeList({ listKey: LIST_KEY, rows, path: folder.path("nowhere/proofs.bin") });
    expect(await build.catch((error: NodeJS.ErrnoException) => error.code)).to.equal("ENOENT");
  });
});
