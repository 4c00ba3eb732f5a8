import { id, TypedDataEncoder } from "ethers";
import { signDigest } from "../../../executor/crypto/sign-order.ts";
import { compact, type RuleSetting } from "../../../sdk/rules/common-rules.ts";
import { encodeCountries } from "../../../sdk/rules/country-set.ts";
import { pack } from "../../../sdk/rules/packed.ts";
import { CLASS, FAR_FUTURE, FLAG, FRANCE, STATE, USA } from "../../helpers/books.ts";
import { MANDATE_TYPES, type Mandate, settlementDomain } from "../../helpers/settlement-types.ts";
import type { Step, Transaction } from "../relay.ts";
import { INTERFACES, type Stage } from "../stage.ts";
import type { Trader } from "../traders.ts";
import { Dice } from "./dice.ts";
import { type DeskLock, type DrawnHold, drawHeldBack } from "./draw-held-back.ts";

/** The stage with those who are on it in a world. */
export interface Scene extends Stage {
  readonly traders: readonly Trader[];
  /** Who gets what is held for somebody; he does not trade. */
  readonly beneficiary: Trader;
}

/** What has to be done on the stage to have a world: steps, what traders do themselves, and more steps. */
export interface World {
  readonly issue: readonly Step[];
  readonly acts: readonly Transaction[];
  readonly steps: readonly Step[];
  readonly locks: readonly DeskLock[];
  readonly holds: readonly DrawnHold[];
  /** Codes of each asset's rules, in the order in which they are asked. */
  readonly ruleOrder: ReadonlyMap<bigint, readonly number[]>;
}

const GERMANY = 276n;
const STEP_GAS = 450_000;
const SETUP_SECONDS = 100n;

/** Seconds from the stage to a world, and from there to its batch. */
export const WORLD_DELAY = 100n;
export const BATCH_DELAY = 1_000n;

const TRADERS = 8;

/** Some of the people. */
export function drawScene(stage: Stage, seed: number): Scene {
  const [beneficiary = stage.stranger, ...traders] = new Dice(seed + 1).shuffled(stage.people);
  return { ...stage, traders: traders.slice(0, TRADERS), beneficiary };
}

