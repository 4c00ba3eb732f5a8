import { expect } from "chai";
import { AbiCoder, concat, keccak256, MaxUint256, toBeHex, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { TRAIT } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const CAP = 1_000n;
const WINDOW = 1_000;
const REFUSED = 77n;

/**
 * Anna has 100 shares that are old in one wallet and 20 young ones in another, carl 30 young ones, the desk 50; ben and an empty wallet of
 * anna's have none. The wallet next to the zero address has 10 young ones. A rule counts all that can be counted.
 */
async function countedAsset() {
  const books = await deployBooks(connection);
  const { shares, rules, investors } = books;
  const [alice, second, empty, bob, carol, desk] = books.others;
  if (!alice || !second || !empty || !bob || !carol || !desk) throw new Error("seven accounts are needed");
  await listAsset(connection, books, A, CAP);
  await shares.setAssetState(A, STATE.active);
  const anna = await onboard(connection, books, alice);
  for (const wallet of [second, empty]) await investors.addWallet(anna, wallet);
  const one = await ethers.getImpersonatedSigner(toBeHex(1, 20)); // no other address is more like that of nobody
  await networkHelpers.setBalance(one.address, 10n ** 18n);
  for (const wallet of [bob, carol, one]) await onboard(connection, books, wallet);
  await investors.setProtocolAddress(desk, true);
  const rule = await ethers.deployContract("MockRule", [REFUSED, TRAIT.holders | TRAIT.totals | TRAIT.lots]);
  await rules.setRules(A, [{ rule, parameters: toBeHex(WINDOW, 4) }]);
  await shares.mint(alice, A, 100n, "0x");
  await networkHelpers.time.increase(WINDOW);
  await shares.mint(second, A, 20n, "0x");
  await shares.mint(carol, A, 30n, "0x");
  await shares.mint(desk, A, 50n, "0x");
  await shares.mint(one, A, 10n, "0x");
  const wallets = { nobody: { address: ZeroAddress }, alice, second, empty, bob, carol, desk, one };
  return { ...books, rule, wallets };
}

type World = Awaited<ReturnType<typeof countedAsset>>;
type Wallet = keyof World["wallets"];
type Asked = readonly [from: Wallet, to: Wallet, value: bigint];

/** What is there before any of the movements, and whose it is. */
const BALANCE: Readonly<Record<Wallet, bigint>> = {
  nobody: 0n,
  alice: 100n,
  second: 20n,
  empty: 0n,
  bob: 0n,
  carol: 30n,
  desk: 50n,
  one: 10n,
};
const TOTAL: Readonly<Record<Wallet, bigint>> = { ...BALANCE, alice: 120n, second: 120n, empty: 120n, desk: 0n };
const YOUNG: Readonly<Record<Wallet, bigint>> = { ...BALANCE, alice: 20n, second: 20n, empty: 20n, desk: 0n };
const SUPPLY = 210n;

/** Movements, and how many holders there are after each; there are three before. */
const MOVEMENTS: readonly (readonly [...Asked, holdersAfter: bigint])[] = [
  ["nobody", "bob", 5n, 4n],
  ["nobody", "empty", 5n, 3n],
  ["nobody", "desk", 5n, 3n],
  ["nobody", "bob", 0n, 3n],
  ["alice", "nobody", 100n, 3n],
  ["carol", "nobody", 30n, 2n],
  ["carol", "nobody", 29n, 3n],
  ["desk", "nobody", 50n, 3n],
  ["alice", "bob", 1n, 4n],
  ["alice", "bob", 0n, 3n],
  ["alice", "bob", 100n, 4n],
  ["carol", "bob", 30n, 3n],
  ["carol", "bob", 29n, 4n],
  ["carol", "alice", 30n, 2n],
  ["carol", "empty", 30n, 2n],
  ["carol", "desk", 30n, 2n],
  ["carol", "carol", 30n, 3n],
  ["alice", "empty", 100n, 3n],
  ["alice", "second", 7n, 3n],
  ["alice", "alice", 100n, 3n],
  ["desk", "bob", 50n, 4n],
  ["desk", "second", 50n, 3n],
  ["nobody", "one", 5n, 3n],
  ["one", "nobody", 10n, 2n],
  ["one", "nobody", 9n, 3n],
  ["one", "bob", 10n, 3n],
  ["one", "desk", 10n, 2n],
  ["carol", "one", 30n, 2n],
];

/** Movements that cannot be made, and nothing of which overflows. */
const QUESTIONS: typeof MOVEMENTS = [
  ["nobody", "bob", MaxUint256, 4n],
  ["nobody", "bob", MaxUint256 - SUPPLY, 4n],
  ["nobody", "bob", MaxUint256 - SUPPLY - 1n, 4n],
  ["nobody", "bob", MaxUint256 - SUPPLY + 1n, 4n],
  ["alice", "nobody", SUPPLY - 1n, 3n],
  ["alice", "nobody", SUPPLY, 3n],
  ["alice", "nobody", SUPPLY + 1n, 3n],
  ["alice", "nobody", MaxUint256, 3n],
  ["carol", "bob", 31n, 4n],
  ["carol", "bob", MaxUint256, 4n],
];

function supplyAfter([from, to, value]: Asked): bigint {
  if (from === "nobody") return SUPPLY + value > MaxUint256 ? MaxUint256 : SUPPLY + value;
  if (to === "nobody") return value > SUPPLY ? 0n : SUPPLY - value;
  return SUPPLY;
}

/** The movement and the parties as a rule is to be told of them, in one hash. */
async function told({ wallets, investors }: World, asked: Asked, holdersAfter: bigint): Promise<string> {
  const [from, to, value] = asked;
  const words = [
    A,
    wallets[from].address,
    wallets[to].address,
    value,
    BALANCE[from],
    BALANCE[to],
    TOTAL[from],
    TOTAL[to],
    YOUNG[from],
    3n,
    holdersAfter,
    supplyAfter(asked),
    await investors.partyOf(wallets[from].address),
    await investors.partyOf(wallets[to].address),
  ];
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      words.map((word) => (typeof word === "string" ? "address" : "uint256")),
      words,
    ),
  );
}

