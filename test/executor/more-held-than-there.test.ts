import { expect } from "chai";
import {
  type BatchInput,
  CODE,
  compareResults,
  POSITION_KIND,
  packSnapshot,
  provePosition,
  readBatchFile,
  receiptsOf,
  runBatch,
  runSequential,
  snapshotOf,
} from "../../executor/index.ts";
import { searchExactly } from "../../executor/optimised/exact-search.ts";
import { closePositions } from "../../executor/replay/close-positions.ts";
import { decides, doing, freezes, gives, type KindsDraft, whereAll } from "./worlds/kinds-world.ts";
import {
  ADDRESS,
  ALICE,
  BOB,
  batch,
  buys,
  CAROL,
  cashOf,
  entry,
  HOUSE,
  NOW,
  sells,
  settle,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

const MISSING = 5n;
const HOLD = `0x${"a7".repeat(32)}`;

/** Bob has no house, and so many of his are frozen. */
const whereFrozen = (frozen = MISSING, balance = 0n) =>
  whereAll((draft) => Object.assign(sharesOf(draft, BOB), { balance, spendable: balance - frozen, frozen }));

const codesOf = async (parts: Partial<BatchInput>) => receiptsOf(await settle(parts)).map(({ code }) => code);

describe("Positions of which more is held back than is there", () => {
  for (const mode of ["strict", "optimised"] as const) {
    describe(`in ${mode} batches`, () => {
      const lacks = mode === "strict" ? CODE.balanceFrozen : CODE.waitsForShares;

      it("let nothing move until what is missing has arrived, to the share", async () => {
        const once = (arrives: bigint) =>
          codesOf({
            mode,
            ...whereFrozen(),
            ...doing(gives("carol", "bob", { quantity: arrives }), gives("bob", "alice", { quantity: 1n })),
          });

        expect(await once(MISSING - 1n)).to.deep.equal([0, lacks]);
        expect(await once(MISSING)).to.deep.equal([0, lacks]);
        expect(await once(MISSING + 1n)).to.deep.equal([0, 0]);
      });

      it("lack a single share as they lack many", async () => {
        const sold = (quantity: bigint) =>
          codesOf({ mode, ...whereFrozen(1n), ...doing(gives("carol", "bob"), gives("bob", "alice", { quantity })) });

        expect(await sold(9n)).to.deep.equal([0, 0]);
        expect(await sold(10n)).to.deep.equal([0, lacks]);
      });

      it("give what came in beyond, where an instruction takes up to what there is", async () => {
        const messages = doing(gives("carol", "bob", { quantity: MISSING + 3n }), gives("bob", "alice"));
        const trades = messages.trades.map((each) => ({ ...each, partial: true }));
        const result = await settle({ mode, ...whereFrozen(), ...messages, trades });

        expect(receiptsOf(result).map(({ code, quantity }) => [code, quantity])).to.deep.equal([
          [0, MISSING + 3n],
          [0, 3n],
        ]);
      });

      it("come to the same from columns, from the batch's file and as what the next batch opens with", async () => {
        const first = { ...whereFrozen(), ...doing(gives("carol", "bob", { quantity: MISSING - 1n })) };
        const input = batch({ mode, ...first });
        const result = await settle(input);
        const columns = { ...input, snapshot: snapshotOf(packSnapshot(input.snapshot)) };
        const again = await runBatch(readBatchFile(result.file), { workers: 0 });

        expect(compareResults(result, again)).to.equal(undefined);
        const packed = [await runSequential(columns), await runBatch(columns, { workers: 0 })] as const;
        expect(compareResults(...packed)).to.equal(undefined);
        expect(packed[1].header.positionsRoot).to.equal(result.header.positionsRoot);

        const snapshot = closePositions(input.snapshot, result.chunks);
        const next = (quantity: bigint) =>
          codesOf({
            mode,
            snapshot,
            ...doing(gives("carol", "bob", { quantity }), gives("bob", "alice", { quantity: 1n })),
          });
        expect(await next(1n)).to.deep.equal([0, lacks]);
        expect(await next(2n)).to.deep.equal([0, 0]);
      });
    });
  }

  it("are told as what they are: 20 without so many shares, 21 with them, 22 if only a lock is in the way, 20 where nothing is stated", async () => {
    const asked = (balance: bigint, spendable: bigint, frozen: bigint | undefined) =>
      codesOf({
        ...whereAll((draft) => {
          const { frozen: _, ...position } = sharesOf(draft, BOB);
          const stated = frozen === undefined ? {} : { frozen };
          draft.shares[draft.shares.indexOf(sharesOf(draft, BOB))] = { ...position, balance, spendable, ...stated };
        }),
        ...doing(gives("bob", "alice", { quantity: 4n })),
      });

    expect(await asked(3n, -2n, 5n)).to.deep.equal([CODE.balanceTooSmall]);
    expect(await asked(4n, -1n, 5n)).to.deep.equal([CODE.balanceFrozen]);
    expect(await asked(8n, -1n, 5n)).to.deep.equal([CODE.balanceFrozen]);
    expect(await asked(8n, -1n, 4n)).to.deep.equal([CODE.balanceLocked]);
    expect(await asked(8n, -1n, undefined)).to.deep.equal([CODE.balanceTooSmall]);
  });

  it("have nothing that could move, in their leaf", async () => {
    const proved = async (quantity: bigint) => {
      const result = await settle({ ...whereFrozen(), ...doing(gives("carol", "bob", { quantity })) });
      const bob = { kind: POSITION_KIND.shares, account: ADDRESS.bob, unit: HOUSE };
      const { balance, spendable } = (await provePosition(result, bob)).position;
      return [balance, spendable];
    };

    expect(await proved(MISSING - 1n)).to.deep.equal([MISSING - 1n, 0n]);
    expect(await proved(MISSING)).to.deep.equal([MISSING, 0n]);
    expect(await proved(MISSING + 1n)).to.deep.equal([MISSING + 1n, 1n]);
  });

  it("are freed share by share, and no more of them is frozen", async () => {
    const freed = (quantity: bigint) =>
      codesOf({
        ...whereFrozen(MISSING + 10n, 10n),
        ...doing(freezes("carol", "bob", { frozen: false, quantity }), gives("bob", "alice", { quantity: 1n })),
      });

    expect(await freed(MISSING)).to.deep.equal([0, CODE.balanceFrozen]);
    expect(await freed(MISSING + 1n)).to.deep.equal([0, 0]);
    expect(
      await codesOf({ ...whereFrozen(MISSING + 10n, 10n), ...doing(freezes("carol", "bob", { quantity: 1n })) }),
    ).to.deep.equal([CODE.balanceFrozen]);
  });

  describe("with a hold of ten", () => {
    /** Bob has ten houses, all of which are held, and `frozen` of which are frozen as well. */
    const whereHeld = (frozen: bigint) =>
      whereAll((draft: KindsDraft) => {
        Object.assign(sharesOf(draft, BOB), { balance: 10n, spendable: -frozen, frozen });
        const parties = { holder: BOB, beneficiary: ALICE, agent: CAROL };
        draft.holds.push({ id: HOLD, ...parties, asset: 0, quantity: 10n, until: NOW });
      });

    it("hand over what is not frozen under it, and not a share more", async () => {
      const posted = (frozen: bigint, quantity: bigint) =>
        codesOf({ ...whereHeld(frozen), ...doing(decides("carol", HOLD, { quantity })) });

      expect(await posted(0n, 10n)).to.deep.equal([0]);
      expect(await posted(1n, 9n)).to.deep.equal([0]);
      expect(await posted(1n, 10n)).to.deep.equal([CODE.balanceFrozen]);
      expect(await posted(10n, 1n)).to.deep.equal([CODE.balanceFrozen]);
    });

    it("are voided, and give what then is free", async () => {
      const given = (quantity: bigint) =>
        codesOf({
          ...whereHeld(3n),
          ...doing(decides("carol", HOLD, { decision: 2 }), gives("bob", "alice", { quantity })),
        });

      expect(await given(7n)).to.deep.equal([0, 0]);
      expect(await given(8n)).to.deep.equal([0, CODE.balanceFrozen]);
    });
  });

  describe("among waiting trades", () => {
    /** Bob sells ten to alice and buys `bought` from carol, first the one and then the other; nothing else is there. */
    const netted = async (bought: bigint) =>
      codesOf({
        mode: "optimised",
        ...whereAll((draft) => {
          Object.assign(sharesOf(draft, BOB), { balance: 0n, spendable: -MISSING, frozen: MISSING });
          Object.assign(cashOf(draft, BOB), { deposited: 10n ** 6n });
        }),
        orders: [buys("alice"), sells("bob"), buys("bob"), sells("carol")],
        trades: [trade(), trade({ buyOrder: 2, sellOrder: 3, quantity: bought, matchNumber: 2n })],
      });

    it("count with what is missing", async () => {
      expect(await netted(10n + MISSING)).to.deep.equal([0, 0]);
      expect(await netted(9n + MISSING)).to.deep.equal([0, CODE.waitsForShares]);
    });

    it("do not keep an exact search from paying into them", () => {
      const units = [
        { id: "pays in", priority: 0, legs: [{ place: "bob", delta: 3n }] },
        { id: "takes", priority: 0, legs: [{ place: "bob", delta: -1n }] },
      ];
      const best = (available: bigint) => searchExactly({ units, available: new Map([["bob", available]]) }).ids;

      expect(best(-2n)).to.deep.equal(["pays in", "takes"]);
      expect(best(-3n)).to.deep.equal(["pays in"]);
    });
  });

  it("are decided in their order by the parallel ledger", async () => {
    const input = batch({
      ...whereFrozen(),
      ...whereAll((draft) => {
        for (const position of draft.shares) delete position.frozen;
        Object.assign(sharesOf(draft, BOB), { balance: 0n, spendable: -MISSING });
      }),
      orders: [buys("bob"), sells("carol"), buys("alice"), sells("bob")],
      trades: [trade({ quantity: MISSING + 1n }), trade({ buyOrder: 2, sellOrder: 3, quantity: 1n, matchNumber: 2n })],
    });
    const judge = await runSequential(input);
    const split = await runBatch(input, { workers: 0, ledger: "split" });

    expect(compareResults(judge, split)).to.equal(undefined);
    expect(receiptsOf(split).map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(entry(split.chunks[0]).movementCount).to.be.greaterThan(0);
  });
});
