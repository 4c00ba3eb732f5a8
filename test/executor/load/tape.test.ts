import { expect } from "chai";
import {
  balancesIn,
  closePositions,
  compareResults,
  conflictShapeOf,
  ExecutorInputError,
  readTape,
  receiptsOf,
  replayTape,
  runBatch,
  runSequential,
  tapeLoad,
} from "../../../executor/index.ts";

const COLUMNS = "block,tx_index,sender,kind,token,token_id,from,to,amount";
const BALANCE_COLUMNS = "block,token,account,opening_balance";
const [A, B, C] = ["0xAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "0xbb", "0xcc"];
/** Beyond 128 bits, as found on chains. */
const HUGE = 10n ** 60n;

const csv = (columns: string, rows: readonly (readonly (string | bigint | number)[])[]) =>
  [columns, ...rows.map((row) => row.join(","))].join("\n");
const transfer = (block: number, token: string, id: string, from: string, to: string, amount: bigint) =>
  [block, 0, from, "transfer", token, id, from, to, amount] as const;

const TRANSFERS = csv(COLUMNS, [
  transfer(1, "native", "", A, B, 5n),
  transfer(1, "native", "", B, C, 9n), // has only 5 + 3
  transfer(1, "native", "", B, C, 8n),
  transfer(1, "0xF00D", "", A, C, HUGE),
  transfer(1, "0xF00D", "", C, B, HUGE / 2n),
  transfer(1, "0x721", "17", C, A, 1n),
  transfer(1, "0x721", "18", C, A, 1n),
  transfer(1, "native", "", C, C, 1n), // to himself
  transfer(2, "native", "", A, B, 1n),
]);
const BALANCES = csv(BALANCE_COLUMNS, [
  [1, "native", A, 5],
  [1, "native", B.toUpperCase().replace("X", "x"), 3],
  [1, "0xf00d", A, HUGE],
  [1, "0x721", C, 1],
]);

describe("Tape", () => {
  it("is read block by block, with unique things as assets of their own and amounts that fit", () => {
    const [first, second, ...others] = readTape(TRANSFERS, BALANCES);

    expect([first?.block, second?.block, others.length]).to.deep.equal(["1", "2", 0]);
    expect(first?.accounts).to.deep.equal([A.toLowerCase(), B, C]);
    expect(first?.assets).to.deep.equal(["native", "0xf00d", "0x721/17", "0x721/18"]);
    expect(first?.scales[0]).to.equal(1n);
    const scale = first?.scales[1] ?? 0n;
    expect((5n * HUGE) / 2n / scale < 2n ** 62n && (5n * HUGE) / 2n / (scale / 10n) >= 2n ** 62n).to.equal(true);
    expect([...(first?.opening ?? [])]).to.deep.equal([5n, 3n, 0n, HUGE / scale, 0n, 0n, 0n, 0n, 1n, 0n, 0n, 1n]);
    expect(second?.flows.count).to.equal(1);
  });

  it("is replayed one transfer after another; who has too little does not pay", () => {
    const [first] = readTape(TRANSFERS, BALANCES);
    if (first === undefined) throw new Error("the tape is empty");
    const { balances, settled } = replayTape(first);

    const huge = HUGE / (first.scales[1] ?? 1n);
    expect(settled).to.equal(7);
    expect([...balances]).to.deep.equal([0n, 0n, 8n, 0n, huge / 2n, huge / 2n, 1n, 0n, 0n, 1n, 0n, 0n]);
  });

  it("comes to the same balances through the executor, in one pass as on threads", async () => {
    for (const block of readTape(TRANSFERS, BALANCES)) {
      const { snapshot, orders, trades } = await tapeLoad(block, 5);
      const input = { number: 1n, mode: "strict", time: 1_800_000_000n, snapshot, orders, trades } as const;
      const result = await runBatch(input, { workers: 2 });

      expect(compareResults(await runSequential(input), result)).to.equal(undefined);
      const closing = balancesIn(closePositions(snapshot, result.chunks), block);
      expect([...closing]).to.deep.equal([...replayTape(block).balances]);
      const accepted = receiptsOf(result).filter(({ code }) => code === 0).length;
      expect(accepted).to.equal(block.block === "1" ? 6 : 0); // nobody trades with himself
    }
  });

  it("has a conflict shape", () => {
    const [first] = readTape(TRANSFERS, BALANCES);
    if (first === undefined) throw new Error("the tape is empty");
    expect(conflictShapeOf(first.flows)).to.include({ criticalPath: 4, criticalPathCommuting: 4, topShare: 7 / 8 });
  });

  it("is refused with the row that is wrong", () => {
    const row = csv(COLUMNS, [transfer(1, "native", "", A, B, 1n), [1, 0, A, "x", "native", "", A, B, "-1"]]);
    expect(() => readTape(row, BALANCES)).to.throw(ExecutorInputError, "transfer 2: amount is not a whole number");
    expect(() => readTape(TRANSFERS, csv(BALANCE_COLUMNS, [[1, "", A, 1]]))).to.throw(
      ExecutorInputError,
      "opening balance 1: token",
    );
    expect(() => readTape("block\n1\n", BALANCES)).to.throw(ExecutorInputError, "transfer 1: token");
  });
});