/** Code of a rule that agrees with one movement only: the one whose words, and parties, have this hash. */
function agreesOnlyWith(hash: string): string {
  // What stands between the place of the parameters and the parameters is hashed: 14 words from 0x24 on.
  return concat(["0x6101c060245f376101c05f207f", hash, "0x145f5260205ff3"]);
}

const nameOf = ([from, to, value]: Asked) =>
  `${value === MaxUint256 ? "all there can be" : value} from ${from} to ${to}`;

function move({ shares, wallets }: World, [from, to, value]: Asked) {
  if (from === "nobody") return shares.mint(wallets[to].address, A, value, "0x");
  if (to === "nobody") return shares.burn(wallets[from].address, A, value);
  return shares.connect(wallets[from]).safeTransferFrom(wallets[from], wallets[to], A, value, "0x");
}

describe("What a rule sees of a movement", () => {
  for (const [from, to, value, holdersAfter] of MOVEMENTS) {
    const asked: Asked = [from, to, value];
    it(`is the same when it is asked about and when it is made: ${nameOf(asked)}`, async () => {
      const world = await networkHelpers.loadFixture(countedAsset);
      const { rules, rule, wallets } = world;
      const codes = async () =>
        (await rules.explain(wallets[from].address, wallets[to].address, A, value)).map(({ code }) => code);
      const hash = await told(world, asked, holdersAfter);

      await networkHelpers.setCode(String(rule.target), agreesOnlyWith(ethers.id("another movement")));
      expect(await codes()).to.deep.equal([REFUSED]);
      await expect(move(world, asked)).to.be.revertedWithCustomError(world.shares, "ERC7943CannotTransfer");
      await networkHelpers.setCode(String(rule.target), agreesOnlyWith(hash));
      expect(await codes()).to.deep.equal([]);
      await move(world, asked);
      expect(await rules.holdersOf(A)).to.equal(holdersAfter);
    });
  }

  it("overflows with no question: an issue ends at all there can be, a redemption at nothing", async () => {
    const world = await networkHelpers.loadFixture(countedAsset);
    const { rules, rule, wallets } = world;

    for (const [from, to, value, holdersAfter] of QUESTIONS) {
      const asked: Asked = [from, to, value];
      await networkHelpers.setCode(String(rule.target), agreesOnlyWith(await told(world, asked, holdersAfter)));
      const codes = (await rules.explain(wallets[from].address, wallets[to].address, A, value)).map(({ code }) => code);
      expect(codes, nameOf(asked)).to.deep.equal([from === "nobody" ? 5n : 20n]);
    }
  });
});