/** Some investors with shares, cash, mandates and troubles, under some rules. */
export function drawWorld(stage: Scene, seed: number): World {
  const dice = new Dice(seed);
  const at = (name: string) => stage.addresses[name] ?? "";
  const step = (target: string, data: string): Step => ({ target, data, gas: STEP_GAS });
  const { registry, rules, sanctions, shares, desk, guard } = INTERFACES;
  const issue: Step[] = [];
  const steps: Step[] = [];
  const settled = stage.time + WORLD_DELAY;
  const batchTime = settled + BATCH_DELAY;

  // Who is who.
  const investorOf = new Map<string, string>();
  const investors: string[] = [];
  for (const { address } of stage.traders) {
    if (dice.strikes(20)) continue;
    if (dice.oneIn(30)) {
      issue.push(step(at("InvestorRegistry"), registry.encodeFunctionData("setProtocolAddress", [address, true])));
      continue;
    }
    const known = investors.length > 0 && dice.oneIn(5);
    const investor = known ? dice.pick(investors) : id(`${seed}/${address}`);
    investorOf.set(address, investor);
    if (known) {
      issue.push(step(at("InvestorRegistry"), registry.encodeFunctionData("addWallet", [investor, address])));
      continue;
    }
    investors.push(investor);
    const country = dice.pick([USA, USA, USA, USA, FRANCE, FRANCE, GERMANY]);
    const classes = dice.pick([
      CLASS.accredited,
      CLASS.accredited,
      CLASS.retail,
      CLASS.accredited | CLASS.professional,
    ]);
    const profile = { investor, country, classes, flags: 0n, verifiedUntil: FAR_FUTURE };
    issue.push(step(at("InvestorRegistry"), registry.encodeFunctionData("register", [profile, address])));
  }
  const isPlaced = ({ address }: Trader) =>
    investorOf.has(address) || issue.some(({ data }) => data.includes(address.slice(2).toLowerCase()));
  const kept = { country: USA, classes: CLASS.accredited, flags: 0n, verifiedUntil: FAR_FUTURE };
  const waiting = { investor: id(`${seed}/beneficiary`), ...kept };
  issue.push(
    step(at("InvestorRegistry"), registry.encodeFunctionData("register", [waiting, stage.beneficiary.address])),
  );

  // Who has what: first without rules, so that holders may be beyond what the rules will allow.
  const [acts, locks, holds]: [Transaction[], DeskLock[], DrawnHold[]] = [[], [], []];
  const holders = new Map<bigint, Trader[]>(stage.assets.map((asset) => [asset, []]));
  const scarcity = dice.pick([60, 400, 1_000, 5_000]);
  for (const asset of stage.assets) {
    for (const trader of stage.traders.filter(isPlaced)) {
      if (dice.strikes(4)) continue;
      const value = dice.amount(1, scarcity);
      // A contract account without a hook for shares is not issued any; but the register moves them there.
      const first = trader.address === trader.owner ? trader : stage.traders.find(isPlaced);
      if (first === undefined || first.address !== first.owner) continue;
      holders.get(asset)?.push(trader);
      issue.push(step(at("ShareToken"), shares.encodeFunctionData("mint", [first.address, asset, value, "0x"])));
      if (first !== trader) {
        const move = [first.address, trader.address, asset, value] as const;
        issue.push(step(at("ShareToken"), shares.encodeFunctionData("forcedTransfer", [...move])));
      }
      const held = drawHeldBack(stage, dice, trader, asset, value, batchTime);
      issue.push(...held.issue);
      acts.push(...held.acts);
      steps.push(...held.steps);
      locks.push(...held.locks);
      holds.push(...held.holds);
    }
  }

  // Rules, counted.
  const ruleOrder = new Map<bigint, readonly number[]>();
  for (const asset of stage.assets) {
    const { settings, codes, counts } = drawRules(stage, dice, scarcity);
    ruleOrder.set(asset, codes);
    if (settings.length === 0) continue;
    steps.push(step(at("TransferRules"), rules.encodeFunctionData("setRules", [asset, [...settings]])));
    const counted = (holders.get(asset) ?? []).map(({ address }) => address).sort();
    if (!counts || counted.length === 0 || dice.oneIn(30)) continue;
    steps.push({
      ...step(at("TransferRules"), rules.encodeFunctionData("countHolders", [asset, counted, 1n])),
      gas: 2_000_000,
    });
  }

  // Troubles.
  for (const investor of investors) {
    if (!dice.strikes(12)) continue;
    const flags = dice.pick([0n, FLAG.suspended, FLAG.liquidateOnly]);
    const until = flags === 0n || dice.oneIn(4) ? stage.time : FAR_FUTURE;
    steps.push(step(at("InvestorRegistry"), registry.encodeFunctionData("setStanding", [investor, flags, until])));
  }
  for (const { address } of stage.traders) {
    if (investorOf.has(address) && dice.strikes(25)) {
      steps.push(step(at("InvestorRegistry"), registry.encodeFunctionData("setWalletFrozen", [address, true])));
    }
    if (dice.strikes(15)) {
      steps.push(step(at("SanctionsList"), sanctions.encodeFunctionData("setSanctioned", [[address], true])));
    }
  }
  for (const asset of stage.assets) {
    if (dice.strikes(30)) {
      steps.push(step(at("ShareToken"), shares.encodeFunctionData("setAssetState", [asset, STATE.suspended])));
    } else if (dice.strikes(29)) {
      steps.push(step(at("ShareToken"), shares.encodeFunctionData("setAssetPaused", [asset, true])));
    }
  }
  if (dice.strikes(60)) steps.push(step(at("ShareToken"), shares.encodeFunctionData("pause")));

  // Prices that somebody vouches for.
  if (dice.oneIn(3)) {
    for (const asset of stage.assets) {
      for (const { address, engineUnit } of stage.currencies) {
        if (!dice.oneIn(2)) continue;
        const band = {
          code: dice.strikes(15) ? 3 : 0,
          low: dice.amount(70, 99) * engineUnit - dice.amount(0, 1),
          high: dice.amount(99, 130) * engineUnit + dice.amount(0, 1),
        };
        steps.push(step(stage.guard, guard.encodeFunctionData("setBand", [asset, address, band])));
      }
    }
  }

  // Mandates.
  const domain = settlementDomain(stage.desk, stage.chainId);
  for (const { address, key } of stage.traders) {
    for (const currency of stage.currencies) {
      if (dice.strikes(20)) continue;
      const mandate = drawMandate(stage, dice, address, currency, batchTime);
      const digest = TypedDataEncoder.hash(domain, MANDATE_TYPES, mandate);
      const signature = signDigest(Buffer.from(digest.slice(2), "hex"), key);
      steps.push(step(stage.desk, desk.encodeFunctionData("registerMandate", [mandate, signature])));
    }
  }

  // Rules may ask how much everybody has, what is missing may have to arrive first, and what is given back could be traded: such a
  // hold waits for the end.
  const timed = holds.map((each) => {
    const mayComeEarly =
      each.executed === each.hold.quantity && !each.isShort && ruleOrder.get(each.hold.asset)?.length === 0;
    return mayComeEarly ? { ...each, at: dice.pick([0, 0.3, 0.6]) } : each;
  });
  return { issue, acts, steps, locks, holds: timed, ruleOrder };
}

