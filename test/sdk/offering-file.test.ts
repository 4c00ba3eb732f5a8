import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { MoietyError } from "../../sdk/errors.ts";
import { readOfferingFile } from "../../sdk/offering-file.ts";
import { readSubscriptionFile } from "../../sdk/subscription-file.ts";

const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BOB = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const HEADER = "address,shares,maxCost,referrer,nonce,signature";

/** Everything that an offering file can say. */
const FULL = {
  schema: "moiety.offering/1",
  asset: 7,
  sale: "first-come",
  decimals: 6,
  tiers: [
    { upTo: 100, price: "2.50" },
    { upTo: 1000, price: "3" },
  ],
  softCap: 400,
  minTicket: 10,
  maxPerInvestor: 500,
  classCaps: [{ classes: ["retail", "professional"], most: 300 }],
  opensAt: "2027-01-01",
  closesAt: "2027-01-31",
  cancelUntil: "2027-01-15",
  feeBps: 500,
  referral: { commissionBps: 200, referrers: [ALICE] },
  retained: { shares: 50, account: BOB },
  lockUp: { from: "2027-02-01", cliff: "2027-08-01", until: "2029-02-01" },
  source: "made up",
};

describe("offering files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-offering-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  async function problemOf(promise: Promise<unknown>) {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof MoietyError)) throw new Error(`it was not refused: ${error}`);
    return error.problem;
  }

  const offeringFile = async (changes: object) => write("offering.json", JSON.stringify({ ...FULL, ...changes }));

  it("give an offering in the units of the chain", async () => {
    const plan = await readOfferingFile(await offeringFile({}));

    expect(plan).to.deep.equal({
      ...{ asset: 7n, decimals: 6, isReservation: false, softCap: 400n, hardCap: 1_000n, minTicket: 10n },
      tiers: [
        { upTo: 100n, price: 2_500_000n },
        { upTo: 1_000n, price: 3_000_000n },
      ],
      classCaps: [{ classes: 3, most: 300n }],
      maxPerInvestor: 500n,
      ...{ opensAt: 1_798_761_600n, closesAt: 1_801_439_999n, cancelUntil: 1_800_057_599n },
      ...{ feeBps: 500n, commissionBps: 200n, referrers: [ALICE], retained: 50n, retainedBy: BOB },
      lockUp: { from: 1_801_440_000n, cliff: 1_817_078_400n, until: 1_864_598_400n },
    });
  });

  it("need no more than price, caps, window and source", async () => {
    const { schema, asset, softCap, closesAt, source } = FULL;
    const least = { schema, asset, softCap, closesAt, source, tiers: [{ upTo: 400, price: "1" }] };

    const plan = await readOfferingFile(await write("least.json", JSON.stringify(least)));

    expect(plan).to.deep.include({
      hardCap: 400n,
      minTicket: 1n,
      opensAt: undefined,
      cancelUntil: 0n,
      lockUp: undefined,
    });
  });

  it("are refused with all that contradicts itself", async () => {
    const path = await offeringFile({
      sale: "reservation",
      tiers: [
        { upTo: 100, price: "0.00" },
        { upTo: 90, price: "1" },
      ],
      ...{ softCap: 91, minTicket: 92, closesAt: "2026-12-31", cancelUntil: "2027-01-01" },
    });

    expect(await problemOf(readOfferingFile(path))).to.deep.include({
      what: "the offering file is wrong",
      details: [
        "tiers.0.price: has to be above 0",
        "tiers.1: has to be above the tier before it, in shares and in price",
        "tiers: a reservation has one price",
        "softCap: is above the hard cap of 90 shares",
        "minTicket: is above the hard cap of 90 shares",
        "closesAt: is not after opensAt",
        "cancelUntil: is after closesAt",
      ],
    });
  });

  for (const [field, value, said] of [
    ["schema", "moiety.asset/1", /^schema: /],
    ["tiers", [], /^tiers: /],
    ["tiers", [{ upTo: 10, price: "1,000.00" }], /^tiers\.0\.price: write a plain decimal number/],
    ["tiers", [{ upTo: 10, price: "1e3" }], /^tiers\.0\.price: write a plain decimal number/],
    ["softCap", 1.5, /^softCap: /],
    ["feeBps", 10_001, /^feeBps: /],
    ["classCaps", [{ classes: ["rich"], most: 1 }], /^classCaps\.0\.classes\.0: /],
    ["closesAt", "2027-02-30", /^closesAt: /],
    ["retained", { shares: 1, account: "0x70997970C51812dc3A010C7d01b50e0d17dc79c8" }, /^retained\.account: /],
    ["price", "1", /^file: /],
  ] as const) {
    it(`are refused with ${field} ${JSON.stringify(value)}`, async () => {
      const { details } = await problemOf(readOfferingFile(await offeringFile({ [field]: value })));
      expect(details?.[0]).to.match(said);
    });
  }

  it("are refused with a price of more decimals than the currency has", async () => {
    const path = await offeringFile({ tiers: [{ upTo: 1000, price: "1.0000001" }] });
    const { what } = await problemOf(readOfferingFile(path));
    expect(what).to.equal('tiers.0.price "1.0000001" has 7 decimals, 6 are allowed');
  });

  describe("subscriptions", () => {
    it("are read with or without the buyer's signature", async () => {
      const path = await write("ok.csv", `${HEADER}\r\n${ALICE},100,250.00,,,\r\n${BOB}, 5 ,12.5,${ALICE},77,0xab\r\n`);

      const { rows, notes } = await readSubscriptionFile(path, ",", 6);

      expect(rows.map(({ row }) => row)).to.deep.equal([
        {
          ...{ address: ALICE, shares: 100n, maxCost: 250_000_000n },
          ...{ referrer: undefined, nonce: undefined, signature: undefined },
        },
        { address: BOB, shares: 5n, maxCost: 12_500_000n, referrer: ALICE, nonce: 77n, signature: "0xab" },
      ]);
      expect(notes).to.deep.equal(['line 3, shares: spaces around "5" were ignored']);
    });

    it("are refused with every bad cell and its line", async () => {
      const path = await write(
        "bad.csv",
        [
          HEADER,
          `${ALICE},0,1.00,,,`,
          `${BOB},1e3,1.0000001,,,`,
          `${BOB.toLowerCase()},1.5,"1,000",0x12,,`,
          "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293bc,5,,,x,zz",
        ].join("\n"),
      );

      const { details = [] } = await problemOf(readSubscriptionFile(path, ",", 6));

      for (const said of [
        /^line 2, shares: nothing is subscribed/,
        /^line 3, shares: number of shares "1e3" is not a plain decimal number/,
        /^line 3, maxCost: cost "1\.0000001" has 7 decimals, 6 are allowed/,
        /^line 4, address: ".*" is on line 3 already/,
        /^line 4, shares: number of shares "1\.5" has 1 decimals, 0 are allowed/,
        /^line 4, maxCost: cost "1,000" is not a plain decimal number/,
        /^line 4, referrer: /,
        /^line 5, address: /,
        /^line 5, maxCost: /,
        /^line 5, nonce: /,
        /^line 5, signature: "zz" is not a signature/,
      ]) {
        expect(
          details.some((detail) => said.test(detail)),
          `${said} in\n${details.join("\n")}`,
        ).to.equal(true);
      }
    });

    it("are refused with a signature without its nonce, or a nonce without its signature", async () => {
      const path = await write("half.csv", `${HEADER}\n${ALICE},1,1,,,0xab\n${BOB},1,1,,5,\n`);

      expect(await problemOf(readSubscriptionFile(path, ",", 6))).to.deep.include({
        what: "a signature needs its nonce, and a nonce its signature",
        details: [
          "line 2, nonce, signature: only one of them is there",
          "line 3, nonce, signature: only one of them is there",
        ],
      });
    });

    it("are refused with another header", async () => {
      const path = await write("header.csv", `investor,shares,max_cost\n${ALICE},1,1\n`);
      expect(await problemOf(readSubscriptionFile(path, ",", 6))).to.have.property("what", "the header is wrong");
    });
  });
});
