import { expect } from "chai";
import { toBeHex } from "ethers";
import { allocatePlainly } from "../../executor/income/allocate-plainly.ts";
import {
  type Allocation,
  type AllocationTerms,
  allocate,
  type HolderRow,
  incomeRowAt,
  type LookThroughRow,
  packHolders,
  type Rounding,
} from "../../executor/index.ts";
import { type SeededRandom, seededRandom } from "../helpers/seeded-random.ts";

const address = (value: number | bigint) => toBeHex(value, 20);
const ALICE = address(1);
const BOB = address(2);
const CAROL = address(3);
const POOL = address(4);

const WORLDS = Number(process.env["FUZZ_RUNS"] ?? 60);

/** An allocation as plain data. */
function plainly({ rows, shares, ...rest }: Allocation) {
  return { ...rest, rows: Array.from({ length: rows.count }, (_, i) => incomeRowAt(rows, i)), shares: [...shares] };
}

/** What becomes of `rows`, after both ways have come to the same. */
async function allocated(rows: readonly HolderRow[], terms: AllocationTerms, workers = 0) {
  const judge = plainly(allocatePlainly(packHolders(rows), terms));
  expect(plainly(await allocate(packHolders(rows), terms, { workers }))).to.deep.equal(judge);
  return judge;
}

/** What both ways say to `rows`. */
async function refusal(rows: readonly HolderRow[], change: Partial<AllocationTerms> = {}): Promise<string> {
  const terms: AllocationTerms = { deposit: 1_000n, rounding: "carry", ...change };
  const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  const fast = await allocate(packHolders(rows), terms).then(() => "nothing", messageOf);
  let slow = "nothing";
  try {
    allocatePlainly(packHolders(rows), terms);
  } catch (error) {
    slow = messageOf(error);
  }
  expect(fast).to.equal(slow);
  return fast;
}

const grossOf = ({ rows }: ReturnType<typeof plainly>) => rows.map(({ gross }) => gross);

