import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { formatDuration, parseDuration } from "../../sdk/duration.ts";
import { MoietyError } from "../../sdk/errors.ts";
import { decodeCountries, encodeCountries } from "../../sdk/rules/country-set.ts";
import { compileExpression, decompileExpression } from "../../sdk/rules/expression.ts";
import { RULE_KINDS, ruleEntrySchema, ruleKindOf } from "../../sdk/rules/rule-kinds.ts";
import { PRESETS_FOLDER, readRules } from "../../sdk/rules/rules-file.ts";
import { deployRule } from "../helpers/rule-world.ts";

const { ethers } = await network.create();

const SOME_CONTRACT = "0x00000000219ab540356cBB839Cbe05303d7705Fa";

/** An entry of each kind as a file has it, its parameters where they are easily read, and its words. */
const ENTRIES: Readonly<Record<string, readonly [entry: object, words: string, parameters?: string]>> = {
  country: [
    { allow: ["FR", "US"] },
    "Only investors of France (250), United States of America (840) may come to hold it.",
  ],
  investorClass: [
    { anyOf: "accredited+institutional" },
    "Only accredited or institutional investors may come to hold it.",
    "0x000c",
  ],
  holderCount: [{ atMost: 1999 }, "At most 1999 investors hold it.", "0x000007cf"],
  minimumHolders: [{ atLeast: 100 }, "Nobody leaves while 100 investors or fewer hold it.", "0x00000064"],
  balanceCap: [
    { shares: "1000", percent: "9.8" },
    "An investor comes to hold at most 1000 shares and 9.8 % of all (not asked of issues).",
    "0x00000000000003e803d4",
  ],
  minimumHolding: [{ shares: "10" }, "An investor holds nothing, or at least 10 shares.", "0x000000000000000a"],
  lockUp: [{ for: "365 days" }, "Shares are passed on or redeemed 365 days after they were acquired.", "0x01e13380"],
  rollingVolume: [
    { shares: "1000", within: "90 days" },
    "An investor passes on at most 1000 shares within any 90 days.",
    "0x00000000000003e80076a700",
  ],
  flowback: [
    { into: "US", until: "2099-12-31T23:59:59Z" },
    "Until 2099-12-31T23:59:59Z, nobody outside United States of America (840) transfers it to an investor inside.",
    "0x03480000f4865700",
  ],
  sanctions: [{ contract: SOME_CONTRACT }, `Nobody on the list of ${SOME_CONTRACT} sends or receives it.`],
  disclosure: [
    { contract: SOME_CONTRACT },
    `Only who has acknowledged its disclosures at ${SOME_CONTRACT} may come to hold it.`,
  ],
  custody: [
    { contract: SOME_CONTRACT },
    `It moves only while ${SOME_CONTRACT} says that it is backed; redemptions go on.`,
    SOME_CONTRACT.toLowerCase(),
  ],
  fullTransfer: [{}, "An investor passes on the whole holding, or nothing.", "0x"],
  manualApproval: [{}, "Compliance approves every transfer between two investors beforehand.", "0x"],
  route: [
    { contract: SOME_CONTRACT, assetClass: "fine-art" },
    `It goes from one country to another only where ${SOME_CONTRACT} has a route open for "fine-art".`,
    `${SOME_CONTRACT.toLowerCase()}66696e652d617274${"00".repeat(24)}`,
  ],
  attributes: [
    {
      receiver: {
        all: [
          { any: [{ not: { country: ["US"] } }, { anyClass: "accredited" }] },
          { verifiedFor: "30 days" },
          { not: { anyFlag: "omnibus" } },
          { allClasses: "retail+accredited" },
        ],
      },
    },
    "Only an investor ((not of United States of America (840) or who is accredited) and verified for another 30 days and not marked omnibus and who is retail and accredited) may come to hold it.",
    "0x010103481002000412020500278d00040004100300051104",
  ],
  holderQuota: [
    { countries: { FR: 149, US: 100 }, classes: { retail: 35 } },
    "Of its holders, at most 149 of France (250), 100 of United States of America (840), 35 retail.",
    "0x0100fa000000950103480000006402000100000023",
  ],
};

