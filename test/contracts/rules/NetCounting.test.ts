import { expect } from "chai";
import { toBeHex } from "ethers";
import { network } from "hardhat";
import { CLASS, deployBooks, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { TRAIT } from "../../helpers/rules.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const LOCK_UP = 1_000;
const NAMES = ["anna", "ben", "carl"] as const;

/** Three investors, two with two wallets, and a desk; a rule has all counted that there is to count, and stops nobody. */
async function countedAsset() {
  const books = await deployBooks(connection);
  const { shares, rules, investors } = books;
  const [first, second, third, fourth, fifth, desk] = books.others;
  if (!first || !second || !third || !fourth || !fifth || !desk) throw new Error("seven accounts are needed");
  await onboard(connection, books, first, { reference: "anna", classes: CLASS.accredited | CLASS.retail });
  await onboard(connection, books, third, { reference: "ben", country: FRANCE });
  await onboard(connection, books, fifth, { reference: "carl" });
  await investors.addWallet(ethers.id("anna"), second);
  await investors.addWallet(ethers.id("ben"), fourth);
  await investors.setProtocolAddress(desk, true);
  await listAsset(connection, books, A);
  await shares.setAssetState(A, STATE.active);
  const rule = await ethers.deployContract("MockRule", [77, TRAIT.holders | TRAIT.totals | TRAIT.lots | TRAIT.kinds]);
  await rules.setRules(A, [{ rule, parameters: toBeHex(LOCK_UP, 4) }]);
  for (const wallet of [first, second, third, desk]) await shares.mint(wallet, A, 100n, "0x");
  const owners = new Map([
    [first.address, "anna"],
    [second.address, "anna"],
    [third.address, "ben"],
    [fourth.address, "ben"],
    [fifth.address, "carl"],
  ]);
  return { ...books, wallets: [first, second, third, fourth, fifth, desk], owners };
}

type World = Awaited<ReturnType<typeof countedAsset>>;

/** What the books count, beside what the balances come to. */
async function expectCounts({ shares, rules, investors, wallets, owners }: World, when: string): Promise<void> {
  const totals = new Map<string, bigint>(NAMES.map((name) => [name, 0n]));
  for (const { address } of wallets) {
    const owner = owners.get(address);
    if (owner !== undefined) totals.set(owner, (totals.get(owner) ?? 0n) + (await shares.balanceOf(address, A)));
  }
  const holds = (name: string) => (totals.get(name) ?? 0n) > 0n;
  const holders = NAMES.filter(holds);
  expect(await rules.holdersOf(A), when).to.equal(BigInt(holders.length));
  for (const name of NAMES) {
    const [total] = await rules.totalOf(A, await investors.numberOf(ethers.id(name)));
    expect(total, `${name} ${when}`).to.equal(totals.get(name));
  }
  const [inAmerica, accredited] = await rules.holdersWith(A, USA, CLASS.accredited);
  const [inFrance, retail] = await rules.holdersWith(A, FRANCE, CLASS.retail);
  expect([inAmerica, inFrance], when).to.deep.equal([
    BigInt(holders.filter((name) => name !== "ben").length),
    holds("ben") ? 1n : 0n,
  ]);
  expect([accredited, retail], when).to.deep.equal([BigInt(holders.length), holds("anna") ? 1n : 0n]);
}

describe("A netted chunk", () => {
  it("counts who comes, who stays and who leaves, wallet by wallet, so that the next movement finds it right", async () => {
    const world = await networkHelpers.loadFixture(countedAsset);
    const { shares, wallets } = world;
    const [first, second, third, fourth, fifth, desk] = wallets;
    if (!first || !second || !third || !fourth || !fifth || !desk) throw new Error("six wallets are needed");
    await expectCounts(world, "before");

    await shares.settleNet(A, [first, third, fifth, fourth], [-50n, -10n, 20n, 40n]); // nobody leaves, carl comes
    await expectCounts(world, "after who comes");
    await shares.settleNet(A, [first, fifth, desk, second], [-50n, -20n, -5n, 75n]); // carl leaves, anna keeps one wallet
    await expectCounts(world, "after who leaves");
    await shares.connect(second).safeTransferFrom(second, desk, A, 175n, "0x"); // and now anna is gone
    await expectCounts(world, "after anna");
    await shares.connect(third).safeTransferFrom(third, fourth, A, 90n, "0x");
    await expectCounts(world, "within ben");
    await shares.connect(fourth).safeTransferFrom(fourth, desk, A, 130n, "0x");
    await expectCounts(world, "after ben");
    await shares.settleNet(A, [desk, first, third], [-20n, 10n, 10n]);
    await expectCounts(world, "again");
  });

  it("counts like the balances say over random chunks", async () => {
    const world = await networkHelpers.loadFixture(countedAsset);
    const { shares, wallets } = world;
    const random = seededRandom("netted chunks");

    for (let round = 0; round < 25; round++) {
      const deltas = new Map<string, bigint>();
      let sold = 0n;
      for (const { address } of wallets) {
        const balance = await shares.balanceOf(address, A);
        if (balance === 0n || random.below(2) === 0) continue;
        const part = random.below(3) === 0 ? balance : 1n + BigInt(random.below(Number(balance)));
        deltas.set(address, -part);
        sold += part;
      }
      const buyers = wallets.filter(({ address }) => !deltas.has(address));
      if (sold === 0n || buyers.length === 0 || sold < BigInt(buyers.length)) continue;
      for (const [place, { address }] of buyers.entries()) {
        const part =
          place === buyers.length - 1 ? sold : 1n + BigInt(random.below(Number(sold) - (buyers.length - 1 - place)));
        deltas.set(address, part);
        sold -= part;
        if (place !== buyers.length - 1 && sold < BigInt(buyers.length - 1 - place))
          throw new Error("no share is left");
      }
      await shares.settleNet(A, [...deltas.keys()], [...deltas.values()]);
      await expectCounts(world, `${random.seed}, round ${round}`);
    }
  });
});
