import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { fuzz } from "../../helpers/fuzz.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const IDS = [1n, 2n, 3n];

/** The register without rules and OpenZeppelin's ERC-1155, both with the same holders; the last wallet is a contract that rejects. */
async function twoTokens() {
  const books = await deployBooks(connection);
  const plain = await ethers.deployContract("MockErc1155");
  const accepting = await ethers.deployContract("MockReceiver");
  const rejecting = await ethers.deployContract("MockReceiver");
  await rejecting.setReception(1n);
  const signers = books.others.slice(0, 3);
  const wallets = [...signers.map(({ address }) => address), String(accepting.target), String(rejecting.target)];
  for (const wallet of wallets) await onboard(connection, books, wallet);
  for (const id of IDS) {
    await listAsset(connection, books, id);
    await books.shares.setAssetState(id, STATE.active);
    for (const wallet of wallets.slice(0, 3)) {
      await books.shares.mint(wallet, id, 20n, "0x");
      await plain.mint(wallet, id, 20n, "0x");
    }
  }
  return { shares: books.shares, plain, signers, wallets };
}

type Tokens = Awaited<ReturnType<typeof twoTokens>>;
type Token = Tokens["shares"] | Tokens["plain"];

/** One call, told as data so that both tokens get the same one. */
interface Step {
  readonly kind: "single" | "batch" | "approve" | "mint" | "burn" | "burnBatch";
  readonly caller: number;
  readonly from: number;
  readonly to: number;
  readonly ids: readonly number[];
  readonly values: readonly bigint[];
  readonly approved: boolean;
}

const arbitraryStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("single", "single", "batch", "batch", "approve", "mint", "burn", "burnBatch"),
  caller: fc.nat({ max: 2 }),
  from: fc.nat({ max: 2 }),
  to: fc.nat({ max: 4 }),
  ids: fc.array(fc.nat({ max: 2 }), { minLength: 0, maxLength: 4 }),
  values: fc.array(fc.bigInt({ min: 0n, max: 24n }), { minLength: 4, maxLength: 4 }),
  approved: fc.boolean(),
});

/** What a call came to: its error with all values, or its events with theirs. */
async function outcome(token: Token, step: Step, { signers, wallets }: Tokens): Promise<unknown> {
  const caller = signers[step.caller];
  const from = wallets[step.from] ?? "";
  const to = wallets[step.to] ?? "";
  const ids = step.ids.map((place) => IDS[place] ?? 1n);
  const values = step.values.slice(0, ids.length);
  const [id = 1n, value = 3n] = [ids[0], values[0]];
  const [admin] = await ethers.getSigners();
  const own = caller ?? admin;
  try {
    const sent = await (step.kind === "single"
      ? token.connect(own).safeTransferFrom(from, to, id, value, "0x")
      : step.kind === "batch"
        ? token.connect(own).safeBatchTransferFrom(from, to, ids, values, "0x")
        : step.kind === "approve"
          ? token.connect(own).setApprovalForAll(to, step.approved)
          : step.kind === "mint"
            ? token.connect(admin).mint(to, id, value, "0x")
            : step.kind === "burn"
              ? token.connect(admin).burn(from, id, value)
              : token.connect(admin).burnBatch(from, ids, values));
    const receipt = await sent.wait();
    return receipt?.logs
      .map((log) => token.interface.parseLog(log))
      .map((event) => [event?.name, event?.args.toArray()]);
  } catch (error) {
    const data = (error as { data?: string }).data ?? "0x";
    const parsed = token.interface.parseError(data);
    return parsed === null ? data : [parsed.name, parsed.args.toArray()];
  }
}

async function balances(token: Token, wallets: readonly string[]): Promise<bigint[]> {
  const owners = IDS.flatMap(() => wallets);
  return token.balanceOfBatch(
    owners,
    IDS.flatMap((id) => wallets.map(() => id)),
  );
}

describe("ShareToken without rules and OpenZeppelin's ERC-1155", () => {
  it("give equal balances, events and errors over any sequence of issues, transfers, batches, burns and approvals", async () => {
    await fuzz(
      "register and OpenZeppelin",
      fc.asyncProperty(fc.array(arbitraryStep, { minLength: 10, maxLength: 25 }), async (steps) => {
        const tokens = await networkHelpers.loadFixture(twoTokens);
        for (const step of steps) {
          const ours = await outcome(tokens.shares, step, tokens);
          const theirs = await outcome(tokens.plain, step, tokens);
          expect(ours).to.deep.equal(theirs);
        }
        expect(await balances(tokens.shares, tokens.wallets)).to.deep.equal(
          await balances(tokens.plain, tokens.wallets),
        );
      }),
      25,
    );
  });

  it("refuse the zero address, different lengths and a missing approval with the same errors", async () => {
    const { shares, plain, signers } = await networkHelpers.loadFixture(twoTokens);
    const [alice, bob] = signers;
    if (!alice || !bob) throw new Error("two accounts are needed");

    for (const token of [shares, plain]) {
      await expect(token.connect(alice).safeTransferFrom(alice, ethers.ZeroAddress, 1n, 1n, "0x"))
        .to.be.revertedWithCustomError(token, "ERC1155InvalidReceiver")
        .withArgs(ethers.ZeroAddress);
      await expect(token.connect(alice).safeBatchTransferFrom(alice, ethers.ZeroAddress, [1n], [1n], "0x"))
        .to.be.revertedWithCustomError(token, "ERC1155InvalidReceiver")
        .withArgs(ethers.ZeroAddress);
      await expect(token.connect(alice).safeBatchTransferFrom(alice, bob, [1n, 2n], [1n], "0x"))
        .to.be.revertedWithCustomError(token, "ERC1155InvalidArrayLength")
        .withArgs(2n, 1n);
      await expect(token.connect(alice).safeTransferFrom(bob, alice, 1n, 1n, "0x"))
        .to.be.revertedWithCustomError(token, "ERC1155MissingApprovalForAll")
        .withArgs(alice, bob);
      await expect(token.connect(alice).setApprovalForAll(ethers.ZeroAddress, true))
        .to.be.revertedWithCustomError(token, "ERC1155InvalidOperator")
        .withArgs(ethers.ZeroAddress);
      await expect(token.balanceOfBatch([alice], [1n, 2n]))
        .to.be.revertedWithCustomError(token, "ERC1155InvalidArrayLength")
        .withArgs(2n, 1n);
      expect(await token.balanceOf(ethers.ZeroAddress, 1n)).to.equal(0n);
    }
  });

  it("refuse a receiver whose hook rejects, answers nothing or knows no hook, and give it its reason back", async () => {
    const { shares, plain, signers, wallets } = await networkHelpers.loadFixture(twoTokens);
    const [alice] = signers;
    if (!alice) throw new Error("an account is needed");
    const rejecting = await ethers.getContractAt("MockReceiver", wallets[4] ?? "");

    for (const token of [shares, plain]) {
      await expect(token.connect(alice).safeTransferFrom(alice, rejecting, 1n, 2n, "0x"))
        .to.be.revertedWithCustomError(rejecting, "MockReceiverRejects")
        .withArgs(1n, 2n);
    }
  });
});