describe("Allocation of income", function () {
  this.timeout(120_000);

  const held: readonly HolderRow[] = [
    { holder: CAROL, shares: 199n },
    { holder: ALICE, shares: 500n, withholdingBps: 1_500 },
    { holder: BOB, shares: 300n, withholdingBps: 3_000 },
  ];

  it("gives everybody his part rounded down, in the order of addresses, and names what is left", async () => {
    const allocation = await allocated(held, { deposit: 10_000n, rounding: "carry" });

    expect(allocation).to.deep.equal({
      rows: [
        { holder: ALICE, gross: 5_005n, withheld: 750n },
        { holder: BOB, gross: 3_003n, withheld: 900n },
        { holder: CAROL, gross: 1_991n, withheld: 0n },
      ],
      shares: [500n, 300n, 199n],
      deposit: 10_000n,
      totalGross: 9_999n,
      totalWithheld: 1_650n,
      remainder: 1n,
      totalShares: 999n,
      excludedShares: 0n,
      tooSmall: 0,
    });
  });

  it("gives the units that are left to those who lost most, and taxes them too", async () => {
    const allocation = await allocated(held, { deposit: 10_000n, rounding: "largest-remainder" });

    expect(allocation.rows).to.deep.equal([
      { holder: ALICE, gross: 5_005n, withheld: 750n },
      { holder: BOB, gross: 3_003n, withheld: 900n },
      { holder: CAROL, gross: 1_992n, withheld: 0n }, // 199 × 10,000 ÷ 999 = 1,991.99
    ]);
    expect([allocation.totalGross, allocation.remainder]).to.deep.equal([10_000n, 0n]);
  });

  it("breaks ties by the lower address", async () => {
    const equals = [CAROL, POOL, ALICE, BOB].map((holder) => ({ holder, shares: 7n }));

    for (const [deposit, expected] of [
      [4n, [1n, 1n, 1n, 1n]],
      [5n, [2n, 1n, 1n, 1n]],
      [7n, [2n, 2n, 2n, 1n]],
      [8n, [2n, 2n, 2n, 2n]],
    ] as const) {
      expect(grossOf(await allocated(equals, { deposit, rounding: "largest-remainder" }))).to.deep.equal(expected);
    }
  });

  it("leaves out who gets nothing, and counts him", async () => {
    const carried = await allocated(held, { deposit: 2n, rounding: "carry" });
    expect([carried.rows.length, carried.tooSmall, carried.remainder]).to.deep.equal([1, 2, 1n]);

    const paid = await allocated(held, { deposit: 2n, rounding: "largest-remainder" });
    expect(paid.rows.map(({ holder }) => holder)).to.deep.equal([ALICE, BOB]);
    expect(paid.shares).to.deep.equal([500n, 300n]);
    expect([paid.tooSmall, paid.remainder]).to.deep.equal([1, 0n]);
  });

  it("passes over excluded accounts, as if their shares did not exist", async () => {
    const allocation = await allocated(held, { deposit: 10_000n, rounding: "carry", excluded: [BOB, POOL] });

    expect(grossOf(allocation)).to.deep.equal([7_153n, 2_846n]);
    expect([allocation.totalShares, allocation.excludedShares]).to.deep.equal([699n, 300n]);
  });

  it("looks through escrows: owners get it beside what they hold themselves", async () => {
    const rows = [...held, { holder: POOL, shares: 100n }];
    const lookThrough = [
      { escrow: POOL, owner: ALICE, shares: 60n, withholdingBps: 1_500 },
      { escrow: POOL, owner: address(9), shares: 40n },
    ];
    const allocation = await allocated(rows, { deposit: 1_099n, rounding: "carry", lookThrough });

    expect(allocation.rows).to.deep.equal([
      { holder: ALICE, gross: 560n, withheld: 84n },
      { holder: BOB, gross: 300n, withheld: 90n },
      { holder: CAROL, gross: 199n, withheld: 0n },
      { holder: address(9), gross: 40n, withheld: 0n },
    ]);
    const excluded = await allocated(rows, { deposit: 1_099n, rounding: "carry", lookThrough, excluded: [ALICE] });
    expect([excluded.excludedShares, excluded.totalShares]).to.deep.equal([560n, 539n]);
  });

  it("holds the largest amounts there are", async () => {
    const most = 2n ** 63n - 1n;
    const whole = await allocated([{ holder: ALICE, shares: most, withholdingBps: 10_000 }], {
      deposit: 2n ** 128n - 1n,
      rounding: "carry",
    });
    expect(whole.rows).to.deep.equal([{ holder: ALICE, gross: 2n ** 128n - 1n, withheld: 2n ** 128n - 1n }]);

    const split = await allocated(
      [
        { holder: ALICE, shares: most - 1n },
        { holder: BOB, shares: 1n },
      ],
      { deposit: 2n ** 128n - 1n, rounding: "largest-remainder" },
    );
    expect(split.totalGross).to.equal(2n ** 128n - 1n);
  });

  it("rejects what cannot be divided", async () => {
    expect(await refusal(held, { deposit: 0n })).to.equal("a deposit of 0 is not between 1 and 2^128 − 1");
    expect(await refusal(held, { deposit: 2n ** 128n })).to.equal(
      `a deposit of ${2n ** 128n} is not between 1 and 2^128 − 1`,
    );
    expect(await refusal([])).to.equal("nobody holds a share that takes part");
    expect(await refusal([{ holder: ALICE, shares: 0n }])).to.equal("nobody holds a share that takes part");
    expect(await refusal(held, { excluded: [ALICE, BOB, CAROL] })).to.equal("nobody holds a share that takes part");
    expect(await refusal(held, { excluded: ["0x12"] })).to.equal('"0x12" is not an address');

    const most = 2n ** 63n - 1n;
    const tooMany = [ALICE, BOB].map((holder) => ({ holder, shares: most }));
    expect(await refusal(tooMany)).to.equal(`${2n * most} shares in all do not fit 63 bits`);
  });

  it("rejects an escrow whose owners have more or less than it held", async () => {
    for (const shares of [299n, 301n]) {
      const lookThrough = [{ escrow: BOB, owner: CAROL, shares }];
      expect(await refusal(held, { lookThrough })).to.equal(`${BOB} held 300 shares, its owners' rows say ${shares}`);
    }
    const nested = [
      { escrow: BOB, owner: CAROL, shares: 300n },
      { escrow: CAROL, owner: ALICE, shares: 199n, withholdingBps: 1_500 },
    ];
    const problem = `${CAROL} is looked through and cannot own shares of another escrow`;
    expect(await refusal(held, { lookThrough: nested })).to.equal(problem);
  });

  it("rejects two rates for one holder, and values that are none", async () => {
    const twice = [...held, { holder: ALICE, shares: 1n, withholdingBps: 1_501 }];
    expect(await refusal(twice)).to.equal(`${ALICE} has withholding rates of 1500 and 1501`);

    const pack = (row: Partial<HolderRow>) => () => packHolders([{ holder: ALICE, shares: 1n, ...row }]);
    expect(pack({ shares: -1n })).to.throw("holder 0: -1 shares do not fit 63 bits");
    expect(pack({ shares: 2n ** 63n })).to.throw(`holder 0: ${2n ** 63n} shares do not fit 63 bits`);
    expect(pack({ holder: "alice" })).to.throw('"alice" is not 0x and 20 bytes in hexadecimal');
    for (const bps of [-1, 10_001, 0.5]) {
      expect(pack({ withholdingBps: bps })).to.throw(`holder 0: ${bps} is no rate between 0 and 10000`);
    }
  });

  it(`is the plain one in ${WORLDS} random worlds, on any number of threads`, async () => {
    const random = seededRandom("random allocations");

    for (let world = 0; world < WORLDS; world++) {
      const { rows, terms } = randomWorld(random);
      const { deposit, totalGross, remainder } = await allocated(rows, terms, world % 3);
      expect(totalGross + remainder, random.seed).to.equal(deposit);
      if (terms.rounding === "largest-remainder") expect(remainder, random.seed).to.equal(0n);
    }
  });
});