/** A folder with one file of rules. */
async function rulesFile(content: object): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "moiety-rules-")), "rules.json");
  await writeFile(path, JSON.stringify({ schema: "moiety.rules/1", name: "test", ...content }));
  return path;
}

/** What is wrong with a file, line by line. */
async function mistakesOf(content: object): Promise<readonly string[]> {
  const failure = await readRules(await rulesFile(content)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof MoietyError)) throw new Error("nothing is wrong with it", { cause: failure });
  return failure.problem.details ?? [failure.problem.what];
}

describe("Rules in files", () => {
  for (const [name, [fields, words, parameters]] of Object.entries(ENTRIES)) {
    it(`say ${name} as the chain does, and read it back`, async () => {
      const asked = ruleEntrySchema.parse({ rule: name, ...fields, source: "somewhere" });
      const encoded = asked.encode({});
      const { entry, words: told } = asked.kind.tell(encoded);

      if (parameters !== undefined) expect(encoded).to.equal(parameters);
      expect(entry).to.deep.equal({ rule: name, ...fields });
      expect(told).to.equal(words);
    });

    it(`give ${name} parameters that its contract takes, under its code`, async () => {
      const { kind } = ruleEntrySchema.parse({ rule: name, ...fields });
      const answers = await ethers.deployContract("MockAnswers");
      const address = await answers.getAddress();
      const entry = { rule: name, ...fields, ...("contract" in fields ? { contract: address } : {}) };
      const args = { ManualApprovalRule: [address, address], RollingVolumeRule: [address] };
      const rule = await deployRule(
        ethers,
        kind.contract,
        Object.entries(args).find(([each]) => each === kind.contract)?.[1],
      );

      await rule.validate(ruleEntrySchema.parse(entry).encode({}));
      expect(await rule.contract.getFunction("code").staticCall()).to.equal(BigInt(kind.code));
      expect(((await rule.traits()) & 32n) !== 0n, "gross only").to.equal(kind.grossOnly);
    });
  }

  it("know every rule", () => {
    expect(RULE_KINDS.map(({ name }) => name).toSorted()).to.deep.equal(Object.keys(ENTRIES).toSorted());
    expect(RULE_KINDS.map(({ code }) => code)).to.deep.equal(Array.from({ length: 17 }, (_, place) => 30 + place));
    expect(() => ruleKindOf("luck")).to.throw('"luck" is not a rule');
  });

  it("say deny lists, single limits and single quotas as they were written", () => {
    for (const entry of [
      { rule: "country", deny: ["US"] },
      { rule: "balanceCap", shares: "5" },
      { rule: "balanceCap", percent: "100" },
      { rule: "route", contract: SOME_CONTRACT },
      { rule: "holderQuota", classes: { retail: 0 } },
      { rule: "holderQuota", countries: { US: 1 } },
      { rule: "attributes", receiver: { any: [{ anyFlag: "liquidateOnly" }] } },
    ]) {
      const asked = ruleEntrySchema.parse(entry);
      expect(asked.kind.tell(asked.encode({})).entry).to.deep.equal(entry);
    }
  });

  it("name a country without a name in ISO by its number, and an unknown flag by its bits", () => {
    expect(ruleKindOf("flowback").tell("0x03e70000f4865700").entry).to.deep.include({ into: "999" });
    expect(ruleKindOf("attributes").tell("0x040100").words).to.equal(
      "Only an investor marked 256 may come to hold it.",
    );
    expect(ruleKindOf("country").tell(encodeCountries({ deny: [840] })).words).to.equal(
      "Investors of all countries may come to hold it, but those of United States of America (840).",
    );
  });

  it("ask the deployment's own contracts where they name none", () => {
    const own = { SanctionsList: SOME_CONTRACT, CustodyDesk: SOME_CONTRACT, TransferDomains: SOME_CONTRACT };

    for (const rule of ["sanctions", "custody"]) {
      expect(ruleEntrySchema.parse({ rule }).encode(own)).to.equal(SOME_CONTRACT.toLowerCase());
    }
    expect(ruleEntrySchema.parse({ rule: "route", assetClass: "fine-art" }).encode(own)).to.match(/^0x0{8}219ab5/);
    expect(() => ruleEntrySchema.parse({ rule: "disclosure" }).encode(own)).to.throw("has no Disclosures");
  });

  it("refuse parameters of another length", () => {
    for (const { name, tell } of RULE_KINDS) {
      expect(() => tell("0x0102030405060708090a0b0c0d0e0f"), name).to.throw(MoietyError);
    }
  });

  it("keep countries apart in 125 bytes", () => {
    expect(() => encodeCountries({ allow: [0] })).to.throw("0 is not the number of a country");
    expect(() => encodeCountries({ allow: [1000] })).to.throw("1000 is not the number of a country");
    expect(() => decodeCountries("0x00")).to.throw("1 bytes are not the countries of a rule");
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 100 }), (listed) => {
        const sorted = listed.toSorted((one, other) => one - other);
        expect(decodeCountries(encodeCountries({ allow: [...listed, ...listed] }))).to.deep.equal({ allow: sorted });
        expect(decodeCountries(encodeCountries({ deny: listed }))).to.deep.equal({ deny: sorted });
      }),
    );
  });

  it("refuse expressions that the chain would not take", () => {
    const many = Array.from({ length: 300 }, (_, place) => place + 1);
    const half = { country: many.slice(0, 200) };
    let deep: Parameters<typeof compileExpression>[0] = { anyClass: 4 };
    for (let depth = 0; depth < 64; ++depth) deep = { not: deep };
    let wide: Parameters<typeof compileExpression>[0] = { anyClass: 4 };
    for (let depth = 0; depth < 31; ++depth) wide = { all: [{ anyClass: 1 }, wide] };
    expect(decompileExpression(compileExpression(wide))).to.deep.equal(wide);

    expect(() => compileExpression({ country: many })).to.throw("at most 255 countries");
    expect(() => compileExpression({ any: [half, half] })).to.throw("bytes, 512 are allowed");
    expect(() => compileExpression(deep)).to.throw("65 terms, 64 are allowed");
    expect(() => compileExpression({ all: [{ anyClass: 1 }, wide] })).to.throw("32 answers");
    expect(() => compileExpression({ all: Array.from({ length: 33 }, () => ({ anyClass: 1 })) })).to.throw(
      "32 answers",
    );
  });
});