/** No rules, or some of those that can be netted; in any order, the common ones sometimes in one contract. */
function drawRules(stage: Scene, dice: Dice, scarcity: number) {
  if (dice.oneIn(4)) return { settings: [], codes: [], counts: false };
  const few = Math.max(1, Math.floor(scarcity / 10));
  const all: readonly (readonly [code: number, contract: string, parameters: () => string])[] = [
    [30, "CountryRule", () => encodeCountries(dice.oneIn(3) ? { deny: [276] } : { allow: [840, 250] })],
    [31, "InvestorClassRule", () => pack([[dice.pick([4n, 4n, 5n, 6n, 2n]), 2]])],
    [32, "HolderCountRule", () => pack([[dice.amount(2, 9), 4]])],
    [33, "MinimumHoldersRule", () => pack([[dice.amount(1, 7), 4]])],
    [34, "BalanceCapRule", () => drawCap(dice, scarcity)],
    [35, "MinimumHoldingRule", () => pack([[dice.amount(1, few), 8]])],
    [39, "SanctionsRule", () => (stage.addresses["SanctionsList"] ?? "").toLowerCase()],
  ];
  const chosen = dice.shuffled(all).filter(() => dice.strikes(3) || dice.oneIn(9));
  const single = chosen.map(([, contract, parameters]): RuleSetting => {
    return { rule: stage.addresses[contract] ?? "", parameters: parameters() };
  });
  const settings = dice.oneIn(2) ? compact(single, stage.addresses) : single;
  const common = [30, 31, 32, 34];
  const isCompact =
    settings.length < single.length || settings.some(({ rule }) => rule === stage.addresses["CommonRules"]);
  const codes = isCompact
    ? gathered(
        chosen.map(([code]) => code),
        common,
      )
    : chosen.map(([code]) => code);
  return { settings, codes, counts: chosen.some(([code]) => code >= 32 && code <= 35) };
}

/** The common codes, ascending, where the first of them stood. */
function gathered(codes: readonly number[], common: readonly number[]): number[] {
  const first = codes.findIndex((code) => common.includes(code));
  const together = codes.filter((code) => common.includes(code)).sort((one, other) => one - other);
  return codes.flatMap((code, place) => {
    if (place === first) return together;
    return common.includes(code) ? [] : [code];
  });
}

/** At most so many shares, or such a part of all, or both. */
function drawCap(dice: Dice, scarcity: number): string {
  const isOfAll = dice.oneIn(2);
  const shares = isOfAll && dice.oneIn(2) ? 0n : dice.amount(1, scarcity * 2);
  return pack([
    [shares, 8],
    [isOfAll ? dice.amount(500, 9_000) : 0n, 2],
  ]);
}

/** From generous to tight, in all its parts. */
function drawMandate(
  stage: Scene,
  dice: Dice,
  account: string,
  { address: currency, engineUnit }: Stage["currencies"][number],
  batchTime: bigint,
): Mandate {
  const isGenerous = !dice.strikes(3) && !dice.oneIn(8);
  const upTo = (most: number) => (isGenerous ? BigInt(most) * 1_000n : dice.amount(0, most));
  return {
    account,
    currency,
    maxCashOut: upTo(20_000) * engineUnit,
    lossAllowance: (isGenerous && dice.oneIn(2) ? 0n : dice.amount(0, 900)) * engineUnit,
    feeCap: dice.amount(0, 60) * engineUnit,
    expiry: dice.strikes(30) ? batchTime - 1n : batchTime + SETUP_SECONDS,
    nonce: 1n,
    limits: stage.assets.flatMap((asset) =>
      dice.strikes(20)
        ? []
        : [
            {
              asset,
              maxIn: upTo(300),
              maxOut: upTo(300),
              maxBuyPrice: (isGenerous ? 120n : dice.amount(95, 110)) * engineUnit,
              minSellPrice: (isGenerous ? 80n : dice.amount(90, 105)) * engineUnit,
            },
          ],
    ),
  };
}
