import { expect } from "chai";
import { CODE, explainCode, type InstructionInput, receiptsOf, type SubscriptionInput } from "../../executor/index.ts";
import {
  cancels,
  decides,
  does,
  doing,
  everyoneMayDoAll,
  freezes,
  gives,
  holds,
  type KindsDraft,
  messageId,
  whereAll,
} from "./worlds/kinds-world.ts";
import {
  ADDRESS,
  ALICE,
  BOB,
  type batch,
  buys,
  CAROL,
  cashOf,
  codes,
  entry,
  idOf,
  limitOf,
  mandateOf,
  type Name,
  NOW,
  PRICE,
  sells,
  settle,
  sharesOf,
  trade,
  YACHT,
} from "./worlds/trading-world.ts";

type Parts = Parameters<typeof batch>[0] & object;

const HOLD = `0x${"a7".repeat(32)}`;
const told = (parts: Parts) => codes({ snapshot: everyoneMayDoAll(), ...parts });
const forged = <T extends { readonly signature: string }>(message: T): T => ({
  ...message,
  signature: buys("alice").signature,
});
const subscribes = (terms: Partial<SubscriptionInput> = {}): Parts => {
  const asked = { buyOrder: 0, offering: 0, quantity: 10n, price: PRICE, matchNumber: 1n, ...terms };
  return { orders: [buys("alice")], trades: [{ kind: "subscription", ...asked }] };
};
const claims = (place = 0, number = 0n): InstructionInput => ({ kind: "claim", place, number });
const expires = (place = 0): InstructionInput => ({ kind: "expire", place });
const only = (...trades: InstructionInput[]): Parts => ({ orders: [], trades });

/** A world in which ten of alice's houses are held for bob. */
const whereHeld = (edit: (draft: KindsDraft) => void = () => undefined) =>
  whereAll((draft) => {
    sharesOf(draft, ALICE).spendable -= 10n;
    draft.holds.push({
      id: HOLD,
      holder: ALICE,
      beneficiary: BOB,
      agent: CAROL,
      asset: 0,
      quantity: 10n,
      until: NOW,
    });
    edit(draft);
  });
const whereFrozen = whereAll((draft) => Object.assign(sharesOf(draft, ALICE), { spendable: 990n, frozen: 10n }));
const without = (account: number) => (draft: KindsDraft) => {
  draft.mandates = draft.mandates.filter((mandate) => mandate.account !== account);
};
const rule = (change: Partial<KindsDraft["assets"][number]>) =>
  whereAll(({ assets }) => Object.assign(entry(assets[0]), change));

