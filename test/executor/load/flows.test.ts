import { expect } from "chai";
import {
  conflictShapeOf,
  createFlows,
  createRandom,
  createZipf,
  drawFlows,
  ExecutorInputError,
  FLOW_TRADE,
  FLOW_TRANSFER,
  type Flows,
  formatShape,
  nettingOf,
  parseShape,
  SHAPES,
} from "../../../executor/index.ts";

const OPTIONS = { seed: 11, count: 4_000, accounts: 200, assets: 3 };
const draw = (shape: string, options: Partial<typeof OPTIONS> = {}) =>
  drawFlows({ ...OPTIONS, ...options, shape: parseShape(shape) });

/** Trades of one share of asset 0 at price 10, each from one account to another. */
function flowsOf(kind: number, pairs: readonly (readonly [number, number])[]): Flows {
  const flows = createFlows(pairs.length, 10, 1);
  for (const [place, [from, to]] of pairs.entries()) {
    flows.kind[place] = kind;
    flows.from[place] = from;
    flows.to[place] = to;
    flows.quantity[place] = 1n;
    flows.price[place] = kind === FLOW_TRADE ? 10n : 0n;
  }
  return flows;
}

describe("Flows", () => {
  for (const name of Object.keys(SHAPES)) {
    it(`of the shape ${name} are the same for the same seed, others for another, and nobody deals with himself`, () => {
      const flows = draw(name);

      expect(draw(name)).to.deep.equal(flows);
      expect(draw(name, { seed: 12 })).to.not.deep.equal(flows);
      for (let place = 0; place < flows.count; place++) {
        const [from = 0, to = 0] = [flows.from[place], flows.to[place]];
        expect(from).to.not.equal(to);
        expect(Math.max(from, to)).to.be.lessThan(OPTIONS.accounts);
        expect(flows.asset[place]).to.be.lessThan(OPTIONS.assets);
        expect(Number(flows.quantity[place])).to.be.within(1, 50);
      }
    });
  }

  it("of cohorts let every account of a group sign 64 orders before the next group begins", () => {
    const { from, to } = draw("cohorts:50", { count: 3_200 });
    const orders = new Array<number>(200).fill(0);
    for (const account of [...from, ...to]) orders[account] = (orders[account] ?? 0) + 1;

    expect(orders).to.deep.equal([...new Array(100).fill(64), ...new Array(100).fill(0)]);
  });

  it("are as hot as they are asked to be", () => {
    const touchesHot = ({ count, from, to }: Flows) =>
      Array.from({ length: count }, (_, place) => from[place] === 0 || to[place] === 0).filter(Boolean).length / count;

    expect(touchesHot(draw("hot:0.9"))).to.be.within(0.88, 0.93);
    expect(touchesHot(draw("hot:0"))).to.be.within(0, 0.02);
    expect(touchesHot(draw("dealer"))).to.equal(1);
  });

  it("of SmallBank are transfers, nine of ten at a few hot customers", () => {
    const { kind, price } = draw("smallbank");

    expect(kind.every((each) => each === FLOW_TRANSFER)).to.equal(true);
    expect(price.every((each) => each === 0n)).to.equal(true);
  });

  it("are refused where they cannot be drawn", () => {
    expect(() => draw("uniform", { accounts: 1 })).to.throw(
      ExecutorInputError,
      "1 accounts, but it takes two to trade",
    );
    expect(() => draw("uniform", { count: 0 })).to.throw(ExecutorInputError, "0 trades");
    expect(() => draw("uniform", { assets: 0xffff })).to.throw(ExecutorInputError, "65535 assets, 1 to 65534");
    expect(() => draw("smallbank", { assets: 1 })).to.throw(ExecutorInputError, "two assets per customer");
    expect(() => draw("smallbank", { accounts: 2 })).to.throw(ExecutorInputError, "a branch and two customers");
  });
});

