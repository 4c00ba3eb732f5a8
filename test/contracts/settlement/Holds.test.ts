import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import { network } from "hardhat";
import { HOLD_TYPES } from "../../../executor/formats/typed-data.ts";
import { deployFourHolders, SHARES_EACH, TOWER } from "../../helpers/settlement-suite.ts";
import type { Hold } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;

/** Alice keeps 400 tower shares for bob for a day; carol decides. The hold is signed and not created yet. */
async function signedHold() {
  const suite = await deployFourHolders(connection);
  const { alice, bob, carol, desk, domain, shares } = suite;
  const now = BigInt(await networkHelpers.time.latest());
  const hold: Hold = {
    holder: alice.address,
    beneficiary: bob.address,
    agent: carol.address,
    asset: TOWER,
    quantity: 400n,
    until: now + DAY,
    expiry: now + 3_600n,
    priority: 0n,
    salt: 7n,
  };
  const idOf = (changes: Partial<Hold> = {}) => TypedDataEncoder.hash(domain, HOLD_TYPES, { ...hold, ...changes });
  const sign = (changes: Partial<Hold> = {}, signer = alice) =>
    signer.signTypedData(domain, HOLD_TYPES, { ...hold, ...changes });
  const create = async (changes: Partial<Hold> = {}) =>
    desk.connect(suite.relayer).createHold({ ...hold, ...changes }, await sign(changes));

  /** What alice has: balance, locked in the register, held at the desk; and what bob has. */
  async function standing() {
    return [
      await shares.balanceOf(alice.address, TOWER),
      await shares.lockedOf(alice.address, TOWER),
      (await desk.locksOf(alice.address, TOWER)).held,
      await shares.balanceOf(bob.address, TOWER),
    ];
  }
  return { ...suite, hold, id: idOf(), idOf, signHold: sign, create, standing };
}

async function openHold() {
  const suite = await signedHold();
  await suite.create();
  return suite;
}

