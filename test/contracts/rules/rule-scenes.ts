import { domainOfCountry, routeClassOf } from "../../../sdk/transfer-domain.ts";
import { DAY, expectCode, make, REIT, type RulesWorld } from "../../helpers/rules-world.ts";

/** What each rule lets through and what it refuses, over all ways in. */
export const SCENES: Readonly<Record<string, (world: RulesWorld) => Promise<void>>> = {
  country: async (world) => {
    const { bind, alice, alicesOther, bob, dora } = world;
    await bind([{ rule: "country", allow: ["US"] }]);
    await expectCode(world, { to: alice, value: 100n }, 0);
    await expectCode(world, { to: dora, value: 100n }, 30);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 10n }, 30);
    await expectCode(world, { from: alice, to: dora, value: 0n }, 30);
    await expectCode(world, { from: alice, value: 10n }, 0);
  },
  investorClass: async (world) => {
    const { bind, alice, bob, carol } = world;
    await bind([{ rule: "investorClass", anyOf: "accredited" }]);
    await expectCode(world, { to: carol, value: 100n }, 31);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 10n }, 31);
  },
  holderCount: async (world) => {
    const { bind, alice, alicesOther, bob, carol } = world;
    await bind([{ rule: "holderCount", atMost: 2 }]);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 99n }, 32);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 0n }, 0);
    await expectCode(world, { to: carol, value: 1n }, 32);
    await expectCode(world, { to: alicesOther, value: 1n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 50n });
    await expectCode(world, { from: alice, to: carol, value: 50n }, 32);
  },
  minimumHolders: async (world) => {
    const { bind, alice, bob, carol } = world;
    await bind([{ rule: "minimumHolders", atLeast: 2 }]);
    await expectCode(world, { to: alice, value: 100n }, 0);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 99n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 33);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, value: 100n }, 33);
    await expectCode(world, { from: alice, value: 99n }, 0);
  },
  balanceCap: async (world) => {
    const { bind, alice, alicesOther, bob, carol } = world;
    await bind([{ rule: "balanceCap", shares: "150", percent: "50" }]);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { to: alicesOther, value: 50n }, 0);
    await expectCode(world, { to: alicesOther, value: 51n }, 34);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 34);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 100n }, 0);
    await expectCode(world, { from: alice, value: 50n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 99n });
    await expectCode(world, { from: bob, to: alice, value: 1n }, 34);
  },
  minimumHolding: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "minimumHolding", shares: "10" }]);
    await expectCode(world, { to: alice, value: 9n }, 35);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 9n }, 35);
    await expectCode(world, { from: alice, to: bob, value: 91n }, 35);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 1n }, 0);
    await expectCode(world, { from: alice, value: 91n }, 35);
  },
  lockUp: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "lockUp", for: "30 days" }]);
    await make(world, { to: alice, value: 100n });
    await world.networkHelpers.time.increase(30 * DAY);
    await make(world, { to: alice, value: 50n });
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 101n }, 36);
    await expectCode(world, { from: alice, value: 101n }, 36);
    await expectCode(world, { from: alice, to: alicesOther, value: 150n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 60n });
    await expectCode(world, { from: alicesOther, to: bob, value: 60n }, 0);
    await make(world, { from: alicesOther, to: bob, value: 60n });
    await expectCode(world, { from: alice, to: bob, value: 41n }, 36);
    await expectCode(world, { from: bob, to: alice, value: 1n }, 36);
  },
  rollingVolume: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "rollingVolume", shares: "10", within: "11 days" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 11n }, 37);
    await expectCode(world, { from: alice, to: alicesOther, value: 50n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 50n });
    await make(world, { from: alicesOther, to: bob, value: 6n });
    await expectCode(world, { from: alice, to: bob, value: 4n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 5n }, 37);
    await expectCode(world, { from: alice, value: 5n }, 37);
    await world.shares.forcedTransfer(alice, bob, REIT, 20n);
    await expectCode(world, { from: alice, to: bob, value: 4n }, 0);
    await world.networkHelpers.time.increase(12 * DAY);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
  },
  flowback: async (world) => {
    const { bind, alice, bob, dora, erin } = world;
    const ends = (await world.networkHelpers.time.latest()) + 40 * DAY;
    const until = new Date((ends - 1) * 1_000).toISOString().replace(".000Z", "Z");
    await bind([{ rule: "flowback", into: "US", until }]);
    for (const to of [alice, dora]) await make(world, { to, value: 100n });
    await expectCode(world, { to: alice, value: 1n }, 0);
    await expectCode(world, { from: dora, to: bob, value: 1n }, 38);
    await expectCode(world, { from: dora, to: erin, value: 1n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await expectCode(world, { from: dora, value: 1n }, 0);
    await world.networkHelpers.time.increaseTo(ends);
    await expectCode(world, { from: dora, to: bob, value: 1n }, 0);
  },
  sanctions: async (world) => {
    const { bind, list, alice, alicesOther, bob } = world;
    await bind([{ rule: "sanctions" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await list.setSanctioned([bob, alicesOther], true);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 39);
    await expectCode(world, { from: alice, to: alicesOther, value: 1n }, 39);
    await expectCode(world, { to: bob, value: 1n }, 39);
    await list.setSanctioned([alice], true);
    await expectCode(world, { from: alice, value: 1n }, 39);
  },
  disclosure: async (world) => {
    const { bind, answers, alice, bob } = world;
    await bind([{ rule: "disclosure" }]);
    await expectCode(world, { to: alice, value: 1n }, 40);
    await answers.setAcknowledged(REIT, alice, true);
    await expectCode(world, { to: alice, value: 1n }, 0);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 40);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  custody: async (world) => {
    const { bind, answers, alice, bob } = world;
    await bind([{ rule: "custody" }]);
    await expectCode(world, { to: alice, value: 1n }, 41);
    await answers.setBacked(REIT, true);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await answers.setBacked(REIT, false);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 41);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  fullTransfer: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "fullTransfer" }]);
    await make(world, { to: alice, value: 100n });
    await make(world, { from: alice, to: alicesOther, value: 30n });
    await expectCode(world, { from: alice, to: bob, value: 70n }, 42);
    await expectCode(world, { from: alicesOther, to: alice, value: 30n }, 0);
    await make(world, { from: alicesOther, to: alice, value: 30n });
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 99n }, 42);
    await expectCode(world, { from: alice, value: 99n }, 42);
  },
  manualApproval: async (world) => {
    const { bind, approvals, alice, alicesOther, bob } = world;
    await bind([{ rule: "manualApproval" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 43);
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, value: 10n }, 0);
    await approvals.approve(REIT, alice, bob, 10n, 4_000_000_000n);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await world.shares.forcedTransfer(alice, bob, REIT, 10n);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await make(world, { from: alice, to: bob, value: 10n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 43);
  },
  route: async (world) => {
    const { bind, answers, alice, bob, dora } = world;
    await bind([{ rule: "route", assetClass: "fine-art" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: dora, value: 1n }, 44);
    await answers.setRoute(domainOfCountry(840), domainOfCountry(250), routeClassOf("fine-art"), true);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 44);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  attributes: async (world) => {
    const { bind, alice, bob, carol, dora, erin } = world;
    const receiver = {
      any: [{ all: [{ country: ["FR"] }, { not: { anyFlag: "omnibus" } }] }, { anyClass: "accredited" }],
    };
    await bind([{ rule: "attributes", receiver }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { to: carol, value: 1n }, 45);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: erin, value: 1n }, 45);
    await expectCode(world, { from: alice, to: carol, value: 1n }, 45);
  },
  holderQuota: async (world) => {
    const { bind, alice, alicesOther, bob, carol, dora, erin } = world;
    await bind([{ rule: "holderQuota", countries: { US: 2 }, classes: { retail: 1 } }]);
    for (const to of [alice, dora]) await make(world, { to, value: 100n });
    await expectCode(world, { to: bob, value: 1n }, 0);
    await expectCode(world, { to: carol, value: 1n }, 46);
    await expectCode(world, { from: dora, to: carol, value: 100n }, 0);
    await expectCode(world, { from: dora, to: carol, value: 99n }, 46);
    await make(world, { to: bob, value: 100n });
    await expectCode(world, { from: dora, to: carol, value: 100n }, 46);
    await expectCode(world, { from: alice, to: alicesOther, value: 100n }, 0);
    await expectCode(world, { from: alice, to: erin, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
  },
};