/** Each reason, a batch to which it applies, and where there is a "just enough", the batch next to it. */
const cases: readonly (readonly [code: number, why: string, refused: () => Parts, accepted?: () => Parts])[] = [
  [
    CODE.malformed,
    "an instruction that says another quantity than its message",
    () => ({ orders: [gives("bob", "alice")], trades: [does(gives("bob", "alice", { quantity: 9n }))] }),
  ],
  [
    CODE.malformed,
    "a void that names shares",
    () => ({ ...whereHeld(), ...doing(decides("carol", HOLD, { decision: 2, quantity: 1n })) }),
  ],
  [CODE.malformed, "a subscription at a price beyond 63 bits", () => subscribes({ price: 2n ** 63n })],
  [
    CODE.orderUnknown,
    "a message that is not in the batch",
    () => ({ orders: [], trades: [does(gives("bob", "alice"))] }),
  ],
  [CODE.sidesDoNotMatch, "a selling order that subscribes", () => ({ ...subscribes(), orders: [sells("alice")] })],
  [
    CODE.quantityZero,
    "a transfer of nothing",
    () => doing(gives("bob", "alice", { quantity: 0n })),
    () => doing(gives("bob", "alice", { quantity: 1n })),
  ],
  [CODE.accountUnknown, "a stranger's transfer", () => doing(gives("a stranger", "alice"))],
  [CODE.accountUnknown, "a stranger's cancel", () => doing(cancels("a stranger", HOLD))],
  [
    CODE.buySignatureInvalid,
    "a forged order that subscribes",
    () => ({ ...subscribes(), orders: [forged(buys("alice"))] }),
  ],
  [
    CODE.buyOrderExpired,
    "an order that subscribes a second too late",
    () => ({ ...subscribes(), orders: [buys("alice", { expiry: NOW - 1n })] }),
    () => subscribes(),
  ],
  [
    CODE.priceAboveBuyLimit,
    "a limit one below the offering's price",
    () => ({ ...subscribes(), orders: [buys("alice", { limitPrice: PRICE - 1n })] }),
  ],
  [
    CODE.buyOrderOverfilled,
    "one share more than the order that subscribes",
    () => ({ ...subscribes(), orders: [buys("alice", { quantity: 9n })] }),
    () => ({ ...subscribes(), orders: [buys("alice", { quantity: 10n })] }),
  ],
  [
    CODE.messageTypeWrong,
    "a transfer that is asked to hold",
    () => ({ orders: [gives("bob", "alice")], trades: [does(gives("bob", "alice"), 0, { kind: "hold" })] }),
  ],
  [
    CODE.messageTypeWrong,
    "a decision to post that is asked to void",
    () => ({ ...whereHeld(), orders: [decides("carol", HOLD)], trades: [{ kind: "void", message: 0, quantity: 10n }] }),
  ],
  [
    CODE.messageTypeWrong,
    "a freeze that is asked to free",
    () => ({ orders: [freezes("carol", "bob")], trades: [{ kind: "unfreeze", message: 0, quantity: 10n }] }),
  ],
  [CODE.signatureInvalid, "a forged transfer", () => doing(forged(gives("bob", "alice")))],
  [CODE.signatureInvalid, "a forged cancel", () => doing(forged(cancels("bob", HOLD)))],
  [
    CODE.messageExpired,
    "a transfer a second too late",
    () => doing(gives("bob", "alice", { expiry: NOW - 1n })),
    () => doing(gives("bob", "alice", { expiry: NOW })),
  ],
  [
    CODE.sameAccount,
    "a transfer to oneself",
    () => doing(gives("bob", "bob")),
    () => doing(gives("alice", "alice's second wallet")),
  ],
  [CODE.sameAccount, "a hold for oneself", () => doing(holds("bob", "bob"))],
  [
    CODE.sameAccount,
    "the pot's own entitlement",
    () => ({
      ...whereAll((draft) => Object.assign(entry(draft.entitlements[0]), { account: CAROL })),
      ...only(claims()),
    }),
  ],
  [CODE.offeringUnknown, "an offering that is not in the snapshot", () => subscribes({ offering: 1 })],
  [CODE.offeringTermsDiffer, "another price than the offering's", () => subscribes({ price: PRICE + 1n })],
  [
    CODE.offeringTermsDiffer,
    "an order for another asset",
    () => ({ ...subscribes(), orders: [buys("alice", { asset: YACHT })] }),
  ],
  [
    CODE.offeringSoldOut,
    "one share more than the offering has left",
    () => ({
      ...subscribes({ quantity: 51n }),
      ...whereAll((draft) => Object.assign(entry(draft.offerings[0]), { left: 50n })),
    }),
    () => ({
      ...subscribes({ quantity: 50n }),
      ...whereAll((draft) => Object.assign(entry(draft.offerings[0]), { left: 50n })),
    }),
  ],
  [CODE.entitlementUnknown, "an entitlement that is not in the snapshot", () => only(claims(2)), () => only(claims(1))],
  [
    CODE.alreadyClaimed,
    "an entitlement that was paid out before",
    () => ({ ...whereAll((draft) => Object.assign(entry(draft.entitlements[0]), { amount: 0n })), ...only(claims()) }),
  ],
  [
    CODE.potTooSmall,
    "a pot one unit too small",
    () => ({ ...whereAll((draft) => Object.assign(cashOf(draft, CAROL), { deposited: 69n })), ...only(claims()) }),
    () => ({ ...whereAll((draft) => Object.assign(cashOf(draft, CAROL), { deposited: 70n })), ...only(claims()) }),
  ],
  [
    CODE.holdUnknown,
    "a hold that nobody made",
    () => doing(decides("carol", HOLD)),
    () => ({ ...whereHeld(), ...doing(decides("carol", HOLD)) }),
  ],
  [CODE.holdUnknown, "an expiry of no hold", () => only(expires())],
  [CODE.notHoldAgent, "somebody else's decision", () => ({ ...whereHeld(), ...doing(decides("bob", HOLD)) })],
  [
    CODE.holdOver,
    "a decision a second too late",
    () => ({
      ...whereHeld((draft) => Object.assign(entry(draft.holds[0]), { until: NOW - 1n })),
      ...doing(decides("carol", HOLD)),
    }),
  ],
  [
    CODE.holdOver,
    "a void a second too late",
    () => ({
      ...whereHeld((draft) => Object.assign(entry(draft.holds[0]), { until: NOW - 1n })),
      ...doing(decides("carol", HOLD, { decision: 2 })),
    }),
    () => ({ ...whereHeld(), ...doing(decides("carol", HOLD, { decision: 2 })) }),
  ],
  [
    CODE.holdOver,
    "a hold that would be over already",
    () => doing(holds("bob", "alice", { until: NOW - 1n })),
    () => doing(holds("bob", "alice", { until: NOW })),
  ],
  [
    CODE.holdNotOver,
    "an expiry in the hold's last second",
    () => ({ ...whereHeld(), ...only(expires()) }),
    () => ({ ...whereHeld((draft) => Object.assign(entry(draft.holds[0]), { until: NOW - 1n })), ...only(expires()) }),
  ],
  [
    CODE.holdExceeded,
    "one share more than is held",
    () => ({ ...whereHeld(), ...doing(decides("carol", HOLD, { quantity: 11n })) }),
    () => ({ ...whereHeld(), ...doing(decides("carol", HOLD, { quantity: 9n })) }),
  ],
  [
    CODE.notOfficer,
    "a freeze by somebody else",
    () => doing(freezes("bob", "alice")),
    () => doing(freezes("carol", "alice")),
  ],
  [
    CODE.frozenTooSmall,
    "one share more than is frozen",
    () => ({ ...whereFrozen, ...doing(freezes("carol", "alice", { frozen: false, quantity: 11n })) }),
    () => ({ ...whereFrozen, ...doing(freezes("carol", "alice", { frozen: false })) }),
  ],
  [
    CODE.balanceTooSmall,
    "more shares than there are",
    () => doing(gives("alice", "bob", { quantity: 1_001n })),
    () => doing(gives("alice", "bob", { quantity: 1_000n })),
  ],
  [
    CODE.balanceFrozen,
    "frozen shares",
    () => ({ ...whereFrozen, ...doing(gives("alice", "bob", { quantity: 991n })) }),
    () => ({ ...whereFrozen, ...doing(gives("alice", "bob", { quantity: 990n })) }),
  ],
  [
    CODE.balanceLocked,
    "held shares",
    () => ({ ...whereHeld(), ...doing(gives("alice", "bob", { quantity: 991n })) }),
    () => ({ ...whereHeld(), ...doing(gives("alice", "bob", { quantity: 990n })) }),
  ],
  [
    CODE.balanceLocked,
    "a hold of shares that are held",
    () => ({ ...whereHeld(), ...doing(holds("alice", "bob", { quantity: 991n })) }),
  ],
  [
    CODE.balanceLocked,
    "a freeze of shares that are held",
    () => ({ ...whereHeld(), ...doing(freezes("carol", "alice", { quantity: 991n })) }),
  ],
  [
    CODE.holderLimitReached,
    "a transfer to a holder too many",
    () => ({
      ...whereAll((draft) => {
        Object.assign(entry(draft.assets[0]), { holderLimit: 2 });
        Object.assign(sharesOf(draft, CAROL), { balance: 0n, spendable: 0n });
      }),
      ...doing(gives("bob", "carol")),
    }),
  ],
  [
    CODE.tooFewHolders,
    "a holder who leaves where all are needed",
    () => ({ ...rule({ minimumHolders: 3 }), ...doing(gives("bob", "carol", { quantity: 1_000n })) }),
    () => ({ ...rule({ minimumHolders: 2 }), ...doing(gives("bob", "carol", { quantity: 1_000n })) }),
  ],
  [
    CODE.balanceCapExceeded,
    "one share more than one investor may hold, over all wallets",
    () => ({ ...rule({ balanceCap: 2_009n }), ...doing(gives("bob", "alice")) }),
    () => ({ ...rule({ balanceCap: 2_010n }), ...doing(gives("bob", "alice")) }),
  ],
  [
    CODE.holdingTooSmall,
    "a rest below the least holding",
    () => ({ ...rule({ minimumHolding: 991n }), ...doing(gives("bob", "alice")) }),
    () => ({ ...rule({ minimumHolding: 990n }), ...doing(gives("bob", "alice")) }),
  ],
  [
    CODE.buyMandateMissing,
    "a receiver without a mandate",
    () => ({ ...whereAll(without(ALICE)), ...doing(gives("bob", "alice")) }),
  ],
  [
    CODE.sellMandateMissing,
    "a sender without a mandate",
    () => ({ ...whereAll(without(BOB)), ...doing(gives("bob", "alice")) }),
  ],
  [CODE.buyMandateMissing, "a pot without a mandate", () => ({ ...whereAll(without(CAROL)), ...only(claims()) })],
  [CODE.sellMandateMissing, "who claims without a mandate", () => ({ ...whereAll(without(ALICE)), ...only(claims()) })],
  [
    CODE.buyMandateExhausted,
    "a pot that may pay one unit less",
    () => ({ ...whereAll((draft) => Object.assign(mandateOf(draft, CAROL), { cashOutLeft: 69n })), ...only(claims()) }),
  ],
  [
    CODE.sellMandateExhausted,
    "a gift that the sender's mandate counts as loss",
    () => ({
      ...whereAll((draft) => {
        Object.assign(limitOf(draft, BOB), { minSellPrice: 1n });
        Object.assign(mandateOf(draft, BOB), { lossLeft: 9n });
      }),
      ...doing(gives("bob", "alice")),
    }),
    () => ({
      ...whereAll((draft) => {
        Object.assign(limitOf(draft, BOB), { minSellPrice: 1n });
        Object.assign(mandateOf(draft, BOB), { lossLeft: 10n });
      }),
      ...doing(gives("bob", "alice")),
    }),
  ],
  [
    11,
    "a post out of a suspended account",
    () => ({
      ...whereHeld((draft) => Object.assign(sharesOf(draft, ALICE), { sendCode: 11 })),
      ...doing(decides("carol", HOLD)),
    }),
  ],
  [
    17,
    "a post to a frozen wallet",
    () => ({
      ...whereHeld((draft) => Object.assign(sharesOf(draft, BOB), { receiveCode: 17 })),
      ...doing(decides("carol", HOLD)),
    }),
  ],
  [4, "a hold of a paused asset", () => ({ ...rule({ state: 4 }), ...doing(holds("bob", "alice")) })],
];