describe("SettlementDesk: holds", () => {
  describe("createHold", () => {
    it("locks the shares in the register, with the holder's signature", async () => {
      const { desk, hold, id, create, standing, alice, bob, carol } = await networkHelpers.loadFixture(signedHold);

      await expect(create())
        .to.emit(desk, "HoldCreated")
        .withArgs(id, alice.address, bob.address, carol.address, TOWER, 400n, hold.until);

      expect(await desk.hashHold(hold)).to.equal(id);
      expect(await desk.holdOf(id)).to.deep.equal([400n, true]);
      expect(await standing()).to.deep.equal([SHARES_EACH, 400n, 400n, SHARES_EACH]);
    });

    it("needs no signature from the holder himself", async () => {
      const { desk, hold, id, alice } = await networkHelpers.loadFixture(signedHold);

      await desk.connect(alice).createHold(hold, "0x");

      expect(await desk.holdOf(id)).to.deep.equal([400n, true]);
    });

    it("takes the word of a wallet that is a contract", async () => {
      const { desk, shares, hold, signHold, alice, bob, verify, relayer } =
        await networkHelpers.loadFixture(signedHold);
      const wallet = await ethers.deployContract("MockSignatureWallet", [alice.address]);
      const holder = await wallet.getAddress();
      await verify(holder);
      await shares.forcedTransfer(bob.address, holder, TOWER, 400n); // asks no receiver
      const signature = await signHold({ holder });

      await wallet.setSilent(true);
      await expect(desk.connect(relayer).createHold({ ...hold, holder }, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(holder, await desk.hashHold({ ...hold, holder }));
      await wallet.setSilent(false);
      await desk.connect(relayer).createHold({ ...hold, holder }, signature);
    });

    it("rejects a signature over anything else, and of anybody else", async () => {
      const { desk, hold, signHold, id, idOf, relayer, bob, alice, domain } =
        await networkHelpers.loadFixture(signedHold);
      const elsewhere = { ...domain, chainId: 1n };

      for (const signature of [
        await signHold({ quantity: 401n }),
        await signHold({}, bob),
        await alice.signTypedData(elsewhere, HOLD_TYPES, hold),
        await alice.signTypedData({ ...domain, verifyingContract: bob.address }, HOLD_TYPES, hold),
        "0x",
      ]) {
        await expect(desk.connect(relayer).createHold(hold, signature))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(alice.address, id);
      }
      await expect(desk.connect(relayer).createHold({ ...hold, until: hold.until + 1n }, await signHold()))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, idOf({ until: hold.until + 1n }));
    });

    it("happens once, also after it was decided", async () => {
      const { desk, hold, id, create, carol } = await networkHelpers.loadFixture(signedHold);
      await create();

      await expect(create()).to.be.revertedWithCustomError(desk, "SettlementDeskHoldUsed").withArgs(id);
      await desk.connect(carol).releaseHold(hold);
      await expect(create()).to.be.revertedWithCustomError(desk, "SettlementDeskHoldUsed").withArgs(id);
      await create({ salt: 8n });
    });

    it("rejects no shares, and the holder as beneficiary", async () => {
      const { desk, create, alice } = await networkHelpers.loadFixture(signedHold);

      await expect(create({ quantity: 0n })).to.be.revertedWithCustomError(desk, "SettlementDeskQuantityZero");
      await expect(create({ beneficiary: alice.address }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSameAccount")
        .withArgs(alice.address);
    });

    it("is possible in the last second of the signature and of the hold, and not one later", async () => {
      const { desk, hold, create, idOf, alice } = await networkHelpers.loadFixture(signedHold);

      await networkHelpers.time.setNextBlockTimestamp(hold.expiry);
      await create();
      await expect(create({ salt: 8n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
        .withArgs(alice.address, hold.expiry);

      const last = hold.expiry + 100n;
      await networkHelpers.time.setNextBlockTimestamp(last);
      await create({ salt: 9n, expiry: last + DAY, until: last });
      const late = { salt: 10n, expiry: last + DAY, until: last };
      await expect(create(late))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldOver")
        .withArgs(idOf(late), last);
    });

    it("holds no share that is held, locked or frozen already", async () => {
      const { desk, shares, create, alice, standing } = await networkHelpers.loadFixture(signedHold);
      await desk.connect(alice).lockShares(TOWER, 200n);
      await create();
      await shares.setFrozenTokens(alice.address, TOWER, 1n);

      await expect(create({ salt: 8n }))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
        .withArgs(alice.address, TOWER, 400n, 399n, 600n);
      await create({ salt: 8n, quantity: 399n });
      expect(await standing()).to.deep.equal([SHARES_EACH, 999n, 799n, SHARES_EACH]);
    });

    it("is not for a holder who may not send, with the register's code", async () => {
      const { shares, investors, create, alice } = await networkHelpers.loadFixture(signedHold);
      await investors.setWalletFrozen(alice.address, true);

      await expect(create())
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, alice.address, 16n);
    });
  });

  describe("cancelHold", () => {
    it("takes back what was signed and not created, for the holder only", async () => {
      const { desk, hold, id, create, alice, bob } = await networkHelpers.loadFixture(signedHold);

      await expect(desk.connect(bob).cancelHold(hold))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotHolder")
        .withArgs(bob.address, alice.address);
      await expect(desk.connect(alice).cancelHold(hold)).to.emit(desk, "HoldCancelled").withArgs(id, alice.address);

      await expect(create()).to.be.revertedWithCustomError(desk, "SettlementDeskHoldUsed").withArgs(id);
    });

    it("ends no hold that was created", async () => {
      const { desk, hold, id, alice } = await networkHelpers.loadFixture(openHold);

      await expect(desk.connect(alice).cancelHold(hold))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldUsed")
        .withArgs(id);
      expect(await desk.holdOf(id)).to.deep.equal([400n, true]);
    });
  });

  describe("executeHold", () => {
    it("gives all to the beneficiary", async () => {
      const { desk, hold, id, carol, standing } = await networkHelpers.loadFixture(openHold);

      await expect(desk.connect(carol).executeHold(hold, 400n)).to.emit(desk, "HoldExecuted").withArgs(id, 400n);

      expect(await standing()).to.deep.equal([SHARES_EACH - 400n, 0n, 0n, SHARES_EACH + 400n]);
      expect(await desk.holdOf(id)).to.deep.equal([0n, true]);
    });

    it("gives a part, and the rest back", async () => {
      const { desk, shares, hold, carol, alice, standing } = await networkHelpers.loadFixture(openHold);

      await desk.connect(carol).executeHold(hold, 150n);

      expect(await standing()).to.deep.equal([SHARES_EACH - 150n, 0n, 0n, SHARES_EACH + 150n]);
      expect(await shares.spendableOf(alice.address, TOWER)).to.equal(SHARES_EACH - 150n);
    });

    it("is for the agent only", async () => {
      const { desk, hold, alice, bob, carol, outsider } = await networkHelpers.loadFixture(openHold);

      for (const caller of [alice, bob, outsider]) {
        await expect(desk.connect(caller).executeHold(hold, 1n))
          .to.be.revertedWithCustomError(desk, "SettlementDeskNotHoldAgent")
          .withArgs(caller.address, carol.address);
      }
    });

    it("is possible until the last second", async () => {
      const { desk, hold, id, carol, create } = await networkHelpers.loadFixture(openHold);
      await create({ salt: 8n });

      await networkHelpers.time.setNextBlockTimestamp(hold.until);
      await desk.connect(carol).executeHold(hold, 1n);
      await expect(desk.connect(carol).executeHold({ ...hold, salt: 8n }, 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldOver")
        .withArgs(await desk.hashHold({ ...hold, salt: 8n }), hold.until);
      await expect(desk.connect(carol).executeHold(hold, 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldUnknown")
        .withArgs(id);
    });

    it("rejects nothing, one share more than is held, and a hold that differs in anything", async () => {
      const { desk, hold, id, idOf, carol } = await networkHelpers.loadFixture(openHold);
      const agent = desk.connect(carol);

      await expect(agent.executeHold(hold, 0n)).to.be.revertedWithCustomError(desk, "SettlementDeskQuantityZero");
      await expect(agent.executeHold(hold, 401n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldExceeded")
        .withArgs(id, 401n, 400n);
      for (const changes of [
        { quantity: 401n },
        { salt: 8n },
        { until: hold.until + 1n },
        { beneficiary: hold.agent },
      ]) {
        await expect(agent.executeHold({ ...hold, ...changes }, 1n))
          .to.be.revertedWithCustomError(desk, "SettlementDeskHoldUnknown")
          .withArgs(idOf(changes));
      }
    });

    it("is judged by register and rules as of then, and stays open if they refuse", async () => {
      const { desk, shares, investors, hold, id, bob, carol } = await networkHelpers.loadFixture(openHold);
      await investors.setWalletFrozen(bob.address, true);

      await expect(desk.connect(carol).executeHold(hold, 400n))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, bob.address, 17n);
      expect(await desk.holdOf(id)).to.deep.equal([400n, true]);

      await investors.setWalletFrozen(bob.address, false);
      await desk.pause();
      await expect(desk.connect(carol).executeHold(hold, 400n)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskPaused",
      );
      await desk.resume();
      await desk.connect(carol).executeHold(hold, 400n);
    });
  });

  describe("releaseHold and reclaimHold", () => {
    it("give all back, by agent or beneficiary", async () => {
      for (const by of ["bob", "carol"] as const) {
        const suite = await networkHelpers.loadFixture(openHold);
        const { desk, hold, id, standing } = suite;

        await expect(desk.connect(suite[by]).releaseHold(hold))
          .to.emit(desk, "HoldReleased")
          .withArgs(id, suite[by].address);

        expect(await standing()).to.deep.equal([SHARES_EACH, 0n, 0n, SHARES_EACH]);
      }
    });

    it("do so while the desk is paused", async () => {
      const { desk, hold, bob, standing } = await networkHelpers.loadFixture(openHold);
      await desk.pause();

      await desk.connect(bob).releaseHold(hold);

      expect(await standing()).to.deep.equal([SHARES_EACH, 0n, 0n, SHARES_EACH]);
    });

    it("leave the holder no release before the time is over", async () => {
      const { desk, hold, id, alice, carol } = await networkHelpers.loadFixture(openHold);

      await expect(desk.connect(alice).releaseHold(hold))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotHoldAgent")
        .withArgs(alice.address, carol.address);
      await networkHelpers.time.setNextBlockTimestamp(hold.until);
      await expect(desk.connect(alice).reclaimHold(hold))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldNotOver")
        .withArgs(id, hold.until);
    });

    it("are open to anybody afterwards", async () => {
      const { desk, hold, id, outsider, standing } = await networkHelpers.loadFixture(openHold);

      await networkHelpers.time.setNextBlockTimestamp(hold.until + 1n);
      await expect(desk.connect(outsider).reclaimHold(hold))
        .to.emit(desk, "HoldReleased")
        .withArgs(id, outsider.address);

      expect(await standing()).to.deep.equal([SHARES_EACH, 0n, 0n, SHARES_EACH]);
      await expect(desk.connect(outsider).reclaimHold(hold))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldUnknown")
        .withArgs(id);
    });
  });

  describe("after enforcement", () => {
    it("come before what the holder locked for himself, and end with what is left", async () => {
      const { desk, shares, hold, id, alice, bob, carol } = await networkHelpers.loadFixture(openHold);
      await desk.connect(alice).lockShares(TOWER, SHARES_EACH - 400n);
      await shares.forcedTransfer(alice.address, bob.address, TOWER, 700n);

      expect(await desk.locksOf(alice.address, TOWER)).to.deep.equal([0n, 0n, 0n, 400n]);
      await shares.forcedTransfer(alice.address, bob.address, TOWER, 10n);
      await expect(desk.connect(carol).executeHold(hold, 291n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskHoldExceeded")
        .withArgs(id, 291n, 290n);
      await desk.connect(carol).executeHold(hold, 290n);
      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(0n);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(0n);
    });

    it("are given back though nothing is left", async () => {
      const { desk, shares, hold, id, alice, bob } = await networkHelpers.loadFixture(openHold);
      await shares.forcedTransfer(alice.address, bob.address, TOWER, SHARES_EACH);

      await desk.connect(bob).releaseHold(hold);

      expect(await desk.holdOf(id)).to.deep.equal([0n, true]);
    });
  });

  describe("of lost wallets", () => {
    it("go on with the wallets that stand for holder, agent and beneficiary", async () => {
      const { desk, shares, investors, hold, id, alice, bob, carol, holders } =
        await networkHelpers.loadFixture(openHold);
      const [, , , , forAlice, forBob, forCarol] = holders;
      if (!forAlice || !forBob || !forCarol) throw new Error("the chain has more accounts");
      await investors.recover(alice.address, forAlice.address);
      await investors.recover(bob.address, forBob.address);
      await investors.recover(carol.address, forCarol.address);

      await expect(desk.connect(carol).executeHold(hold, 400n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotHoldAgent")
        .withArgs(carol.address, carol.address);
      await expect(desk.connect(forCarol).executeHold(hold, 300n)).to.emit(desk, "HoldExecuted").withArgs(id, 300n);

      expect(await shares.balanceOf(forBob.address, TOWER)).to.equal(300n);
      expect(await shares.balanceOf(forAlice.address, TOWER)).to.equal(SHARES_EACH - 300n);
      expect(await shares.lockedOf(forAlice.address, TOWER)).to.equal(0n);
      expect((await desk.locksOf(forAlice.address, TOWER)).held).to.equal(0n);
    });

    it("need every step of a wallet that was lost twice", async () => {
      const { desk, investors, hold, carol, alice, holders, shares } = await networkHelpers.loadFixture(openHold);
      const [, , , , next, last] = holders;
      if (!next || !last) throw new Error("the chain has more accounts");
      await investors.recover(alice.address, next.address);
      await desk.recoverLocks(TOWER, alice.address);
      await investors.recover(next.address, last.address);

      await expect(desk.connect(carol).executeHold(hold, 400n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLocked")
        .withArgs(last.address, TOWER, 400n);
      await desk.recoverLocks(TOWER, next.address);
      await desk.connect(carol).executeHold(hold, 400n);
      expect(await shares.balanceOf(last.address, TOWER)).to.equal(SHARES_EACH - 400n);
    });
  });
});
