import { expect } from "chai";
import {
  type BatchInput,
  CODE,
  compareResults,
  type InstructionInput,
  instructionsOf,
  readBatchFile,
  receiptsOf,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import { does, everyoneMayDoAll, freezes, gives, holds, type KindsDraft } from "./worlds/kinds-world.ts";
import { randomKinds } from "./worlds/random-kinds.ts";
import {
  ALICE,
  BOB,
  buys,
  CAROL,
  cashOf,
  PRICE,
  PROTOCOL,
  sells,
  settle,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

const { waitsForShares, waitsForCash, waitsForChain } = CODE;

/** Everyone may do everything, and nobody has anything but what `edit` gives. */
function poorWorld(edit: (draft: KindsDraft) => void = () => undefined): KindsDraft {
  return everyoneMayDoAll((draft) => {
    for (const position of draft.shares) Object.assign(position, { balance: 0n, spendable: 0n });
    for (const position of draft.cash) position.deposited = 0n;
    edit(draft);
  });
}

const giveShares = (draft: KindsDraft, account: number, shares: bigint) =>
  Object.assign(sharesOf(draft, account), { balance: shares, spendable: shares });

/** Codes in the order in which the instructions came in, with the shares that moved. */
async function outcomes(parts: Partial<BatchInput>): Promise<(readonly [code: number, quantity: bigint])[]> {
  const result = await settle({ mode: "optimised", ...parts });
  const sequences = instructionsOf(result).map(({ sequence }) => sequence);
  return receiptsOf(result)
    .map(({ code, quantity }, index) => ({ code, quantity, sequence: sequences[index] ?? 0 }))
    .sort((one, other) => one.sequence - other.sequence)
    .map(({ code, quantity }) => [code, quantity] as const);
}

const codesOf = async (parts: Partial<BatchInput>) => (await outcomes(parts)).map(([code]) => code);

describe("The optimised mode and other kinds", () => {
  it("nets transfers and trades: what alice gives bob comes back to her by a sale", async () => {
    const orders = [gives("alice", "bob"), buys("alice"), sells("bob")];
    const trades = [does(gives("alice", "bob")), trade({ buyOrder: 1, sellOrder: 2 })];
    const edit = (draft: KindsDraft) => (cashOf(draft, ALICE).deposited = 1_000n);

    expect(await codesOf({ snapshot: poorWorld(edit), orders, trades })).to.deep.equal([0, 0]);
    expect(await codesOf({ snapshot: poorWorld(), orders, trades })).to.deep.equal([waitsForShares, waitsForShares]);
  });

  it("nets a subscription with the sale that pays for it", async () => {
    const orders = [buys("alice"), buys("bob"), sells("alice")];
    const trades: InstructionInput[] = [
      { kind: "subscription", buyOrder: 0, offering: 0, quantity: 10n, price: PRICE, matchNumber: 1n },
      trade({ buyOrder: 1, sellOrder: 2 }),
    ];
    const edit = (draft: KindsDraft) => {
      giveShares(draft, PROTOCOL, 10n);
      cashOf(draft, BOB).deposited = 1_000n;
    };

    expect(await codesOf({ snapshot: poorWorld(edit), orders, trades })).to.deep.equal([0, 0]);
  });

  it("keeps a group within what is left of an offering", async () => {
    const orders = [buys("alice"), buys("bob"), sells("alice")];
    const subscription = (matchNumber: bigint): InstructionInput => {
      return { kind: "subscription", buyOrder: 0, offering: 0, quantity: 5n, price: PRICE, matchNumber };
    };
    const trades = [subscription(1n), subscription(2n), trade({ buyOrder: 1, sellOrder: 2, quantity: 5n })];
    const edit = (draft: KindsDraft) => {
      giveShares(draft, PROTOCOL, 20n);
      cashOf(draft, BOB).deposited = 500n;
      for (const offering of draft.offerings) offering.left = 5n;
    };

    const found = await codesOf({ snapshot: poorWorld(edit), orders, trades });
    expect(found).to.deep.equal([0, CODE.offeringSoldOut, 0]);
  });

  it("lets a claim wait for its pot, and a chain for its poorest member", async () => {
    const orders = [buys("carol"), sells("bob")];
    const claim: InstructionInput = { kind: "claim", place: 0 };
    const chain: InstructionInput[] = [
      { ...claim, place: 1, linked: true },
      { kind: "claim", place: 0, number: 2n },
    ];

    expect(await codesOf({ snapshot: poorWorld(), orders, trades: [claim] })).to.deep.equal([waitsForCash]);
    const edit = (draft: KindsDraft) => (cashOf(draft, CAROL).deposited = 30n);
    const found = await codesOf({ snapshot: poorWorld(edit), orders, trades: chain });
    expect(found).to.deep.equal([waitsForChain, waitsForCash]);
  });

  it("settles a chain later in the batch, once others have paid", async () => {
    const orders = [buys("bob", { priority: 3 }), sells("carol", { priority: 3 }), buys("alice"), sells("bob")];
    const chain: InstructionInput[] = [
      { kind: "claim", place: 1, linked: true },
      { kind: "claim", place: 0 },
    ];
    const trades = [
      ...chain,
      trade({ quantity: 1n }),
      trade({ buyOrder: 2, sellOrder: 3, quantity: 1n, matchNumber: 2n }),
    ];
    const edit = (draft: KindsDraft) => {
      giveShares(draft, CAROL, 1n);
      cashOf(draft, ALICE).deposited = 100n;
    };

    // Bob buys from carol with what alice pays him; out of that carol's pot pays both claims.
    expect(await codesOf({ snapshot: poorWorld(edit), orders, trades })).to.deep.equal([0, 0, 0, 0]);
  });

  it("settles part of a trade only when nothing else can settle", async () => {
    const orders = [buys("alice"), sells("bob"), buys("bob"), sells("carol")];
    const partial = trade({ partial: true });
    const edit = (draft: KindsDraft) => {
      giveShares(draft, BOB, 4n);
      cashOf(draft, ALICE).deposited = 1_000n;
    };

    expect(await outcomes({ snapshot: poorWorld(edit), orders, trades: [partial] })).to.deep.equal([[0, 4n]]);
    const refill = trade({ buyOrder: 2, sellOrder: 3, quantity: 6n, matchNumber: 2n });
    const withCarol = poorWorld((draft) => {
      edit(draft);
      giveShares(draft, CAROL, 6n);
    });
    const found = await outcomes({ snapshot: withCarol, orders, trades: [partial, refill] });
    expect(found).to.deep.equal([
      [0, 10n],
      [0, 6n],
    ]);
  });

  it("refuses at once what holds or freezes too much", async () => {
    const orders = [holds("alice", "bob"), freezes("carol", "bob")];
    const trades = orders.map((message, place) => does(message, place));

    const found = await codesOf({ snapshot: poorWorld(), orders, trades });
    expect(found).to.deep.equal([CODE.balanceTooSmall, CODE.balanceTooSmall]);
  });

  describe("in random worlds", function () {
    this.timeout(300_000);
    const firstSeed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

    /** Every third world is so poor that little settles one by one. */
    function worldOf(seed: number): BatchInput {
      const world: BatchInput = { ...randomKinds(seed), mode: "optimised" };
      if (seed % 3 !== 0) return world;
      const { snapshot } = world;
      const shares = snapshot.shares.map((position) => {
        const taken = position.account % 2 === 0 ? position.spendable : 0n;
        return { ...position, spendable: position.spendable - taken, balance: position.balance - taken };
      });
      const cash = snapshot.cash.map((position) => ({ ...position, deposited: position.deposited / 50n }));
      return { ...world, snapshot: { ...snapshot, shares, cash } };
    }

    it(`comes out the same by the plain way and the fast one (SEED=${firstSeed})`, async () => {
      const met = new Set<number>();

      for (let seed = firstSeed; seed < firstSeed + 120; seed++) {
        const input = worldOf(seed);
        const judge = await runSequential(input);
        const difference = compareResults(judge, await runBatch(input, { workers: 0 }));
        expect(difference, `SEED=${seed}`).to.equal(undefined);
        const again = compareResults(judge, await runSequential(readBatchFile(judge.file)));
        expect(again, `SEED=${seed}, from its file`).to.equal(undefined);
        for (const { code } of receiptsOf(judge)) met.add(code);
      }
      for (const code of [0, 32, 35, 115, 116, 143, 160, 161, 163]) {
        expect(met.has(code), `no world met code ${code} (SEED=${firstSeed})`).to.equal(true);
      }
    });
  });
});
