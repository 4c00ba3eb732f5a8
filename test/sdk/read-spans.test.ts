import { expect } from "chai";
import { readSpans } from "../../sdk/read-spans.ts";
import { failureOf } from "../helpers/task-world.ts";

/** Reads places 0 to `last` of a node with a limit, and returns the lengths of the answers. */
async function lengthsOf(last: number, longest: number, limitAt: (first: number) => number): Promise<number[]> {
  const lengths: number[] = [];
  let next = 0;
  const ask = async (first: number, end: number) => {
    if (end - first + 1 > limitAt(first)) throw new Error("query returned more than 10000 results");
    return end - first + 1;
  };
  for await (const { first, last: end, answer } of readSpans(ask, 0, last, longest)) {
    expect(first).to.equal(next);
    expect(answer).to.equal(end - first + 1);
    lengths.push(answer);
    next = end + 1;
  }
  expect(next).to.equal(last + 1);
  return lengths;
}

describe("readSpans", () => {
  it("asks for as much as it may", async () => {
    expect(await lengthsOf(24, 10, () => 100)).to.deep.equal([10, 10, 5]);
    expect(await lengthsOf(-1, 10, () => 100)).to.deep.equal([]);
  });

  it("halves what is refused, and grows again where the node allows it", async () => {
    const lengths = await lengthsOf(199, 16, (first) => (first < 40 ? 4 : 100));

    expect(lengths.slice(0, 4)).to.deep.equal([4, 4, 4, 4]);
    expect(lengths).to.include(8);
    expect(lengths.slice(-4)).to.deep.equal([16, 16, 16, lengths.at(-1)]);
  });

  it("gives up where a single place fails, having told all before it", async () => {
    const told: number[] = [];
    const ask = async (first: number, end: number) => {
      if (end >= 5) throw new Error("the node is gone");
      return first;
    };
    const read = async () => {
      for await (const { last } of readSpans(ask, 0, 9, 10)) told.push(last);
    };

    expect(await failureOf(read())).to.have.property("message", "the node is gone");
    expect(told.at(-1)).to.equal(4);
  });
});