describe("Shapes", () => {
  it("are named with their parameter", () => {
    expect(parseShape("zipf:1.2")).to.deep.equal({ name: "zipf", parameter: 1.2 });
    expect(formatShape(parseShape("hot"))).to.equal("hot:0.3");
    expect(formatShape(parseShape("half-chain"))).to.equal("half-chain");
  });

  it("are refused if there is no such shape or it takes no such parameter", () => {
    expect(() => parseShape("star")).to.throw(ExecutorInputError, '"star" is no shape');
    expect(() => parseShape("toString")).to.throw(ExecutorInputError, '"toString" is no shape');
    expect(() => parseShape("chain:2")).to.throw(ExecutorInputError, 'the shape "chain" has no parameter');
    for (const wrong of ["hot:1.1", "hot:-1", "hot:", "zipf:x"]) {
      expect(() => parseShape(wrong)).to.throw(ExecutorInputError, "is from 0 to");
    }
  });

  it("of Zipf follow their law", () => {
    const next = createZipf(createRandom(5), 100, 1);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 50_000; i++) {
      const rank = next();
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    const [first = 0, second = 0, , fourth = 0] = counts;
    expect(first / second).to.be.within(1.85, 2.15);
    expect(first / fourth).to.be.within(3.6, 4.4);
  });
});

describe("Conflict shape", () => {
  it("of a chain of transfers is a path of all of them, whether credits commute or not", () => {
    const shape = conflictShapeOf(
      flowsOf(FLOW_TRANSFER, [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
      ]),
    );
    expect(shape).to.include({ criticalPath: 4, criticalPathCommuting: 4, parallelism: 1, conflictingPart: 1 });
    expect(shape.topShare).to.equal(0.5);
  });

  it("of many that pay one has none, once credits commute", () => {
    const shape = conflictShapeOf(
      flowsOf(FLOW_TRANSFER, [
        [1, 0],
        [2, 0],
        [3, 0],
        [4, 0],
      ]),
    );
    expect(shape).to.include({ criticalPath: 4, criticalPathCommuting: 1, parallelismCommuting: 4, topShare: 1 });
  });

  it("of one that pays many stays a path: debits do not commute", () => {
    const shape = conflictShapeOf(
      flowsOf(FLOW_TRANSFER, [
        [0, 1],
        [0, 2],
        [0, 3],
      ]),
    );
    expect(shape).to.include({ criticalPath: 3, criticalPathCommuting: 3 });
  });

  it("of trades sees their cash, too: who buys from many pays many", () => {
    const shape = conflictShapeOf(
      flowsOf(FLOW_TRADE, [
        [1, 0],
        [2, 0],
        [3, 0],
      ]),
    );
    expect(shape).to.include({ criticalPath: 3, criticalPathCommuting: 3 });
  });

  it("counts only what another one touches as conflicting", () => {
    const shape = conflictShapeOf(
      flowsOf(FLOW_TRADE, [
        [0, 1],
        [2, 3],
        [3, 4],
        [5, 6],
      ]),
    );
    expect(shape).to.include({ conflictingPart: 0.5, criticalPath: 2 });
  });
});

describe("Netting", () => {
  it("of a circle is everything", () => {
    expect(
      nettingOf(
        flowsOf(FLOW_TRADE, [
          [0, 1],
          [1, 2],
          [2, 0],
        ]),
      ),
    ).to.deep.equal({ cashSaved: 1, sharesSaved: 1, positionsSaved: 1 });
  });

  it("of strangers is nothing", () => {
    expect(
      nettingOf(
        flowsOf(FLOW_TRADE, [
          [0, 1],
          [2, 3],
        ]),
      ),
    ).to.deep.equal({ cashSaved: 0, sharesSaved: 0, positionsSaved: 0 });
  });

  it("of what is handed on is what the ones between need not move", () => {
    expect(
      nettingOf(
        flowsOf(FLOW_TRANSFER, [
          [0, 1],
          [1, 2],
        ]),
      ),
    ).to.deep.equal({ cashSaved: 0, sharesSaved: 0.5, positionsSaved: 1 - 2 / 3 });
  });
});
