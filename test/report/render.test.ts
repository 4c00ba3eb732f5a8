import { createHash } from "node:crypto";
import { expect } from "chai";
import { money, percentOf, usd, whole } from "../../report/format.ts";
import { type ReportData, renderReport } from "../../report/index.ts";
import { sampleReport } from "../helpers/sample-report.ts";
import { smallReport } from "../helpers/small-report.ts";

const SCRIPT = "void 0;";
const SLOW_MS = 120_000;

/** The page's words alone, each run of white space one blank. */
function wordsOf(page: string): string {
  return page
    .replaceAll(/<(style|script)[^>]*>.*?<\/\1>/gs, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
}

/** The sample, with its figures changed. */
function withFigures(change: Partial<ReportData["figures"]>): ReportData {
  const sample = sampleReport();
  return { ...sample, figures: { ...sample.figures, ...change } };
}

/** Every text of the data replaced by `text`, wherever it stands; what has to be a number or a hash stays. */
function poison<T>(value: T, text: string): T {
  const isNumeric = (each: string) => /^(0x[0-9a-f]*|[0-9.]+)$/.test(each);
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each === "bigint") return each.toString();
      return typeof each === "string" && !isNumeric(each) ? text : each;
    }),
  );
}

describe("report", () => {
  describe("escaping", () => {
    const HOSTILE = `"'><script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>&lt;`;

    it("shows hostile names as text, in every place a name can come to", () => {
      const { capTable, ...sample } = sampleReport();
      const holdings = poison(
        capTable.holdings.map(({ reference, address }) => ({ reference, address })),
        HOSTILE,
      ).map((names, place) => ({ ...names, before: BigInt(place), after: 500n }));
      const page = renderReport({ ...poison(sample, HOSTILE), capTable: { ...capTable, holdings } }, SCRIPT);

      expect(page.match(/<script/g), "its own two script elements").to.have.lengthOf(2);
      expect(page).not.to.match(/<img/i);
      expect(page).to.include("&lt;script&gt;alert(1)&lt;/script&gt;").and.to.include("&amp;lt;");
      expect(page.split("&quot;&#39;&gt;&lt;script").length, "places").to.be.greaterThan(15);
    });

    it("keeps hostile text in the embedded proofs within their element", () => {
      const sample = sampleReport();
      const trade = {
        holder: "</script><script>alert(1)</script>",
        bought: true,
        other: "<!--",
        matchNumber: "1",
        receipt: "0x",
        leaf: "0x",
        chunk: 0,
        place: 0,
        proof: [],
      };
      const page = renderReport({ ...sample, proofs: { ...sample.proofs, trades: [trade] } }, SCRIPT);
      const [, json = ""] = /<script type="application\/json" id="proof-book">(.*?)<\/script>/s.exec(page) ?? [];

      expect(json).not.to.include("<");
      expect(JSON.parse(json).trades[0]).to.deep.equal(trade);
    });
  });

  describe("policy", () => {
    it("allows no request, and no script but the one whose hash it names", async () => {
      const { page } = await smallReport();
      const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
      const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script);
      const hash = createHash("sha256")
        .update(scripts[0] ?? "")
        .digest("base64");

      expect(scripts).to.have.lengthOf(1);
      expect(policy.replaceAll("&#39;", "'").split("; ")).to.deep.equal([
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        `script-src 'sha256-${hash}'`,
        "base-uri 'none'",
        "form-action 'none'",
      ]);
    }).timeout(SLOW_MS);

    it("names no address on the network at all", async () => {
      const { page } = await smallReport();

      expect(page).not.to.match(/https?:|wss?:|url\(|@import|<link|\ssrc=|href="(?!#)/i);
    }).timeout(SLOW_MS);
  });

  describe("figures", () => {
    it("are those of the summary", async () => {
      const { page, summary } = await smallReport();
      const words = wordsOf(page);
      const { asset, trades, verify, net, chain, income, batchHash } = summary;

      for (const figure of [
        asset.name,
        usd(asset.proceeds),
        usd(asset.commission),
        `Trades accepted ${whole(trades.accepted)} of ${whole(trades.submitted)}`,
        whole(Math.round(verify.perSecond)),
        whole(Math.round(verify.libraryPerSecond)),
        `${verify.ratio} of the bare native library`,
        `${(net.ratio * 100).toFixed(1)} %`,
        whole(chain.gasPerTrade),
        whole(chain.gasPerTradeOneByOne),
        usd(income.paid),
        usd(income.deposit),
        batchHash,
      ]) {
        expect(words).to.include(figure);
      }
    }).timeout(SLOW_MS);

    it("show both refused buyers with every reason and its next step", async () => {
      const words = wordsOf((await smallReport()).page);

      expect(words).to.include("Refused: an accredited investor from France (1 reason)");
      expect(words).to.include("Choose a receiver from an allowed country");
      expect(words).to.include("Refused: an American investor who is not accredited (1 reason)");
      expect(words).to.include("Ask the registrar to verify the receiver");
      expect(words).to.include("108 BuySignatureInvalid 1 ");
    }).timeout(SLOW_MS);

    it("show a dash and its reason where nothing is known, and never a zero", () => {
      const figures = withFigures({
        machine: { cpu: "unknown", cores: 1, memoryGiB: 1, node: "v26" },
        trades: { submitted: 1, accepted: 0 },
        verify: { ...sampleReport().figures.verify, ratio: Number.NaN },
        chain: {
          milliseconds: 0,
          transactions: 2,
          gasTotal: 1n,
          gasPerTrade: 0,
          gasPerTradeOneByOne: 0,
          tradesOneByOne: 0,
        },
        net: { chunks: 1, positions: 0, ratio: 0, sharesRatio: 0 },
      });
      const words = wordsOf(renderReport(figures, SCRIPT));

      expect(words).to.include("Gas per trade, netted; beside one by one — not known: no trade was accepted");
      expect(words).to.include("Cash that never moved — not known: no trade was accepted");
      expect(words).to.include("Processor — not known: the system does not say");
      expect(words).to.include("— not known: the library was not measured");
      expect(words).not.to.match(/NaN|Infinity|undefined|null/);
    });

    it("show the rows in which we lose", () => {
      const words = wordsOf(renderReport(sampleReport(), SCRIPT));

      expect(words).to.match(/Signatures per second;[^.]* 900 1,000 0\.9 we lose/);
      expect(words).to.match(/Gas per trade, netted;[^.]* 10,000 200,000 20\.0 times less we win/);
    });

    it("say plainly that chain and executor do not agree, and that money is missing", () => {
      const income = { deposit: 10_000_000n, perShare: 1n, paid: 9_000_000n, holders: 2, carried: 1n };
      const words = wordsOf(renderReport(withFigures({ reconciled: false, income }), SCRIPT));

      expect(words).to.include("do not agree. Do not rely on these figures.");
      expect(words).to.include("does not tie out").and.to.include("USD 0.999999");
    });

    it("say when holders are missing from the cap table", () => {
      const sample = sampleReport();
      const capTable = { ...sample.capTable, supplyAfter: 1_010n };

      expect(wordsOf(renderReport({ ...sample, capTable }, SCRIPT))).to.include(
        "10 shares of 1,010 in issue are held by accounts that are not listed here.",
      );
    });

    it("show each painting's money, and whether the dealer's figure ties out", () => {
      const painting = {
        title: "View of Nowhere",
        artist: "Nemo",
        units: 6n,
        fractions: ["1/2", "1/3", "1/6"],
        purchase: { date: "1899-05", amount: "1200.50", currency: "GBP" },
        sale: null,
        dealerShareRecorded: "600.00",
        dealerSharePaid: "600.25",
        dealerProceeds: null,
        tiesOut: false,
        difference: "-0.25",
        basis: "recorded",
        note: "The book rounds.",
      };
      const words = wordsOf(renderReport(withFigures({ paintings: [painting] }), SCRIPT));

      expect(words).to.include(
        "View of Nowhere Nemo GBP 1,200.50 1899-05 1/2 + 1/3 + 1/6 6 units — not known: no sale",
      );
      expect(words).to.include("GBP 600.25 GBP 600.00 does not tie out by GBP −0.25 The book rounds.");
    });
  });

  describe("numbers", () => {
    it("are exact, however large", () => {
      expect(usd(123_456_789_012_345_678_901_234_567n)).to.equal("USD 123,456,789,012,345,678,901.234567");
      expect(usd("17500")).to.equal("USD 0.0175");
      expect(usd(-1_500_000n)).to.equal("USD −1.50");
      expect(money("FRF", "-1000.5")).to.equal("FRF −1,000.5");
      expect(percentOf(1n, 8n)).to.equal("12.50 %");
      expect(percentOf(1n, 3n)).to.equal("33.33 %");
      expect(percentOf(2n, 3n)).to.equal("66.67 %");
    });
  });
});
