import { expect } from "chai";
import {
  type ReadTrades,
  readTradeFile,
  type TradeFormat,
  writeRejects,
  writeTradeFile,
} from "../../executor/index.ts";
import { DOLLAR, HOUSE, trade, twoOrders } from "./worlds/trade-file-world.ts";

const FORMATS: readonly TradeFormat[] = ["ndjson", "csv", "binary"];
const read = (text: string) => readTradeFile(Buffer.from(text));
const lineOf = (type: "order" | "trade", change: Record<string, unknown> = {}) =>
  JSON.stringify({ ...fields[type], ...change });
const reasons = ({ rejects }: ReadTrades) => rejects.map(({ line, field, reason }) => `${line} ${field}: ${reason}`);

const fields = {
  order: {
    type: "order",
    ref: "B-1",
    trader: `0x${"11".repeat(20)}`,
    side: "buy",
    asset: `${HOUSE}`,
    currency: DOLLAR,
    quantity: "5",
    limitPrice: "100",
    expiry: "1800000000",
    priority: 0,
    salt: "1",
    signature: `0x${"22".repeat(65)}`,
  },
  trade: { type: "trade", buy: "B-1", sell: "B-1", quantity: "5", price: "100", matchNumber: "1" },
};

describe("trade files", () => {
  for (const format of FORMATS) {
    it(`hold the same orders and trades in ${format}, told by their first bytes`, async () => {
      const file = { orders: await twoOrders(), trades: [trade(5n, 100n, 7n), trade(1n, 101n, 8n)] };

      const { orders, trades, rejects } = readTradeFile(writeTradeFile(file, format));

      expect(orders).to.deep.equal(file.orders);
      expect(trades.map(({ attempt: _attempt, ...rest }) => rest)).to.deep.equal(file.trades);
      expect(rejects).to.deep.equal([]);
    });

    it(`are the same bytes again after a round through ${format}`, async () => {
      const file = { orders: await twoOrders(), trades: [trade(5n, 100n, 7n)] };
      const bytes = writeTradeFile(file, format);

      expect(Buffer.from(writeTradeFile(readTradeFile(bytes), format)).equals(bytes)).to.equal(true);
    });
  }

  it("take columns in any order and leave empty cells out", () => {
    const csv = `matchNumber,type,sell,buy,price,quantity,ref,trader,side,asset,currency,limitPrice,expiry,priority,salt,signature
,order,,,,5,B-1,${fields.order.trader},buy,7,${DOLLAR},100,1800000000,0,1,${fields.order.signature}
1,trade,B-1,B-1,100,5,,,,,,,,,,
`;
    const { orders, trades, rejects } = read(csv);

    expect(rejects).to.deep.equal([]);
    expect(orders).to.have.lengthOf(1);
    expect(trades).to.deep.equal([{ buyOrder: 0, sellOrder: 0, quantity: 5n, price: 100n, matchNumber: 1n }]);
  });

  it("refuse a CSV file with a column that the format does not know", () => {
    expect(() => read("type,prise\ntrade,5\n")).to.throw("no such columns: prise");
  });

  it("name line and field of everything that is wrong, and keep the rest", () => {
    const read5 = read(
      [
        lineOf("order"),
        "not JSON",
        lineOf("order", { ref: "B-2", quantity: "1.5", signature: "0x123" }),
        lineOf("order"),
        lineOf("trade", { sell: "B-2" }),
        lineOf("trade"),
      ].join("\n"),
    );

    expect(reasons(read5)).to.deep.equal([
      "2 line: Invalid input: expected object, received undefined",
      "3 quantity: is not a whole number in plain digits",
      "3 signature: is not in whole bytes of hexadecimal",
      '4 ref: an order "B-1" is there already',
      '5 sell: the file has no order "B-2"',
    ]);
    expect(read5.orders).to.have.lengthOf(1);
    expect(read5.trades).to.have.lengthOf(1);
  });

  it("refuse numbers that somebody has rounded or written in another way", () => {
    for (const quantity of [5, "5.0", "1e3", "-1", "+1", "05", " 5", "0x5", ""]) {
      expect(read(lineOf("order", { quantity })).rejects, `${quantity}`).to.have.lengthOf(1);
    }
  });

  it("refuse a row with too few cells, and what the address reader refuses", () => {
    const header = "type,ref,trader,side,asset,currency,quantity,limitPrice,expiry,priority,salt,signature";

    expect(reasons(read(`${header}\norder,B-1\n`))[0]).to.contain("2 line: ");
    const { rejects } = readTradeFile(Buffer.from(lineOf("order")), {
      readAddress: (text) => {
        if (text === fields.order.trader) throw new Error("has a wrong checksum");
        return text;
      },
    });
    expect(rejects.map(({ field, reason }) => `${field} ${reason}`)).to.deep.equal(["trader has a wrong checksum"]);
  });

  it("refuse a binary file that is cut anywhere or has something left over", async () => {
    const bytes = writeTradeFile({ orders: await twoOrders(), trades: [trade(5n, 100n, 7n)] }, "binary");

    for (let length = 8; length < bytes.length; length++) {
      expect(() => readTradeFile(bytes.subarray(0, length)), `${length} bytes`).to.throw(/the file ends/);
    }
    expect(() => readTradeFile(Buffer.concat([bytes, Buffer.from([0])]))).to.throw("1 bytes follow the trades");
  });

  it("refuse to write a price in binary that does not fit 63 bits", async () => {
    const file = { orders: await twoOrders(), trades: [trade(1n, 2n ** 63n, 1n)] };

    expect(() => writeTradeFile(file, "binary")).to.throw("trade 0: an amount does not fit 63 bits");
  });

  it("take signatures of contract accounts, of whatever length, but not in binary", async () => {
    const signature = `0x${"ab".repeat(130)}`;
    const orders = await twoOrders();
    const file = { orders: orders.map((order) => ({ ...order, signature })), trades: [] };

    expect(readTradeFile(writeTradeFile(file, "csv")).orders[0]?.signature).to.equal(signature);
    expect(() => writeTradeFile(file, "binary")).to.throw("order 0: a record holds signatures of 65 bytes");
  });

  it("give rejects as CSV that can be read again", () => {
    const text = writeRejects([{ line: 3, field: "ref", reason: 'an order "B,1"', text: '{"a":1}' }]);

    expect(text).to.equal('line,field,reason,text\n3,ref,"an order ""B,1""","{""a"":1}"\n');
  });
});