describe("Kinds of instructions", () => {
  for (const [code, why, refused, accepted] of cases) {
    it(`say ${code} ${explainCode(code).name} of ${why}`, async () => {
      expect(await told(refused())).to.deep.equal([code]);
      if (accepted !== undefined) expect(await told(accepted())).to.deep.equal([CODE.accepted]);
    });
  }

  it("use a message once; another salt makes another message", async () => {
    const once = gives("bob", "alice", { salt: 1n });

    expect(await told({ orders: [once], trades: [does(once), does(once)] })).to.deep.equal([0, CODE.duplicate]);
    expect(await told(doing(once, gives("bob", "alice", { salt: 2n })))).to.deep.equal([0, 0]);
    expect(await told({ ...doing(once), alreadyFinal: new Set([messageId(once)]) })).to.deep.equal([110]);
  });

  it("do not use up a message that an instruction of another kind names", async () => {
    const post = decides("carol", HOLD);
    const trades: InstructionInput[] = [{ kind: "void", message: 0, quantity: 10n }, does(post)];

    expect(await told({ ...whereHeld(), orders: [post], trades })).to.deep.equal([CODE.messageTypeWrong, 0]);
  });

  it("pay an entitlement out once, however often it is claimed", async () => {
    const result = await settle({ ...whereAll(() => undefined), ...only(claims(0, 1n), claims(0, 2n), claims(0, 2n)) });

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, CODE.alreadyClaimed, CODE.duplicate]);
    expect(receiptsOf(result)[0]).to.include({ quantity: 0n, cash: 70n });
  });

  it("freeze and withdraw before anything else, whatever their place and priority", async () => {
    const [buy, sell] = [buys("alice", { priority: 3 }), sells("bob", { priority: 3 })];
    const late = cancels("bob", idOf(sell));
    const orders = [buy, sell, late, freezes("carol", "alice", { quantity: 1_000n }), gives("alice", "bob")];
    const trades = [
      trade(),
      does(gives("alice", "bob"), 4),
      does(late, 2),
      does(freezes("carol", "alice", { quantity: 1_000n }), 3),
    ];

    expect(await told({ orders, trades })).to.deep.equal([0, 0, CODE.sellOrderCancelled, CODE.balanceFrozen]);
  });

  it("withdraw an order for its trader alone, and before it is known", async () => {
    const [buy, sell] = [buys("alice"), sells("bob")];
    const foreign = cancels("carol", idOf(buy));
    const withdrawnBy = (name: Name) => ({
      ...whereAll((draft) => draft.cancelled.push({ order: idOf(buy), trader: ADDRESS[name] })),
      orders: [buy, sell],
    });

    expect(await told({ orders: [buy, sell, foreign], trades: [does(foreign, 2), trade()] })).to.deep.equal([0, 0]);
    expect(await told(withdrawnBy("alice"))).to.deep.equal([CODE.buyOrderCancelled]);
    expect(await told(withdrawnBy("carol"))).to.deep.equal([0]);
  });

  it("ask for no mandate where nobody posts nets", async () => {
    const alone = whereAll((draft) => Object.assign(draft, { mandates: [], withoutMandates: true }));

    expect(await told({ ...alone, ...doing(gives("bob", "alice")) })).to.deep.equal([0]);
    expect(await told({ ...alone, ...only(claims()) })).to.deep.equal([0]);
    expect(await told(alone)).to.deep.equal([0]);
  });

  it("take up to what there is when they are partial, and are refused when there is nothing", async () => {
    const partly = async (edit: (draft: KindsDraft) => void, terms = {}) => {
      const parts = { ...whereAll(edit), trades: [trade({ quantity: 50n, partial: true, ...terms })] };
      const [receipt] = receiptsOf(
        await settle({ orders: [buys("alice", { quantity: 40n }), sells("bob")], ...parts }),
      );
      return [receipt?.code, receipt?.quantity, receipt?.cash];
    };

    expect(await partly(() => undefined)).to.deep.equal([0, 40n, 4_000n]);
    expect(await partly((draft) => Object.assign(sharesOf(draft, BOB), { spendable: 7n }))).to.deep.equal([
      0,
      7n,
      700n,
    ]);
    expect(await partly((draft) => Object.assign(cashOf(draft, ALICE), { deposited: 399n }))).to.deep.equal([
      0,
      3n,
      300n,
    ]);
    expect(await partly((draft) => Object.assign(cashOf(draft, ALICE), { deposited: 99n }))).to.deep.equal([
      117,
      0n,
      0n,
    ]);
    expect(await partly((draft) => Object.assign(sharesOf(draft, BOB), { balance: 0n, spendable: 0n }))).to.deep.equal([
      20,
      0n,
      0n,
    ]);
  });
});
