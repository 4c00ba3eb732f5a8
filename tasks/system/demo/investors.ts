import { id as keccakOf, type Provider, Wallet } from "ethers";

/** A made-up investor of the demo: a reference and a wallet, both derived from the seed, so that a run can be repeated. */
export interface DemoInvestor {
  readonly reference: string;
  readonly wallet: Wallet;
  readonly country: string;
  readonly class: string;
}

/** The holders that the notice counts: American, accredited, as it says of all of them. */
export function makeHolders(count: number, seed: number, provider: Provider): DemoInvestor[] {
  return Array.from({ length: count }, (_, place) =>
    make(`H-${String(place + 1).padStart(3, "0")}`, "US", "accredited", seed, provider),
  );
}

/** Two who want to buy and may not: one lives abroad, one is not accredited. */
export function makeRefused(seed: number, provider: Provider): { foreign: DemoInvestor; retail: DemoInvestor } {
  return {
    foreign: make("F-001", "FR", "accredited", seed, provider),
    retail: make("R-001", "US", "retail", seed, provider),
  };
}

function make(
  reference: string,
  country: string,
  investorClass: string,
  seed: number,
  provider: Provider,
): DemoInvestor {
  const wallet = new Wallet(keccakOf(`moiety demo ${seed} ${reference}`), provider);
  return { reference, wallet, country, class: investorClass };
}
