import { expect } from "chai";
import { network } from "hardhat";
import {
  HOLD_TYPES,
  type Message,
  type MessageInput,
  receiptsOf,
  runSequential,
  settlementDomain,
  TRANSFER_TYPES,
} from "../../executor/index.ts";
import { reconcile } from "../../sdk/reconcile.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { CHAIN_ID, type SettlerWorld, settlerWorld } from "../helpers/settler-world.ts";
import { failureOf } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { trading } = settlerWorld(connection);
const { provider } = ethers;

describe("reconcile", () => {
  /** A batch with one message that Alice signs. */
  async function batchOf(world: SettlerWorld, message: Message, instruction: MessageInput) {
    const { suite, alice, bob, desk, currency } = world;
    const { type: _, ...terms } = message;
    const types = message.type === "transfer" ? TRANSFER_TYPES : HOLD_TYPES;
    const signature = await alice.signTypedData(settlementDomain(CHAIN_ID, desk), types, terms);
    const snapshot = await readSnapshot(suite, {
      chainId: CHAIN_ID,
      block: await provider.getBlockNumber(),
      assets: [1n],
      currencies: [currency],
      accounts: [alice.address, bob.address],
    });
    const time = BigInt(await networkHelpers.time.latest());
    const batch = { orders: [{ ...message, signature }], trades: [instruction] };
    return runSequential({
      number: 1n,
      mode: "strict",
      time,
      snapshot: { ...snapshot, mandates: [], withoutMandates: true },
      ...batch,
    });
  }

  it("holds transfers against the chain as it does trades", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, expiry } = world;
    const terms = { asset: 1n, quantity: 5n, expiry, priority: 0, salt: 1n };
    const message = { type: "transfer", from: alice.address, to: bob.address, ...terms } as const;
    const result = await batchOf(world, message, { kind: "transfer", message: 0, quantity: 5n });
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);

    expect(await reconcile(suite, provider, result, () => true)).to.have.lengthOf(2);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 5n, "0x");
    expect(await reconcile(suite, provider, result, () => true)).to.deep.equal([]);
  });

  it("refuses a batch in which more was accepted than trades and transfers", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, expiry } = world;
    const terms = { asset: 1n, quantity: 5n, until: expiry, expiry, priority: 0, salt: 1n };
    const parties = { holder: alice.address, beneficiary: bob.address, agent: bob.address };
    const hold = { type: "hold", ...parties, ...terms } as const;
    const result = await batchOf(world, hold, { kind: "hold", message: 0, quantity: 5n });
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);

    const error = await failureOf(reconcile(suite, provider, result, () => true));
    expect(error).to.have.property("message").that.includes("only trades and transfers");
    expect(await reconcile(suite, provider, result, () => false)).to.deep.equal([]);
  });
});
