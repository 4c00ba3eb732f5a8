import { expect } from "chai";
import { network } from "hardhat";
import { commonAddresses, expand } from "../../sdk/rules/common-rules.ts";
import { encodeCountries } from "../../sdk/rules/country-set.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { CASH, CHAIN_ID, settlerWorld } from "../helpers/settler-world.ts";
import { failureOf } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { trading } = settlerWorld(connection);
const { provider } = ethers;

describe("readSnapshot", () => {
  it("reads positions, eligibility, cash and mandates at one block", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, stranger, currency, expiry } = world;
    const block = await provider.getBlockNumber();
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, world.bob.address, 1n, 7n, "0x");

    const snapshot = await readSnapshot(suite, {
      chainId: CHAIN_ID,
      block,
      assets: [1n],
      currencies: [currency],
      accounts: [alice.address, stranger.address, alice.address.toLowerCase()],
    });

    expect(snapshot.assets).to.deep.equal([{ id: 1n, state: 0, holderLimit: 2_000 }]);
    expect(snapshot.accounts.map(({ address }) => address)).to.deep.equal([alice.address, stranger.address]);
    expect(snapshot.shares).to.deep.equal([
      { account: 0, asset: 0, balance: 50_000n, spendable: 50_000n, sendCode: 0, receiveCode: 0 },
      { account: 1, asset: 0, balance: 0n, spendable: 0n, sendCode: 10, receiveCode: 12 },
    ]);
    expect(snapshot.cash.map(({ deposited }) => deposited)).to.deep.equal([CASH, 0n]);
    expect(snapshot.mandates).to.have.lengthOf(1);
    expect(snapshot.mandates[0]).to.deep.include({ account: 0, currency: 0, expiry, cashOutLeft: CASH });
    expect(snapshot.mandates[0]?.limits[0]).to.deep.include({ asset: 0, inLeft: 1_000n, outLeft: 1_000n });
  });

  it("carries what the asset's rules say about an account, and the asset's own state", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, currency } = world;
    const bound = expand(await suite.transferRules.rulesOf(1n), await commonAddresses(suite));
    const elsewhere = encodeCountries({ allow: [250] });
    await suite.transferRules.setRules(
      1n,
      bound.map(({ rule, parameters }, place) => ({ rule, parameters: place === 0 ? elsewhere : parameters })),
    );
    await suite.shareToken.setFrozenTokens(bob.address, 1n, 49_000n);
    await suite.shareToken.pause();

    const request = { chainId: CHAIN_ID, block: await provider.getBlockNumber(), assets: [1n], currencies: [currency] };
    const snapshot = await readSnapshot(suite, { ...request, accounts: [alice.address, bob.address] });

    expect(snapshot.assets[0]?.state).to.equal(3);
    expect(snapshot.shares.map(({ receiveCode }) => receiveCode)).to.deep.equal([30, 30]);
    expect(snapshot.shares[1]?.spendable).to.equal(1_000n);
  });

  it("carries the price guard's bands in whole engine units, and nothing where any price is fine", async () => {
    const { suite, currency } = await networkHelpers.loadFixture(trading);
    const bands = await ethers.deployContract("MockPriceBands");
    const request = { chainId: CHAIN_ID, assets: [1n], currencies: [currency], accounts: [] };
    const read = async () => (await readSnapshot(suite, { ...request, block: await provider.getBlockNumber() })).bands;

    expect(await read()).to.equal(undefined);
    await suite.settlementDesk.setPriceGuard(bands.target);
    expect(await read()).to.equal(undefined);
    for (const [band, expected] of [
      [
        { code: 0n, low: 95n, high: 105n },
        { low: 95n, high: 105n },
      ],
      [
        { code: 0n, low: 0n, high: 105n },
        { low: 0n, high: 105n },
      ],
      [
        { code: 0n, low: 7n, high: 2n ** 127n },
        { low: 7n, high: 2n ** 63n - 1n },
      ],
      [
        { code: 0n, low: 2n ** 63n, high: 2n ** 64n },
        { low: 1n, high: 0n },
      ],
      [
        { code: 3n, low: 95n, high: 105n },
        { low: 1n, high: 0n },
      ],
    ] as const) {
      await bands.getFunction("setBand")(1n, currency, band);
      expect(await read()).to.deep.equal([{ asset: 0, currency: 0, ...expected }]);
    }
  });

  it("refuses a currency that the desk does not take", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(trading);
    const request = { chainId: CHAIN_ID, block: await provider.getBlockNumber(), assets: [1n], accounts: [] };

    const error = await failureOf(readSnapshot(suite, { ...request, currencies: [stranger.address] }));

    expect(error).to.have.property("message", `the settlement desk does not take the currency ${stranger.address}`);
  });
});
