import { id as keccakOf, type Provider, Wallet } from "ethers";
import { parseClasses } from "../../../sdk/investor-class.ts";
import type { Painting } from "../../../sdk/painting-file.ts";
import { parseUntil } from "../../../sdk/time.ts";
import { onboardInvestors } from "../../investor/onboard.ts";
import { investorSalt } from "../../lib/investor-salt.ts";
import { type DemoWorld, fundGas } from "./world.ts";

/** Houses that dealt in art for their own account. */
export const OWNERS_CLASS = "professional";

const ONBOARDING_PAGE = 50;

/** A made-up wallet for every house that had a part in one of the paintings, registered once, however many it had a part in. */
export async function onboardOwners(
  world: DemoWorld,
  paintings: readonly Painting[],
): Promise<ReadonlyMap<string, Wallet>> {
  const { suite, sender, connection, chainId, seed } = world;
  const seats = new Map(paintings.flatMap(({ owners }) => owners.map(({ name, country }) => [name, country])));
  const wallets = new Map([...seats.keys()].map((name) => [name, walletOf(name, seed, connection.ethers.provider)]));
  await fundGas(world, [...wallets.values()]);

  const rows = [...seats].map(([name, country], place) => ({
    line: place + 1,
    row: {
      reference: `House ${name}`,
      address: walletIn(wallets, name).address,
      country,
      class: parseClasses(OWNERS_CLASS),
      verifiedUntil: parseUntil("2099-12-31"),
    },
  }));
  const options = { salt: await investorSalt(chainId), batchSize: ONBOARDING_PAGE, warn: () => {} };
  await onboardInvestors(suite, sender, rows, options);
  return wallets;
}

export function walletIn(wallets: ReadonlyMap<string, Wallet>, name: string): Wallet {
  const wallet = wallets.get(name);
  if (wallet === undefined) throw new RangeError(`${name} has no wallet`);
  return wallet;
}

function walletOf(name: string, seed: number, provider: Provider): Wallet {
  return new Wallet(keccakOf(`moiety demo ${seed} house ${name}`), provider);
}
