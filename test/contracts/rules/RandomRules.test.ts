import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { compact } from "../../../sdk/rules/common-rules.ts";
import { fuzz } from "../../helpers/fuzz.ts";
import { codesOf, DAY, everyRule, make, REIT, settingsOf } from "../../helpers/rules-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;

describe("Any rules on the token", () => {
  it("I-3: says before what happens then, under random rules and movements", async () => {
    const world = await everyRule(connection);
    const { shares, rules, alice, alicesOther, bob, carol, dora, erin, addresses, answers } = world;
    const people = [alice, alicesOther, bob, carol, dora, erin];
    await answers.setBacked(REIT, true);
    const untouched = await networkHelpers.takeSnapshot();

    await fuzz(
      "rules and movements",
      fc.asyncProperty(
        fc.subarray([...RANDOM_RULES], { minLength: 1 }),
        fc.boolean(),
        fc.array(anyMove(people.length), { minLength: 10, maxLength: 20 }),
        async (bound, isCompact, moves) => {
          await untouched.restore();
          const settings = settingsOf(bound, addresses);
          await rules.setRules(REIT, isCompact ? [...compact(settings, addresses)] : settings);
          await nextMinute(0);
          for (const person of people) await tryQuietly(() => shares.mint(person, REIT, 30n, "0x"));
          for (const { from, to, value, wait } of moves) {
            await nextMinute(wait);
            const attempt = { ...pick("from", people[from]), ...pick("to", people[to]), value };
            const codes = await codesOf(world, attempt);
            const done = await tryQuietly(() => make(world, attempt));
            expect(done, `explain says ${codes} of ${from} to ${to}, ${value}`).to.equal(codes.length === 0);
          }
        },
      ),
      8,
    );
  });
});
/**
 * Rules that can stand side by side in any selection. Their terms are tight, so that both answers are common. What they wait for
 * ends neither in the first nor in the second second of a minute, and buckets of volumes are whole minutes.
 */
const RANDOM_RULES: readonly object[] = [
  { rule: "country", allow: ["US", "FR"] },
  { rule: "investorClass", anyOf: "retail+accredited" },
  { rule: "holderCount", atMost: 4 },
  { rule: "minimumHolders", atLeast: 3 },
  { rule: "balanceCap", shares: "70", percent: "50" },
  { rule: "minimumHolding", shares: "5" },
  { rule: "lockUp", for: "172830 seconds" },
  { rule: "rollingVolume", shares: "40", within: "132 hours" },
  { rule: "flowback", into: "US", until: "2099-12-31" },
  { rule: "sanctions" },
  { rule: "custody" },
  { rule: "attributes", receiver: { not: { anyFlag: "omnibus" } } },
  { rule: "holderQuota", countries: { US: 2, FR: 2 }, classes: { retail: 1 } },
];

/** A minute begins: what is asked in its first second and done in its second one sees the same clocks. */
async function nextMinute(wait: number): Promise<void> {
  const now = await networkHelpers.time.latest();
  await networkHelpers.time.increaseTo((Math.floor((now + wait) / 60) + 1) * 60);
}

/** `from` or `to` one beyond the people is nobody: an issue or a redemption. */
function anyMove(people: number) {
  return fc
    .record({
      from: fc.integer({ min: 0, max: people }),
      to: fc.integer({ min: 0, max: people }),
      value: fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.constant(30n)),
      wait: fc.integer({ min: 0, max: DAY }),
    })
    .filter(({ from, to }) => from < people || to < people);
}

function pick<Name extends "from" | "to">(name: Name, person: HardhatEthersSigner | undefined) {
  return person === undefined ? {} : { [name]: person };
}

async function tryQuietly(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}
