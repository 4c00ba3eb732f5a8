import { expect } from "chai";
import { BULK_MARK_SIGNATURE } from "../../executor/formats/bulk.ts";
import {
  createBulkSigner,
  type InstructionInput,
  type ReadTrades,
  readTradeFile,
  type SignedMessage,
  type TradeFile,
  type TradeFormat,
  writeTradeFile,
} from "../../executor/index.ts";
import { cancels, decides, does, freezes, gives, holds, messageId } from "./worlds/kinds-world.ts";
import { ADDRESS, buys, CHAIN_ID, DESK, DOLLAR, idOf, keyOf, PRICE, sells, trade } from "./worlds/trading-world.ts";

const FORMATS: readonly TradeFormat[] = ["ndjson", "csv", "binary"];
const bulkSigner = await createBulkSigner(CHAIN_ID, DESK);

const inDollars = (message: SignedMessage): SignedMessage => ({ ...message, currency: DOLLAR });

/** A file in which everything is that a file can hold. */
function fileOfAllKinds(): Required<TradeFile> {
  const own = [buys("alice"), sells("bob")];
  const { orders: together, bulk } = bulkSigner.sign(
    [sells("carol", { quantity: 3n }), sells("carol", { quantity: 4n }), sells("carol", { quantity: 5n })],
    keyOf("carol"),
    own.length,
  );
  const bare = holds("bob", "alice");
  const hold = inDollars(bare);
  const messages: SignedMessage[] = [
    gives("alice", "bob", { priority: 2 }, DOLLAR),
    hold,
    inDollars(decides("carol", messageId(bare), { quantity: 4n })),
    inDollars(decides("carol", messageId(bare), { decision: 2 })),
    freezes("carol", "bob", { quantity: 7n }),
    freezes("carol", "bob", { quantity: 7n, frozen: false }),
    cancels("bob", idOf(sells("bob"))),
  ];
  const first = own.length + together.length;
  const trades: InstructionInput[] = [
    trade(),
    trade({ sellOrder: 2, quantity: 3n, matchNumber: 2n, linked: true }),
    trade({ sellOrder: 3, quantity: 4n, matchNumber: 3n, partial: true }),
    ...messages.map((message, place) => does(message, first + place)),
    { kind: "subscription", buyOrder: 0, offering: 0, quantity: 5n, price: PRICE, matchNumber: 9n },
    { kind: "claim", place: 1, number: 4n },
    { kind: "expire", place: 0, number: 0n },
  ];
  return { orders: [...own, ...together, ...messages], trades, bulks: [bulk] };
}

const lines = (file: TradeFile) => Buffer.from(writeTradeFile(file, "ndjson")).toString().trimEnd().split("\n");
const read = (text: readonly string[]) => readTradeFile(Buffer.from(text.join("\n")));
const reasons = ({ rejects }: ReadTrades) => rejects.map(({ line, field, reason }) => `${line} ${field}: ${reason}`);

