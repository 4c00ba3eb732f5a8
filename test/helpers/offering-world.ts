import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { onboard } from "./books.ts";
import { type Desks, deployDesks, listBackedAsset } from "./desks.ts";
import { BUYER_MONEY, type Changes, openOffering } from "./offering.ts";

export const ASSET = 7n;
export const PRICE = 2_500_000n; // 2.50 dollars
export const FIRST = 1n; // number of the first offering
export const MONTH = 2_592_000n;

/** States of the world with one asset to sell, for the tests of one file: a fixture is known by its function. */
export function offeringWorlds(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const { time } = networkHelpers;

  /** A listed and backed asset of 1,000 shares, and five verified buyers with money and an allowance. */
  async function assetToOffer() {
    const desks = await deployDesks(connection);
    await listBackedAsset(connection, desks, ASSET, 1_000n);
    const [alice, bob, carol, dave, erin] = desks.people;
    if (!alice || !bob || !carol || !dave || !erin) throw new Error("too few accounts");
    for (const buyer of [alice, bob, carol, dave, erin]) {
      await onboard(connection, desks, buyer);
      await desks.dollar.mint(buyer, BUYER_MONEY);
      await desks.dollar.connect(buyer).approve(desks.offering, ethers.MaxUint256);
    }
    return { ...desks, alice, bob, carol, dave, erin };
  }

  /** 1,000 shares at 2.50 dollars, soft cap 400, tickets from 10, 5 % fee; open for 1,000 seconds from now. */
  async function openAsset() {
    return offerWith({});
  }

  /** Alice has 300 shares, bob 100, carol 50; the window is over and the offering has succeeded. */
  async function succeededOffering() {
    const world = await openAsset();
    await buy(world, world.alice, 300n);
    await buy(world, world.bob, 100n);
    await buy(world, world.carol, 50n);
    await closeAfterwards(world);
    return world;
  }

  /** Alice has 300 of the 400 shares that were needed; the offering has failed. */
  async function failedOffering() {
    const world = await openAsset();
    await buy(world, world.alice, 300n);
    await closeAfterwards(world);
    return world;
  }

  /** `openAsset` on other terms. */
  async function offerWith(changes: Changes) {
    const world = await assetToOffer();
    const terms = await openOffering(connection, world, ASSET, { price: PRICE, ...changes });
    return { ...world, terms };
  }

  async function closeAfterwards({ offering, terms }: Pick<Desks, "offering"> & { terms: { closesAt: bigint } }) {
    await time.increaseTo(terms.closesAt + 1n);
    await offering.close(FIRST);
  }

  async function buy({ offering }: Pick<Desks, "offering">, buyer: HardhatEthersSigner, shares: bigint) {
    return offering.connect(buyer).subscribe(FIRST, shares, shares, shares * PRICE);
  }

  return { assetToOffer, openAsset, succeededOffering, failedOffering, offerWith, closeAfterwards, buy };
}

export type OfferingWorld = Awaited<ReturnType<ReturnType<typeof offeringWorlds>["openAsset"]>>;

/** The values of a struct and of the structs in it, as a decoded event has them. */
export function fieldsOf(struct: object): unknown[] {
  return Object.values(struct).map((value: unknown) =>
    typeof value === "object" && value !== null ? fieldsOf(value) : value,
  );
}
