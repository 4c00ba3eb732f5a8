import { fileURLToPath } from "node:url";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { readAssetFile } from "../../sdk/asset-file.ts";
import { parseUntil } from "../../sdk/time.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { attest } from "../../tasks/custody/attest.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { Sender } from "../../tasks/lib/sender.ts";
import { closeOffering } from "../../tasks/offering/close.ts";
import { openOffering } from "../../tasks/offering/open.ts";
import { type DeployedSuite, deployedSuite } from "./suite.ts";

export const ASSET_FILE = fileURLToPath(new URL("../../data/1685-38th-reit/asset.json", import.meta.url));
export const SALT = "test";
export const VERIFIED_UNTIL = parseUntil("2090-12-31");

/** A sender that is never asked and says nothing. */
export function silentSender(signer: HardhatEthersSigner, dryRun = false): Sender {
  return new Sender({ signer, dryRun, confirm: async () => undefined, note: () => undefined });
}

/**
 * Named states of the world, each built on the one before by the tasks themselves. `deploy` brings the suite; on a chain of this
 * process it is deployed anew.
 */
export function taskWorld(
  connection: NetworkConnection,
  deploy: (connection: NetworkConnection) => Promise<DeployedSuite> = deployedSuite,
) {
  const { ethers } = connection;

  async function deployed() {
    const { suite, addresses } = await deploy(connection);
    const [operator, custodian, alice, bob, carol, stranger] = await ethers.getSigners();
    if (!operator || !custodian || !alice || !bob || !carol || !stranger) throw new Error("too few accounts");
    const terms = await readAssetFile(ASSET_FILE);
    return {
      suite,
      addresses,
      terms,
      operator,
      custodian,
      alice,
      bob,
      carol,
      stranger,
      sender: silentSender(operator),
    };
  }

  /** Asset 1 is listed with its rules and has a custodian; three American accredited investors are known. */
  async function listed() {
    const world = await deployed();
    const { suite, sender, terms, custodian, alice, bob, carol } = world;
    await createAsset(suite, sender, terms, custodian.address, [custodian]);
    const rows = [alice, bob, carol].map(({ address }, place) => ({
      line: place + 2,
      row: { reference: `A-${place + 1}`, address, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL },
    }));
    await onboardInvestors(suite, sender, rows, { salt: SALT, batchSize: 100, warn: () => undefined });
    return world;
  }

  /** The custodian has attested to the asset's existence. */
  async function backed() {
    const world = await listed();
    const { suite, sender, custodian } = world;
    const now = BigInt((await ethers.provider.getBlock("latest"))?.timestamp ?? 0);
    const word = {
      asset: 1n,
      kind: 0,
      attester: custodian.address,
      evidenceHash: `0x${"11".repeat(32)}`,
      amount: 1n,
      unit: ethers.encodeBytes32String("piece"),
      asOf: now,
      expiresAt: now + 400n * 86_400n,
      nonce: undefined,
      signature: undefined,
    };
    await attest(suite, sender, [custodian], 31337n, word);
    return world;
  }

  /** The offering is open. */
  async function offered() {
    const world = await backed();
    const { suite, sender, terms, operator, custodian } = world;
    const now = BigInt((await ethers.provider.getBlock("latest"))?.timestamp ?? 0);
    const currency = { address: await suite.testDollar.getAddress(), decimals: 6 };
    await openOffering(suite, sender, terms, {
      currency,
      treasury: operator.address,
      feeRecipient: custodian.address,
      now,
    });
    return { ...world, closing: { provider: ethers.provider, fromBlock: 0, batchSize: 2 } };
  }

  /** Alice, Bob and Carol have bought all shares: 50,000, 50,000 and 25,000. */
  async function subscribed() {
    const world = await offered();
    const { suite, alice, bob, carol } = world;
    for (const [buyer, shares] of [
      [alice, 50_000n],
      [bob, 50_000n],
      [carol, 25_000n],
    ] as const) {
      await suite.testDollar.mint(buyer.address, shares * 1_000_000n);
      await suite.testDollar.connect(buyer).approve(await suite.offeringDesk.getAddress(), shares * 1_000_000n);
      await suite.offeringDesk.connect(buyer).subscribe(1n, shares, shares, shares * 1_000_000n);
    }
    return world;
  }

  /** The offering has succeeded, the shares are allotted and the asset is active. */
  async function sold() {
    const world = await subscribed();
    await closeOffering(world.suite, world.sender, 1n, world.closing);
    return world;
  }

  return { deployed, listed, backed, offered, subscribed, sold };
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error,
  );
}
