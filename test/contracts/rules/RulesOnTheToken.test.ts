import { expect } from "chai";
import { network } from "hardhat";
import { compact } from "../../../sdk/rules/common-rules.ts";
import { RULE_KINDS } from "../../../sdk/rules/rule-kinds.ts";
import { CLASS, USA } from "../../helpers/books.ts";
import { codesOf, DAY, everyRule, expectCode, make, REIT, settingsOf, TOWER } from "../../helpers/rules-world.ts";
import { SCENES } from "./rule-scenes.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const deployed = () => everyRule(connection);

describe("Every rule on the token", () => {
  it("is played", () => {
    expect(Object.keys(SCENES).toSorted()).to.deep.equal(RULE_KINDS.map(({ name }) => name).toSorted());
  });

  for (const [name, play] of Object.entries(SCENES)) {
    it(`${name}: says the same by view, transfer, issue, redemption, batch and net chunk`, async () => {
      await play(await networkHelpers.loadFixture(deployed));
    });
  }

  for (const name of ["country", "investorClass", "holderCount", "balanceCap", "lockUp"]) {
    it(`${name}: says the same as a part of CommonRules`, async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { rules, addresses } = world;
      const silent =
        name === "holderCount" ? { rule: "country", deny: ["AQ"] } : { rule: "holderCount", atMost: 2 ** 32 - 1 };
      await SCENES[name]?.({
        ...world,
        bind: async (entries, asset = REIT) => {
          const settings = compact(settingsOf([...entries, silent], addresses), addresses);
          expect(settings).to.have.lengthOf(1);
          await rules.setRules(asset, [...settings]);
        },
      });
    });
  }

  it("keeps the counts of two assets apart", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { shares, alice, bob, bind } = world;
    await bind([{ rule: "holderCount", atMost: 1 }]);
    await bind([{ rule: "balanceCap", shares: "5" }], TOWER);
    await make(world, { to: alice, value: 100n });
    await shares.mint(bob, TOWER, 5n, "0x");

    await expect(shares.mint(bob, TOWER, 1n, "0x")).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expectCode(world, { from: alice, to: bob, value: 1n }, 32);
  });

  it("P21: a lock-up that becomes longer, or comes back, does not take forgotten lots for old: holders are counted anew", async () => {
    for (const first of [[{ rule: "lockUp", for: "1 day" }], [{ rule: "balanceCap", shares: "1000" }]]) {
      const world = await networkHelpers.loadFixture(deployed);
      const { rules, alice, bob, bind } = world;
      const year = { rule: "lockUp", for: "365 days" };
      await bind([year]);
      await make(world, { to: bob, value: 1n });
      await bind(first);
      for (let lot = 0; lot < 5; ++lot) {
        await make(world, { to: alice, value: 100n });
        await networkHelpers.time.increase(2 * DAY);
      }
      expect(await codesOf(world, { from: alice, to: bob, value: 300n })).to.deep.equal([]);

      await bind([year]);
      expect((await rules.countOf(REIT)).isStale, "before the holders are counted").to.equal(true);
      const wallets = [alice, bob]
        .map(({ address }) => address)
        .toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
      await rules.countHolders(REIT, wallets, BigInt(await networkHelpers.time.latest()) - 10n * BigInt(DAY));
      await expectCode(world, { from: alice, to: bob, value: 1n }, 36);
    }
  });

  it("leaves a count as it is when a lock-up becomes shorter", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { rules, alice, bob, bind } = world;
    await bind([{ rule: "lockUp", for: "365 days" }]);
    await make(world, { to: alice, value: 100n });
    await networkHelpers.time.increase(2 * DAY);

    await bind([{ rule: "lockUp", for: "1 day" }]);
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
  });

  it("P45 and P46: a change of class counts nothing twice, and lets nobody past a quota", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { rules, investors, carol, dora, bind } = world;
    await bind([{ rule: "holderQuota", classes: { retail: 1 } }]);
    await make(world, { to: carol, value: 100n });
    const number = (await investors.partyOf(carol)) & 0xffff_ffffn;
    const become = (classes: bigint) => investors.setKind(ethers.id(carol.address), USA, classes);
    const retail = async () => (await rules.holdersWith(REIT, USA, CLASS.retail)).ofClass;

    await become(CLASS.retail);
    for (let time = 0; time < 2; ++time) await rules.refreshKinds(REIT, [number, number]);
    expect(await retail(), "the same once more").to.equal(1n);
    await become(CLASS.accredited);
    await expectCode(world, { to: dora, value: 1n }, 46);
    await rules.refreshKinds(REIT, [number]);
    expect(await retail()).to.equal(0n);
    await expectCode(world, { to: dora, value: 1n }, 0);
    await make(world, { to: dora, value: 1n });
    await become(CLASS.retail);
    await rules.refreshKinds(REIT, [number]);
    expect(await retail(), "who holds already keeps it").to.equal(2n);
    await expectCode(world, { from: carol, to: dora, value: 1n }, 0);
    await expectCode(world, { from: carol, value: 1n }, 0);
  });

  it("moves by force whatever the rules say, and counts on", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { shares, rules, alice, dora, bind } = world;
    await bind([
      { rule: "country", allow: ["US"] },
      { rule: "holderCount", atMost: 1 },
      { rule: "lockUp", for: "30 days" },
      { rule: "fullTransfer" },
      { rule: "manualApproval" },
      { rule: "rollingVolume", shares: "1", within: "1 day" },
    ]);
    await make(world, { to: alice, value: 100n });

    await shares.forcedTransfer(alice, dora, REIT, 40n);
    expect(await rules.holdersOf(REIT)).to.equal(2n);
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    expect(await codesOf(world, { from: alice, to: dora, value: 10n })).to.deep.equal([30n, 36n, 42n, 43n, 37n]);
  });

  it("tells every reason at once, and then refuses with the first", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { rules, alice, dora, bind, answers } = world;
    await answers.setBacked(REIT, true);
    await bind([{ rule: "custody" }]);
    await make(world, { to: alice, value: 100n });
    await bind([
      { rule: "country", allow: ["US"] },
      { rule: "investorClass", anyOf: "accredited" },
      { rule: "custody" },
      { rule: "disclosure" },
      { rule: "sanctions" },
    ]);
    await answers.setBacked(REIT, false);
    expect(await codesOf(world, { from: alice, to: dora, value: 1n })).to.deep.equal([30n, 31n, 41n, 40n]);
    expect(await rules.detectTransferRestriction(alice, dora, REIT, 1n)).to.equal(30n);
    const refusals = await rules.explain(alice, dora, REIT, 1n);
    expect(refusals[3]?.sentence).to.equal(await rules.messageForTransferRestriction(REIT, 40n));
  });
});
