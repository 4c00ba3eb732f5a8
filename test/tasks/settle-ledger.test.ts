import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  type BatchInput,
  BatchJournal,
  createBulkSigner,
  type InstructionInput,
  instructionsOf,
  readBatchFile,
  receiptsOf,
  runSequential,
  type SignedMessage,
  type TradeFile,
  type TradeFormat,
  writeTradeFile,
} from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { checkProof } from "../../tasks/settle/check-proof.ts";
import { explainAt } from "../../tasks/settle/explain.ts";
import { importTrades } from "../../tasks/settle/import.ts";
import { proveAt } from "../../tasks/settle/prove.ts";
import { replayFolder } from "../../tasks/settle/replay.ts";
import { runOnLedger } from "../../tasks/settle/run-ledger.ts";
import { verifyBatch } from "../../tasks/settle/verify.ts";
import {
  cancels,
  decides,
  does,
  freezes,
  gives,
  holds,
  kindsBatch,
  messageId,
  whereAll,
} from "../executor/worlds/kinds-world.ts";
import {
  ADDRESS,
  buys,
  CHAIN_ID,
  DESK,
  DOLLAR,
  HOUSE,
  idOf,
  keyOf,
  NOW,
  PRICE,
  sells,
  trade,
} from "../executor/worlds/trading-world.ts";
import { failureOf } from "../helpers/task-world.ts";

const ENDING: Readonly<Record<TradeFormat, string>> = { ndjson: ".ndjson", csv: ".csv", binary: ".trades" };
const LATE_HOLD = `0x${"a8".repeat(32)}`;
const bulkSigner = await createBulkSigner(CHAIN_ID, DESK);
const NOTHING = { instruction: "", account: "", asset: "", currency: "", chunk: "", out: "" };

/** In which a hold that bob set aside for alice is over. */
const WORLD = kindsBatch({
  ...whereAll((draft) => {
    draft.holds.push({ id: LATE_HOLD, holder: 1, beneficiary: 0, agent: 2, asset: 0, quantity: 5n, until: NOW - 1n });
    const position = draft.shares.find(({ account, asset }) => account === 1 && asset === 0);
    if (position !== undefined) position.spendable -= 5n;
  }),
  orders: [],
  trades: [],
});

/** Every kind of instruction, each of which goes through, and a second file that builds on what they leave. */
function twoDays(): readonly [Required<TradeFile>, Required<TradeFile>] {
  const withdrawn = sells("bob");
  const { orders: together, bulk } = bulkSigner.sign([sells("bob"), sells("bob")], keyOf("bob"), 2);
  const orders = [buys("alice", { quantity: 150n }), withdrawn, ...together];
  const late = holds("bob", "alice", { quantity: 6n, until: NOW + 100n });
  const soon = holds("bob", "alice", { quantity: 4n });
  const messages: SignedMessage[] = [
    gives("alice", "bob", { quantity: 2n }),
    soon,
    decides("carol", messageId(soon), { quantity: 3n }),
    late,
    freezes("carol", "bob", { quantity: 1n }),
    freezes("carol", "bob", { quantity: 1n, frozen: false }),
    cancels("bob", idOf(withdrawn)),
  ];
  const trades: InstructionInput[] = [
    trade({ sellOrder: 2, linked: true }),
    trade({ sellOrder: 3, matchNumber: 2n }),
    trade({ sellOrder: 2, quantity: 500n, matchNumber: 3n, partial: true }),
    trade({ matchNumber: 4n }), // of the order that is withdrawn
    ...messages.map((message, place) => does(message, orders.length + place)),
    { kind: "subscription", buyOrder: 0, offering: 0, quantity: 5n, price: PRICE, matchNumber: 5n },
    { kind: "claim", place: 1 },
    { kind: "expire", place: 0 },
  ];
  const inDollars = [...orders, ...messages].map((message) =>
    "type" in message && message.type !== "freeze" && message.type !== "cancel"
      ? { ...message, currency: DOLLAR }
      : message,
  );
  const voided = decides("carol", messageId(late), { decision: 2, expiry: NOW + 50n });
  const second = {
    orders: [{ ...voided, currency: DOLLAR }],
    trades: [does(voided)],
    bulks: [],
  };
  return [{ orders: inDollars, trades, bulks: [bulk] }, second];
}

