import { expect } from "chai";
import { network } from "hardhat";
import { type Books, deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";

const connection = await network.create();
const { networkHelpers } = connection;

const A = 1n;
const B = 2n;

/** Two assets with holders; carol's wallet was lost, and dora's stands for it. Everything an action needs is there. */
async function registerInFullSwing() {
  const books = await deployBooks(connection);
  const [alice, bob, carol, dora, operator] = books.others;
  if (!alice || !bob || !carol || !dora || !operator) throw new Error("six accounts are needed");
  const { shares, investors } = books;
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  for (const id of [A, B]) {
    await listAsset(connection, books, id);
    await shares.setAssetState(id, STATE.active);
    for (const wallet of [alice, bob, carol]) await shares.mint(wallet, id, 100n, "0x");
    await shares.lock(alice, id, 10n);
    await shares.connect(alice).approve(operator, id, 50n);
    await shares.openRecord(id, 4_000_000_000n);
  }
  await investors.recover(carol, dora);
  return { ...books, alice, bob, carol, dora, operator };
}

type World = Awaited<ReturnType<typeof registerInFullSwing>>;
type Action = (world: World, id: bigint) => Promise<unknown>;

/** What moves shares in the ordinary way. */
const ISSUE: Record<string, Action> = {
  mint: ({ shares, bob }, id) => shares.mint(bob, id, 1n, "0x"),
};
const REDEEM: Record<string, Action> = {
  burn: ({ shares, bob }, id) => shares.burn(bob, id, 1n),
  burnBatch: ({ shares, bob }, id) => shares.burnBatch(bob, [id], [1n]),
};
const MOVE: Record<string, Action> = {
  safeTransferFrom: ({ shares, alice, bob }, id) => shares.connect(alice).safeTransferFrom(alice, bob, id, 1n, "0x"),
  "safeTransferFrom by an operator": ({ shares, alice, bob, operator }, id) =>
    shares.connect(operator).safeTransferFrom(alice, bob, id, 1n, "0x"),
  safeBatchTransferFrom: ({ shares, alice, bob }, id) =>
    shares.connect(alice).safeBatchTransferFrom(alice, bob, [id], [1n], "0x"),
  settleNet: ({ shares, alice, bob }, id) => shares.settleNet(id, [alice, bob], [-1n, 1n]),
};
/** What locks shares for a settlement to come. */
const LOCK: Record<string, Action> = { lock: ({ shares, bob }, id) => shares.lock(bob, id, 1n) };
/** What moves nothing, or is enforcement: no pause and no state is in its way. */
const ALWAYS: Record<string, Action> = {
  unlock: ({ shares, alice }, id) => shares.unlock(alice, id, 1n),
  forcedTransfer: ({ shares, alice, bob }, id) => shares.forcedTransfer(alice, bob, id, 1n),
  setFrozenTokens: ({ shares, alice }, id) => shares.setFrozenTokens(alice, id, 5n),
  recoverPositions: ({ shares, carol }, id) => shares.recoverPositions(carol, [id]),
  approve: ({ shares, alice, bob }, id) => shares.connect(alice).approve(bob, id, 1n),
  setApprovalForAll: ({ shares, alice, bob }) => shares.connect(alice).setApprovalForAll(bob, true),
  openRecord: ({ shares }, id) => shares.openRecord(id, 4_000_000_001n),
  cancelRecord: ({ shares }, id) => shares.cancelRecord(id, 0n),
  setRoyalty: ({ shares, bob }, id) => shares.setRoyalty(id, bob, 10n),
  setRules: ({ rules }, id) => rules.setRules(id, []),
};

/** How the world answers to an action: nothing, or the error that is given. */
async function check(
  world: World,
  name: string,
  act: () => Promise<unknown>,
  refusal: { error: string; args: unknown[] } | undefined,
): Promise<void> {
  const snapshot = await networkHelpers.takeSnapshot();
  if (refusal === undefined) await act();
  else {
    await expect(act(), name)
      .to.be.revertedWithCustomError(world.shares, refusal.error)
      .withArgs(...refusal.args);
  }
  await snapshot.restore();
}

describe("ShareToken stops (P29)", () => {
  const stops: [
    string,
    (books: Books) => Promise<unknown>,
    (id: bigint) => { error: string; args: unknown[] } | undefined,
  ][] = [
    ["a pause of the whole register", ({ shares }) => shares.pause(), () => ({ error: "ShareTokenPaused", args: [] })],
    [
      "a pause of one asset",
      ({ shares }) => shares.setAssetPaused(A, true),
      (id) => (id === A ? { error: "ShareTokenAssetPaused", args: [A] } : undefined),
    ],
  ];

  for (const [stop, set, refusalOf] of stops) {
    describe(stop, () => {
      for (const [name, act] of Object.entries({ ...ISSUE, ...REDEEM, ...MOVE })) {
        it(`stops ${name} where it is meant to, and nowhere else`, async () => {
          const world = await networkHelpers.loadFixture(registerInFullSwing);
          await set(world);
          for (const id of [A, B]) await check(world, `${name} of ${id}`, () => act(world, id), refusalOf(id));
        });
      }

      it("stops neither enforcement nor what moves nothing", async () => {
        const world = await networkHelpers.loadFixture(registerInFullSwing);
        await set(world);
        for (const [name, act] of Object.entries({ ...LOCK, ...ALWAYS })) {
          for (const id of [A, B]) await check(world, `${name} of ${id}`, () => act(world, id), undefined);
        }
      });
    });
  }

  it("a batch stops at the one asset that is paused", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(registerInFullSwing);
    await shares.setAssetPaused(B, true);

    await expect(shares.connect(alice).safeBatchTransferFrom(alice, bob, [A, B], [1n, 1n], "0x"))
      .to.be.revertedWithCustomError(shares, "ShareTokenAssetPaused")
      .withArgs(B);
  });

  it("a pause of one asset is said once, lifted once, and is of a listed asset", async () => {
    const { shares, admin, alice } = await networkHelpers.loadFixture(registerInFullSwing);

    await expect(shares.setAssetPaused(A, false))
      .to.be.revertedWithCustomError(shares, "ShareTokenAssetPauseUnchanged")
      .withArgs(A, false);
    await expect(shares.setAssetPaused(A, true)).to.emit(shares, "AssetPauseSet").withArgs(A, true, admin);
    expect([await shares.isAssetPaused(A), await shares.isAssetPaused(B)]).to.deep.equal([true, false]);
    await expect(shares.setAssetPaused(A, true))
      .to.be.revertedWithCustomError(shares, "ShareTokenAssetPauseUnchanged")
      .withArgs(A, true);
    await shares.setAssetPaused(A, false);
    expect(await shares.isAssetPaused(A)).to.equal(false);
    await expect(shares.setAssetPaused(99n, true))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset")
      .withArgs(99n);
    await expect(shares.connect(alice).setAssetPaused(A, true))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });
});