describe("files of all kinds", () => {
  for (const format of FORMATS) {
    it(`hold the same messages, bulks and instructions in ${format}, told by their first bytes`, () => {
      const file = fileOfAllKinds();
      const bytes = writeTradeFile(file, format);

      const { rejects, ...found } = readTradeFile(bytes);

      expect(rejects).to.deep.equal([]);
      expect(found.bulks).to.deep.equal(file.bulks);
      expect(found.orders).to.deep.equal(file.orders);
      expect(found.trades).to.deep.equal(file.trades);
      expect(Buffer.from(writeTradeFile(found, format)).equals(bytes)).to.equal(true);
    });
  }

  it("are the older ones where nothing else stands in them", () => {
    const plain = { orders: [buys("alice"), sells("bob")], trades: [trade()] };

    expect(Buffer.from(writeTradeFile(plain, "binary").subarray(0, 8)).toString()).to.equal("MOIETYT1");
    const [header = ""] = Buffer.from(writeTradeFile(plain, "csv")).toString().split("\n");
    expect(header).to.match(/matchNumber$/);
    const partial = { ...plain, trades: [trade({ partial: true })] };
    expect(Buffer.from(writeTradeFile(partial, "binary").subarray(0, 8)).toString()).to.equal("MOIETYT2");
  });

  it("take the message's quantity where an instruction names none", () => {
    const gift = gives("alice", "bob");
    const [message = ""] = lines({ orders: [gift], trades: [] });

    const { trades, rejects } = read([message, '{"type":"instruction","kind":"transfer","message":"order 1"}']);

    expect(rejects).to.deep.equal([]);
    expect(trades).to.deep.equal([{ kind: "transfer", message: 0, quantity: 10n }]);
  });

  it("keep the orders of a bulk together, wherever their lines stand", () => {
    const { orders, bulk } = bulkSigner.sign([sells("bob"), sells("bob")], keyOf("bob"), 0);
    const [one = "", two = "", tree = "", buy = "", match = ""] = [
      ...lines({ orders, trades: [], bulks: [bulk] }),
      ...lines({ orders: [buys("alice")], trades: [] }).map((line) => line.replace("order 1", "B")),
      '{"type":"trade","buy":"B","sell":"order 2","quantity":"1","price":"5","matchNumber":"1"}',
    ];

    const found = read([tree, one, buy, two, match]);

    expect(found.rejects).to.deep.equal([]);
    expect(found.bulks).to.deep.equal([bulk]);
    expect(found.orders.slice(0, 2)).to.deep.equal(orders);
    expect(found.trades).to.deep.equal([{ buyOrder: 2, sellOrder: 1, quantity: 1n, price: 5n, matchNumber: 1n }]);
  });

  describe("refuse", () => {
    const bulkLines = () => {
      const { orders, bulk } = bulkSigner.sign([sells("bob"), sells("bob")], keyOf("bob"), 0);
      return lines({ orders, trades: [], bulks: [bulk] });
    };

    it("all orders of a bulk with one that is wrong, and trades that name them", () => {
      const [one = "", two = "", tree = ""] = bulkLines();
      const match = '{"type":"trade","buy":"order 1","sell":"order 1","quantity":"1","price":"5","matchNumber":"1"}';

      const found = read([one, two.replace('"quantity":"100"', '"quantity":"1.5"'), tree, match]);

      const torn = 'line 2 of bulk "bulk 1" was not taken, and a bulk counts whole';
      expect(reasons(found)).to.deep.equal([
        `1 bulk: ${torn}`,
        "2 quantity: is not a whole number in plain digits",
        `3 ref: ${torn}`,
        '4 buy: the file has no order "order 1"',
        '4 sell: the file has no order "order 1"',
      ]);
      expect([found.orders, found.trades, found.bulks]).to.deep.equal([[], [], []]);
    });

    it("a bulk that is not there, that nobody names, that is there twice or is too low", () => {
      const [one = "", two = "", tree = ""] = bulkLines();
      const third = one.replace("order 1", "order 3");

      expect(reasons(read([one]))).to.deep.equal(['1 bulk: the file has no bulk "bulk 1"']);
      expect(reasons(read([tree]))).to.deep.equal(["1 ref: no order of the file names it"]);
      expect(reasons(read([one, tree, tree]))).to.deep.equal(['3 ref: a bulk "bulk 1" is there already']);
      expect(reasons(read([one, two, third, tree]))).to.include(
        '4 ref: 3 orders name bulk "bulk 1", and a tree of height 1 has fewer places',
      );
    });

    it("an order with neither a signature nor a bulk, or with both", () => {
      const [one = "", , tree = ""] = bulkLines();
      const unsigned = one.replace(',"bulk":"bulk 1"', "");
      const twice = one.replace('"bulk":', `"signature":"${BULK_MARK_SIGNATURE}","bulk":`);

      expect(reasons(read([unsigned]))).to.deep.equal(["1 signature: is missing, and no bulk is named"]);
      expect(reasons(read([twice, tree]))).to.include("1 signature: stands beside a bulk: leave one out");
    });

    it("everything that is linked with what is wrong", () => {
      const [buy = "", sell = ""] = lines({ orders: [buys("alice"), sells("bob")], trades: [] });
      const step = (number: string, linked: boolean, sellRef = "order 2") =>
        JSON.stringify({
          ...{ type: "trade", buy: "order 1", sell: sellRef, quantity: "1", price: "5", matchNumber: number },
          ...(linked && { linked }),
        });

      const found = read([buy, sell, step("1", true), step("x", true), step("3", false), step("4", false)]);

      expect(reasons(found)).to.deep.equal([
        "3 linked: it is linked with line 4, which was not taken",
        "4 matchNumber: is not a whole number in plain digits",
        "5 linked: it is linked with line 4, which was not taken",
      ]);
      expect(found.trades).to.deep.equal([{ buyOrder: 0, sellOrder: 1, quantity: 1n, price: 5n, matchNumber: 4n }]);
      const unknown = read([buy, sell, step("1", true), step("2", false, "order 9"), step("3", false)]);
      expect(reasons(unknown)).to.deep.equal([
        "3 linked: it is linked with line 4, which was not taken",
        '4 sell: the file has no order "order 9"',
      ]);
      const broken = read([buy, sell, step("1", true), "{", step("3", false)]);
      expect(reasons(broken)).to.include("3 linked: it is linked with line 4, which was not taken");
      expect(broken.trades).to.have.lengthOf(1);
    });

    it("fields that a type does not have, by line and field", () => {
      const all = lines(fileOfAllKinds());
      for (const [place, line] of all.entries()) {
        const found = read(all.with(place, line.replace(/\}$/, ',"more":"1"}')));
        expect(reasons(found)).to.include(`${place + 1} line: Unrecognized key: "more"`);
      }
    });

    it("values that a message cannot have", () => {
      const wrong: readonly (readonly [SignedMessage, string, string, string])[] = [
        [gives("alice", "bob"), '"priority":0', '"priority":4', "priority"],
        [holds("alice", "bob"), '"until":"', '"until":"-', "until"],
        [decides("carol", `0x${"11".repeat(32)}`), '"hold":"0x', '"hold":"0x0', "hold"],
        [decides("carol", `0x${"11".repeat(32)}`), '"decision":"post"', '"decision":"1"', "decision"],
        [freezes("carol", "bob"), '"frozen":true', '"frozen":"yes"', "frozen"],
        [cancels("bob", `0x${"22".repeat(32)}`), '"order":"0x22', '"order":"22', "order"],
      ];
      for (const [message, from, to, field] of wrong) {
        const [line = ""] = lines({ orders: [message], trades: [] });
        expect(line).to.contain(from);
        expect(read([line.replace(from, to)]).rejects.map((reject) => reject.field)).to.deep.equal([field]);
      }
    });

    it("a binary file that is cut anywhere, has something left over or says what no message says", () => {
      const bytes = writeTradeFile(fileOfAllKinds(), "binary");

      for (let length = 8; length < bytes.length; length++) {
        expect(() => readTradeFile(bytes.subarray(0, length)), `${length} bytes`).to.throw(/the file ends/);
      }
      expect(() => readTradeFile(Buffer.concat([bytes, Buffer.from([0])]))).to.throw("1 bytes follow the instructions");
      const odd = bytes.slice();
      odd[odd.length - 80] = 12;
      expect(() => readTradeFile(odd)).to.throw("instruction 12 is of type 12, which there is not");
    });

    it("to write in binary what a record does not hold", () => {
      const gift = gives("alice", "bob");
      const writing = (file: TradeFile) => () => writeTradeFile(file, "binary");

      expect(writing({ orders: [gift], trades: [] })).to.throw("order 0: a record needs the currency");
      const rich = { ...gift, currency: DOLLAR, quantity: 2n ** 63n };
      expect(writing({ orders: [rich], trades: [] })).to.throw("order 0: an amount does not fit 63 bits");
      const long = { ...gift, currency: DOLLAR, signature: `0x${"ab".repeat(66)}` };
      expect(writing({ orders: [long], trades: [] })).to.throw("order 0: a record holds signatures of 65 bytes");
      const undecided: SignedMessage = {
        ...{ type: "holdDecision", agent: ADDRESS.carol, hold: `0x${"11".repeat(32)}`, decision: 3, quantity: 1n },
        ...{ expiry: 1n, signature: BULK_MARK_SIGNATURE },
      };
      expect(() => writeTradeFile({ orders: [undecided], trades: [] }, "csv")).to.throw("order 1 decides nothing: 3");
    });
  });
});