describe("Durations", () => {
  it("are read and written in the largest unit that holds them", () => {
    for (const text of ["1 day", "40 days", "1 hour", "90 minutes", "1 second", "61 seconds"]) {
      expect(formatDuration(parseDuration(text))).to.equal(text);
    }
    expect(formatDuration(parseDuration("24 hours"))).to.equal("1 day");
    for (const wrong of ["1 year", "6 months", "0 days", "1.5 days", "day", "-1 days", "40", "99999999 days"]) {
      expect(() => parseDuration(wrong), wrong).to.throw(MoietyError);
    }
  });
});

describe("readRules", () => {
  it("reports all mistakes of a file at once", async () => {
    const rules = [
      { rule: "luck" },
      { rule: "country", allow: ["US"], deny: ["FR"] },
      { rule: "country" },
      { rule: "holderCount", atMost: 0 },
      { rule: "balanceCap" },
      { rule: "balanceCap", percent: "100.01" },
      { rule: "minimumHolding", shares: "18446744073709551616" },
      { rule: "holderQuota" },
      { rule: "flowback", into: "US", until: "soon" },
      { rule: "attributes", receiver: { luck: 1 } },
      { rule: "route", assetClass: "" },
      { rule: "sanctions", contract: ZeroAddress.slice(0, -1) },
      { rule: "lockUp", for: "1 year" },
      { rule: "fullTransfer", of: "everything" },
    ];
    const mistakes = await mistakesOf({ rules });

    for (const place of rules.keys()) {
      expect(
        mistakes.some((mistake) => mistake.startsWith(`rules.${place}.`) || mistake.startsWith(`rules.${place}:`)),
        `${JSON.stringify(rules[place])} in ${mistakes.join("\n")}`,
      ).to.equal(true);
    }
    expect(mistakes.join("\n")).to.match(/write one of country, investorClass/);
  });

  it("rejects a rule that is there twice, a preset that is not there, and more than is there left out", async () => {
    const rule = { rule: "holderCount", atMost: 5 };

    expect(await mistakesOf({ rules: [rule, rule] })).to.deep.equal(["rules: holderCount is there twice"]);
    expect(await mistakesOf({ rules: [], preset: "luck" })).to.deep.equal(["the rules cannot be read"]);
    expect(await mistakesOf({ rules: [], preset: "open", without: ["lockUp"] })).to.deep.equal([
      'without: "Open" has no rule lockUp',
    ]);
    await readRules("no/such/file.json").then(
      () => expect.fail("there is no such file"),
      (error: unknown) => expect(String(error)).to.include("the rules cannot be read"),
    );
  });

  it("rejects presets that build on themselves", async () => {
    const folder = `${await mkdtemp(join(tmpdir(), "moiety-rules-"))}/`;
    await writeFile(
      `${folder}loop.json`,
      JSON.stringify({ schema: "moiety.rules/1", name: "loop", preset: "loop", rules: [] }),
    );

    await readRules("loop", folder).then(
      () => expect.fail("it never ends"),
      (error: unknown) => expect(error).to.be.instanceOf(MoietyError),
    );
  });

  it("puts a file's rules in the place of its preset's, adds others behind, and leaves out what it says", async () => {
    const path = await rulesFile({
      preset: "reg-d-506c",
      without: ["lockUp"],
      rules: [
        { rule: "minimumHolding", shares: "10" },
        { rule: "country", allow: ["US", "CA"] },
      ],
    });

    const list = await readRules(path);
    expect(list.rules.map(({ kind }) => kind.name)).to.deep.equal([
      "sanctions",
      "country",
      "investorClass",
      "holderCount",
      "minimumHolding",
    ]);
    expect(list.rules[1]?.encode({})).to.equal(encodeCountries({ allow: [840, 124] }));
    expect(list.sources.length).to.be.greaterThan(3);
    expect(list.notCovered.length).to.be.greaterThan(3);
  });

  it("asks for what a preset cannot know", async () => {
    await readRules("reg-s").then(
      () => expect.fail("nobody has said until when"),
      (error: unknown) => {
        if (!(error instanceof MoietyError)) throw error;
        expect(error.problem.details?.join()).to.match(
          /^flowback: the day on which the distribution compliance period/,
        );
      },
    );
    const own = await rulesFile({ preset: "reg-s", rules: [{ rule: "flowback", into: "US", until: "2099-12-31" }] });
    expect((await readRules(own)).rules.map(({ kind }) => kind.name)).to.deep.equal([
      "sanctions",
      "attributes",
      "flowback",
    ]);
    const without = await rulesFile({ preset: "reg-s", without: ["flowback"], rules: [] });
    expect((await readRules(without)).rules.map(({ kind }) => kind.name)).to.deep.equal(["sanctions", "attributes"]);
  });
});