/** Few or many accounts, near to each other or far apart, some several times; amounts of every size; ties. */
function randomWorld(random: SeededRandom): { rows: HolderRow[]; terms: AllocationTerms } {
  const shift = BigInt([0, 12, 100, 139][random.below(4)] ?? 0);
  const accounts = 1 + random.below(random.below(4) === 0 ? 3_000 : 40);
  const holderAt = (account: number) => address(1n + (BigInt(account) << shift));
  const rateOf = (account: number) => [0, 1_500, 3_000, 10_000][account % 4] ?? 0;
  const mostShares = [3, 1_000, 2 ** 40][random.below(3)] ?? 1;

  const rows = Array.from({ length: accounts + random.below(10) }, () => {
    const account = random.below(accounts);
    return { holder: holderAt(account), shares: BigInt(random.below(mostShares)), withholdingBps: rateOf(account) };
  });
  rows.push({ holder: address(2n ** 159n), shares: 5n, withholdingBps: 0 });

  const [escrow] = rows;
  const lookThrough: LookThroughRow[] = [];
  if (escrow !== undefined && random.below(2) === 0) {
    const held = rows.filter(({ holder }) => holder === escrow.holder).reduce((sum, { shares }) => sum + shares, 0n);
    lookThrough.push({ escrow: escrow.holder, owner: address(2n ** 159n + 1n), shares: held });
  }
  const excluded = random.below(2) === 0 ? [holderAt(random.below(accounts))] : [];
  const rounding: Rounding = random.below(2) === 0 ? "carry" : "largest-remainder";
  const deposit = 1n + (BigInt(random.below(2 ** 30)) << BigInt([0, 20, 97][random.below(3)] ?? 0));
  return { rows, terms: { deposit, rounding, excluded, lookThrough } };
}
