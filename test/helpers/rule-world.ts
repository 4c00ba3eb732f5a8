import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { type Contract, ZeroAddress } from "ethers";

/** ISO 3166-1 numbers. */
export const USA = 840;
export const FRANCE = 250;
export const GERMANY = 276;
export const CLASS = { retail: 1, professional: 2, accredited: 4, institutional: 8 } as const;
export const FLAG = { suspended: 1, liquidateOnly: 2, omnibus: 4, protocol: 8 } as const;
export const TRAIT = { holders: 1n, totals: 2n, lots: 4n, kinds: 8n, tracks: 16n, grossOnly: 32n } as const;

export const ALICE = "0x00000000000000000000000000000000000a11ce";
export const BOB = "0x0000000000000000000000000000000000000b0b";

/** What a rule is told of who is behind a wallet. */
export interface PartyFacts {
  readonly number: number;
  readonly country: number;
  readonly classes: number;
  readonly flags: number;
  readonly verifiedUntil: number;
}

export interface Movement {
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
  readonly value: bigint;
  readonly fromBalance: bigint;
  readonly toBalance: bigint;
  readonly fromTotal: bigint;
  readonly toTotal: bigint;
  readonly fromYoung: bigint;
  readonly holdersBefore: bigint;
  readonly holdersAfter: bigint;
  readonly supply: bigint;
}

/** A party in one word, as contracts/investors/Party.sol packs it. Nobody without facts; by default a verified American. */
export function packParty(facts: Partial<PartyFacts> = {}): bigint {
  const { number, country, classes, flags, verifiedUntil } = { ...AMERICAN, ...facts };
  return (
    BigInt(number) |
    (BigInt(country) << 32n) |
    (BigInt(classes) << 48n) |
    (BigInt(flags) << 64n) |
    (BigInt(verifiedUntil) << 80n)
  );
}

const AMERICAN: PartyFacts = {
  number: 2,
  country: USA,
  classes: CLASS.accredited,
  flags: 0,
  verifiedUntil: 4_000_000_000,
};

export const NOBODY = 0n;
export const AN_AMERICAN = packParty();
export const ANOTHER_AMERICAN = packParty({ number: 3 });
export const A_FRENCHMAN = packParty({ number: 4, country: FRANCE, classes: CLASS.retail });
export const A_DESK = packParty({ number: 1, country: 0, classes: 0, flags: FLAG.protocol });

/** One of alice's hundred shares goes to bob, who has none yet. */
export function movement(facts: Partial<Movement> = {}): Movement {
  return {
    id: 1n,
    from: ALICE,
    to: BOB,
    value: 1n,
    fromBalance: 100n,
    toBalance: 0n,
    fromTotal: 100n,
    toTotal: 0n,
    fromYoung: 0n,
    holdersBefore: 1n,
    holdersAfter: 2n,
    supply: 100n,
    ...facts,
  };
}

export const issue = (facts: Partial<Movement> = {}) =>
  movement({ from: ZeroAddress, fromBalance: 0n, fromTotal: 0n, ...facts });
export const redemption = (facts: Partial<Movement> = {}) => movement({ to: ZeroAddress, ...facts });

/** A rule alone, without the register around it. */
export interface LoneRule {
  readonly contract: Contract;
  traits(): Promise<bigint>;
  validate(parameters: string): Promise<void>;
  window(parameters: string): Promise<bigint>;
  /** What it says of the transfer, after making sure that it says the same of a netted chunk of just this pair (I-3). */
  allows(parameters: string, asked: Movement, from?: bigint, to?: bigint): Promise<boolean>;
}

export async function deployRule(ethers: HardhatEthers, name: string, args: unknown[] = []): Promise<LoneRule> {
  const contract: Contract = await ethers.deployContract(name, args);
  const code = await contract.getFunction("code").staticCall();
  expect(await contract.getFunction("sentence").staticCall(), `${name} ${code}`).to.match(/^[A-Z].*\.$/);
  expect(await contract.getFunction("nextStep").staticCall(), `${name} ${code}`).to.match(/^[A-Z].*\.$/);
  const traits: bigint = await contract.getFunction("traits").staticCall();

  return {
    contract,
    traits: async () => traits,
    validate: async (parameters) => void (await contract.getFunction("validate").staticCall(1n, parameters)),
    window: async (parameters) => await contract.getFunction("window").staticCall(parameters),
    allows: async (parameters, asked, from = AN_AMERICAN, to = ANOTHER_AMERICAN) => {
      const sender = asked.from === ZeroAddress ? NOBODY : from;
      const receiver = asked.to === ZeroAddress ? NOBODY : to;
      const answer: boolean = await contract.getFunction("allows").staticCall(parameters, asked, sender, receiver);

      const [context, positions, parties] = netOfPair(asked, sender, receiver);
      const net: boolean = await contract.getFunction("allowsNet").staticCall(parameters, context, positions, parties);
      if ((traits & TRAIT.grossOnly) !== 0n) expect(net, "a rule that is gross only nets nothing").to.equal(false);
      else if (isPair(asked)) expect(net, "I-3: a chunk of one pair is judged like the transfer").to.equal(answer);
      return answer;
    },
  };
}

/** Chunks are made of trades: two different wallets, and something changes hands. */
function isPair({ from, to, value, fromBalance }: Movement): boolean {
  return from !== ZeroAddress && to !== ZeroAddress && from !== to && value > 0n && value <= fromBalance;
}

function netOfPair(asked: Movement, from: bigint, to: bigint) {
  const { id, holdersBefore, holdersAfter, supply, value, fromYoung } = asked;
  const isOne = investorOf(from) === investorOf(to);
  const moved = isOne ? 0n : value;
  const young = isOne ? fromYoung : 0n;
  const sides = [
    {
      account: asked.from,
      balanceBefore: asked.fromBalance,
      balanceAfter: lower(asked.fromBalance, value),
      totalBefore: asked.fromTotal,
      totalAfter: lower(asked.fromTotal, moved),
      young: fromYoung,
    },
    {
      account: asked.to,
      balanceBefore: asked.toBalance,
      balanceAfter: higher(asked.toBalance, value),
      totalBefore: asked.toTotal,
      totalAfter: higher(asked.toTotal, moved),
      young,
    },
  ];
  return [{ id, holdersBefore, holdersAfter, supply }, sides, [from, to]] as const;
}

const investorOf = (party: bigint) => party & 0xffff_ffffn;
const lower = (from: bigint, by: bigint) => (by > from ? 0n : from - by);
const higher = (from: bigint, by: bigint) => (from + by) & ((1n << 256n) - 1n);
