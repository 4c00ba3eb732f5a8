import { expect } from "chai";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { netVector } from "../../helpers/net-vector.ts";
import { TRAIT } from "../../helpers/rules.ts";
import { DOLLAR, SHARES_EACH, TOWER } from "../../helpers/settlement-suite.ts";
import { deployTradeList } from "../../helpers/trade-list.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const CODE = 77n;
const REFUSES = 1n;

/** A rule that looks at who gives to whom, which no net vector tells. */
async function pairRule() {
  const suite = await deployTradeList(connection);
  const rule = await ethers.deployContract("MockRule", [CODE, TRAIT.grossOnly]);
  await suite.rules.setRules(TOWER, [{ rule: rule.target, parameters: "0x" }]);
  return { ...suite, rule };
}

describe("SettlementDesk: assets whose rules cannot be judged net (D18)", () => {
  it("settle trade by trade, alone or in a list", async () => {
    const { desk, operator, shares, tradeOf, settle, alice, bob } = await networkHelpers.loadFixture(pairRule);

    await expect(desk.connect(operator).settleTrade(await tradeOf()))
      .to.emit(shares, "TransferSingle")
      .withArgs(desk.target, bob.address, alice.address, TOWER, 10n);
    await expect(settle([await tradeOf(), await tradeOf()])).not.to.emit(desk, "TradeRefused");

    expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 30n);
  });

  it("are refused with the rule's code", async () => {
    const { desk, operator, shares, rule, tradeOf, alice, bob } = await networkHelpers.loadFixture(pairRule);
    await rule.setMood(REFUSES);

    await expect(desk.connect(operator).settleTrade(await tradeOf()))
      .to.be.revertedWithCustomError(shares, "ShareTokenPairRefused")
      .withArgs(TOWER, bob.address, alice.address, CODE);
  });

  it("do not settle in chunks or exchanges", async () => {
    const { rules, rule, open, settle: _, ...suite } = await networkHelpers.loadFixture(pairRule);
    const { desk, operator, currency, alice, bob } = suite;
    const vector = netVector(currency, {
      cash: [
        [alice.address, -10n * DOLLAR],
        [bob.address, 10n * DOLLAR],
      ],
      shares: [
        [TOWER, alice.address, 1n],
        [TOWER, bob.address, -1n],
      ],
    });
    const batch = planBatch(1n, [vector]);
    await open(batch);
    const [planned] = batch.chunks;
    if (planned === undefined) throw new Error("the batch has a chunk");

    await expect(desk.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector, []))
      .to.be.revertedWithCustomError(rules, "TransferRulesNotNettable")
      .withArgs(TOWER, rule.target);
  });
});