describe("ShareToken states of an asset", () => {
  const { listed, offered, active, suspended, redeeming, retired } = STATE;
  /** From Active, how to come to each state that holders can meet; the others have no shares. */
  const paths = new Map([
    [active, []],
    [suspended, [suspended]],
    [redeeming, [redeeming]],
  ]);
  const allowed = new Map([
    [active, { ...ISSUE, ...REDEEM, ...MOVE, ...LOCK }],
    [suspended, {}],
    [redeeming, REDEEM],
  ]);
  const nameOf = (state: bigint) => Object.entries(STATE).find(([, each]) => each === state)?.[0] ?? "";

  for (const [state, path] of paths) {
    describe(nameOf(state), () => {
      for (const [name, act] of Object.entries({ ...ISSUE, ...REDEEM, ...MOVE, ...LOCK })) {
        const may = name in (allowed.get(state) ?? {});
        it(`${may ? "lets" : "refuses"} ${name}`, async () => {
          const world = await networkHelpers.loadFixture(registerInFullSwing);
          for (const step of path) await world.shares.setAssetState(A, step);
          const refusal = may ? undefined : { error: "ShareTokenStateForbids", args: [A, state] };
          await check(world, name, () => act(world, A), refusal);
          await check(world, `${name} of the other asset`, () => act(world, B), undefined);
        });
      }

      it("stops neither enforcement nor what moves nothing", async () => {
        const world = await networkHelpers.loadFixture(registerInFullSwing);
        for (const step of path) await world.shares.setAssetState(A, step);
        for (const [name, act] of Object.entries(ALWAYS)) await check(world, name, () => act(world, A), undefined);
      });
    });
  }

  /** States without holders: who has no shares moves none, not even zero of them. */
  const empty = new Map([
    [listed, []],
    [offered, [offered]],
    [retired, [active, redeeming, retired]],
  ]);

  for (const [state, path] of empty) {
    it(`${nameOf(state)} lets ${state === offered ? "issues only" : "nothing"}`, async () => {
      const world = await networkHelpers.loadFixture(registerInFullSwing);
      const { shares, alice, bob } = world;
      await listAsset(connection, world, 3n);
      for (const step of path) await shares.setAssetState(3n, step);
      const refusal = { error: "ShareTokenStateForbids", args: [3n, state] };

      await check(world, "mint", () => shares.mint(bob, 3n, 1n, "0x"), state === offered ? undefined : refusal);
      await check(world, "burn", () => shares.burn(bob, 3n, 0n), refusal);
      const nothing = () => shares.connect(alice).safeTransferFrom(alice, bob, 3n, 0n, "0x");
      await check(world, "safeTransferFrom", nothing, refusal);
      await check(world, "settleNet", () => shares.settleNet(3n, [], []), refusal);
      await check(world, "lock", () => shares.lock(alice, 3n, 0n), refusal);
      await check(world, "forcedTransfer", () => shares.forcedTransfer(alice, bob, 3n, 0n), undefined);
      await check(world, "setFrozenTokens", () => shares.setFrozenTokens(alice, 3n, 5n), undefined);
    });
  }
});