describe("Presets", () => {
  it("are all there, name their sources, and say what they do not cover", async () => {
    const names = (await readdir(PRESETS_FOLDER)).map((file) => file.replace(".json", ""));
    expect(names.toSorted()).to.deep.equal(["eu-retail", "open", "reg-d-506b", "reg-d-506c", "reg-s"]);

    for (const name of names.filter((each) => each !== "reg-s")) {
      const { rules, sources, notCovered } = await readRules(name);
      expect(rules.length, name).to.be.greaterThan(0);
      expect(sources.length, name).to.be.greaterThan(0);
      expect(notCovered.length, name).to.be.greaterThan(0);
    }
  });

  it("hold the figures of the law", async () => {
    const told = async (name: string) => {
      const { rules } = await readRules(name);
      return rules.flatMap(({ kind, encode }) =>
        kind.name === "sanctions" ? [] : [kind.tell(encode({ SanctionsList: SOME_CONTRACT })).words],
      );
    };

    expect(await told("reg-d-506c")).to.deep.equal([
      "Only investors of United States of America (840) may come to hold it.",
      "Only accredited investors may come to hold it.",
      "At most 1999 investors hold it.",
      "Shares are passed on or redeemed 365 days after they were acquired.",
    ]);
    expect(await told("reg-d-506b")).to.include.members([
      "Only retail or accredited investors may come to hold it.",
      "Of its holders, at most 35 retail.",
    ]);
    expect((await told("eu-retail"))[0]?.match(/\(\d+\)/g)?.length).to.equal(27);
    expect(await told("open")).to.deep.equal([]);
  });
});
