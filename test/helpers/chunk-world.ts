import type { NetworkConnection } from "hardhat/types/network";
import { planBatch } from "./batch.ts";
import { type Moves, type NetVector, netVector } from "./net-vector.ts";
import { DOLLAR, deployFourHolders, TOWER, VILLA } from "./settlement-suite.ts";

export const TEN = 10n * DOLLAR;

/** Four holders and what they settle: alice buys 10 tower shares at 10 dollars from bob, carol 4 villa shares at 10 dollars from dave. */
export async function deployChunks(connection: NetworkConnection) {
  const suite = await deployFourHolders(connection);
  const { alice, bob, carol, dave, currency, shares, desk, open, settle } = suite;
  const moves: Moves = {
    cash: [
      [alice.address, -10n * TEN],
      [bob.address, 10n * TEN],
      [carol.address, -4n * TEN],
      [dave.address, 4n * TEN],
    ],
    shares: [
      [TOWER, alice.address, 10n],
      [TOWER, bob.address, -10n],
      [VILLA, carol.address, 4n],
      [VILLA, dave.address, -4n],
    ],
  };

  /** Opens a batch of chunks with these vectors and says how to settle each of them. */
  async function opened(...vectors: NetVector[]) {
    const batch = planBatch((await desk.lastBatch()) + 1n, vectors);
    await open(batch);
    return (index: number) => settle(batch.chunks[index]);
  }

  /** The outcome of a batch of one chunk with these moves. */
  async function settled(changes: Partial<Moves>) {
    return (await opened(netVector(currency, { ...moves, ...changes })))(0);
  }

  async function holdings() {
    return Promise.all(
      [alice, bob, carol, dave].flatMap((holder) => [
        shares.balanceOf(holder.address, TOWER),
        shares.balanceOf(holder.address, VILLA),
        desk.cashOf(holder.address, currency).then(([deposited]) => deposited),
      ]),
    );
  }

  /** Moves of one asset between alice and bob alone; negative cash is paid by alice. */
  function aliceAndBob(delta: bigint, cash: bigint): Moves {
    return {
      cash: [
        [alice.address, cash],
        [bob.address, -cash],
      ],
      shares: [
        [TOWER, alice.address, delta],
        [TOWER, bob.address, -delta],
      ],
    };
  }

  return { ...suite, moves, vector: netVector(currency, moves), opened, settled, holdings, aliceAndBob };
}