describe("settle, on a ledger of its own", () => {
  let folder: string;
  let ledger: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-ledger-"));
    ledger = join(folder, "ledger");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes the opening as people would: the JSON of a batch file. */
  async function openingFile(input: BatchInput = WORLD): Promise<string> {
    const { file } = await runSequential(input);
    const length = Buffer.from(file).readUInt32BE(8);
    const path = join(folder, "opening.json");
    await writeFile(path, file.subarray(12, 12 + length));
    return path;
  }

  async function write(file: TradeFile, name: string, format: TradeFormat = "ndjson"): Promise<string> {
    const path = join(folder, `${name}${ENDING[format]}`);
    await writeFile(path, writeTradeFile(file, format));
    return path;
  }

  const run = (file: string, more: { opening?: string; time?: string; dryRun?: boolean } = {}) =>
    runOnLedger({ file, ledger, opening: "", time: "", workers: 0, dryRun: false, ...more });

  for (const format of ["ndjson", "csv", "binary"] as const) {
    it(`takes every kind in ${format} from import over run and receipts to verify, replay and explain`, async () => {
      const [first, second] = twoDays();
      const imported = await importTrades({
        file: await write(first, "day"),
        format: "",
        to: format,
        out: join(folder, "day.imported"),
      });
      expect(imported).to.not.have.property("exitCode");

      const ran = await run(join(folder, `day.imported${ENDING[format]}`), { opening: await openingFile() });

      const direct = await runSequential({ ...WORLD, ...first });
      expect(ran.data).to.deep.include({ instructions: 14, accepted: 13, finished: [] });
      expect(ran.data).to.have.deep.nested.property("batch.batchHash", direct.batchHash);
      const batch = join(ledger, "batch-1");
      expect(Buffer.compare(await readFile(join(batch, "batch.bin")), direct.file)).to.equal(0);
      const receipts = (await readFile(join(batch, "receipts.csv"), "utf8")).trimEnd().split("\n");
      expect(receipts.slice(1).map((line) => line.split(",")[0])).to.deep.equal(receiptsOf(direct).map(({ id }) => id));

      const next = await run(await write(second, "next", format), { time: `${NOW + 10n}` });
      expect(next.data).to.deep.include({ instructions: 1, accepted: 1 });

      for (const name of ["batch-1", "batch-2"]) {
        expect(await verifyBatch(join(ledger, name)), name).to.not.have.property("exitCode");
      }
      // The hold that has expired is used up, too.
      for (const plain of [false, true]) {
        const replayed = await replayFolder({ folder: ledger, plain, fromStart: true, check: "all" });
        expect(replayed.data).to.deep.include({ batchesRun: 2, lastBatch: 2n, instructionsFinal: 16, open: [] });
      }
      const codes = receiptsOf(direct).map(({ code }) => code);
      for (const [place, { id }] of instructionsOf(direct).entries()) {
        const { text } = await explainAt(batch, `#${place}`);
        expect(text)
          .to.contain(id)
          .and.contain(codes[place] === 0 ? "accepted" : "refused with 142");
      }
    });
  }

  it("proves what became of every instruction, and of positions that several kinds have moved", async () => {
    const [first, second] = twoDays();
    await run(await write(first, "day"), { opening: await openingFile() });
    await run(await write(second, "next"), { time: `${NOW}` });
    const { alice, bob } = ADDRESS;

    for (const [name, count] of [
      ["batch-1", 14],
      ["batch-2", 1],
    ] as const) {
      const batch = join(ledger, name);
      const receipts = receiptsOf(await runSequential(readBatchFile(await readFile(join(batch, "batch.bin")))));
      expect(receipts).to.have.lengthOf(count);
      for (const [place, { id, code }] of receipts.entries()) {
        const out = join(folder, "proof.json");
        const { text } = await proveAt({ ...NOTHING, batch, instruction: id, account: bob, asset: `${HOUSE}`, out });
        expect(text).to.contain(`code ${code}`);
        expect((await checkProof(out)).exitCode, `${name} #${place}`).to.equal(undefined);
      }
      const { text } = await proveAt({ ...NOTHING, batch, account: alice, currency: DOLLAR });
      expect(text).to.contain(join(batch, "proof-"));
    }
  });

  it("decides nothing of a file with a mistake, and says where each is", async () => {
    const [first] = twoDays();
    const path = await write(first, "day");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"frozen":true', '"frozen":"yes"'));

    const error = await failureOf(run(path, { opening: await openingFile() }));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.nested.property("problem.where", path);
    expect(error)
      .to.have.nested.property("problem.details")
      .deep.equal([
        "line 9, frozen: Invalid input: expected boolean, received string",
        'line 21, message: the file has no message "order 9"',
      ]);
    expect(existsSync(ledger)).to.equal(false);
  });

  it("wants an opening once, and one that can be read", async () => {
    const [first] = twoDays();
    const path = await write(first, "day");
    const opening = await openingFile();
    const odd = join(folder, "odd.json");
    await writeFile(odd, '{"chainId":"1"}');

    expect(await failureOf(run(path))).to.have.property("message", "the ledger has no batch yet");
    expect(await failureOf(run(path, { opening: odd }))).to.have.property("message", "this is no opening");
    expect(await failureOf(run(path, { opening: join(folder, "none") }))).to.have.property(
      "message",
      "the opening cannot be read",
    );
    expect(existsSync(ledger)).to.equal(false);
    await run(path, { opening });
    expect(await failureOf(run(path, { opening }))).to.have.property("message", "the ledger has begun");
    expect(await failureOf(run(path, { time: "soon" }))).to.have.property("exitCode", ExitCode.badInput);
    expect((await readdir(ledger)).filter((name) => name.startsWith("batch-"))).to.deep.equal(["batch-1"]);
  });

  it("refuses as duplicates what an earlier batch has used up", async () => {
    const [first] = twoDays();
    const path = await write(first, "day");
    await run(path, { opening: await openingFile() });

    const again = await run(path, { time: `${NOW}` });

    expect(again.data).to.deep.include({ instructions: 14, accepted: 0 });
  });

  it("goes on knowing what was final before its first batch", async () => {
    const [first, second] = twoDays();
    const after = await runSequential({ ...WORLD, ...second });
    const [id = ""] = receiptsOf(after).map((receipt) => receipt.id);
    const opening = await openingFile();
    const said: Record<string, unknown> = JSON.parse(await readFile(opening, "utf8"));
    await writeFile(opening, JSON.stringify({ ...said, final: [id] }));
    await run(await write(first, "day"), { opening });

    const { data } = await run(await write(second, "next"), { time: `${NOW}` });

    expect(data).to.have.deep.nested.property("refusals[0].code", 110);
  });

  it("says what would become of a file and writes nothing", async () => {
    const [first, second] = twoDays();
    const [day, next] = [await write(first, "day"), await write(second, "next")];
    const opening = await openingFile();

    const rehearsed = await run(day, { opening, dryRun: true });

    expect(rehearsed.text).to.contain("13 of 14 instructions accepted").and.contain("Nothing was written.");
    expect(existsSync(ledger)).to.equal(false);
    const { data } = await run(day, { opening });
    expect(data).to.have.deep.nested.property("batch.number", 1n);
    const log = await readFile(join(ledger, "batches.log"));
    const later = await run(next, { time: `${NOW}`, dryRun: true });
    expect(later.data).to.deep.include({ folder: null, accepted: 1 });
    expect(later.data).to.have.deep.nested.property("batch.number", 2n);
    expect(Buffer.compare(await readFile(join(ledger, "batches.log")), log)).to.equal(0);
  });

  it("brings a batch to its end that a kill has left open", async () => {
    const [first, second] = twoDays();
    const journal = await BatchJournal.open(ledger, { chainId: CHAIN_ID, desk: DESK, firstBatch: 1n });
    await journal.run({ ...WORLD, ...first }, { workers: 0 });
    await journal.close();

    await copyFile(await openingFile(), join(ledger, "opening.json"));
    const next = await write(second, "next");

    const rehearsal = await failureOf(run(next, { time: `${NOW}`, dryRun: true }));
    expect(rehearsal).to.have.property("message", "batch 1 was left open");
    const { data, text } = await run(next, { time: `${NOW}` });

    expect(data).to.deep.include({ accepted: 1, finished: [1n] });
    expect(text).to.contain("Batch 1, which was left open, is closed now.");
    expect(await verifyBatch(join(ledger, "batch-1"))).to.not.have.property("exitCode");
  });

  it("says that a file is of another desk's making", async () => {
    const signed = gives("alice", "bob", { asset: HOUSE });
    const foreign = { ...WORLD, snapshot: { ...WORLD.snapshot, chainId: CHAIN_ID + 1n } };

    const { data } = await run(await write({ orders: [signed], trades: [does(signed)] }, "day"), {
      opening: await openingFile(foreign),
    });

    expect(data).to.have.deep.nested.property("refusals[0].code", 125);
  });
});
