import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { renderThroughput } from "../../report/throughput/render-throughput.ts";
import { linearScale, logScale } from "../../report/throughput/scale.ts";
import { findChromium, openChromium } from "../helpers/chromium.ts";
import { loadReport, throughputReport } from "../helpers/throughput-report.ts";

const SCREENSHOTS = join("runs", "screenshots");
const WIDTHS = [320, 1280] as const;
const SCHEMES = ["light", "dark"] as const;
const chromium = findChromium();

describe("page of throughput", () => {
  it("tells every workload's rate, what was only projected, and the machine", () => {
    const page = renderThroughput(throughputReport());

    for (const words of ["Workload uniform", "Workload hot:0.9", "Projected, not measured", "A processor, 2 cores"]) {
      expect(page).to.include(words);
    }
    expect(page).to.include("31,000 gas per trade over 200 trades in 2 chunks");
    expect(page).to.include("31.5 ms");
  });

  it("asks nobody for anything, and runs nothing", () => {
    const page = renderThroughput(throughputReport());

    expect(page).to.include("default-src &#39;none&#39;");
    expect(page).to.not.match(/<script|<link|<img|url\(|https?:/);
  });

  it("keeps what is put in as text", () => {
    const hostile = '<script>alert("1")</script>';
    const page = renderThroughput(throughputReport({ command: hostile, loads: [loadReport(hostile)] }));

    expect(page).to.not.include("<script>");
    expect(page).to.include("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  });

  it("says why something is missing, and never a zero instead", () => {
    const bare = loadReport("uniform", {
      model: undefined,
      projection: [],
      latencies: [],
      highest: { percentile: "p99", boundMs: 1, perSecond: undefined, isCapped: false, trials: [] },
      durability: undefined,
    });
    const page = renderThroughput(throughputReport({ loads: [bare], posting: undefined }));

    expect(page).to.include("it takes two worker counts within the machine");
    expect(page).to.include("none of 0 rates held it");
    expect(page).to.include("not measured in this run");
    expect(page).to.not.match(/NaN|undefined|Infinity/);
  });
});

describe("scales", () => {
  it("end at powers around the values, or at round numbers above them", () => {
    const log = logScale([1, 1_024], 2);
    expect([log.place(1), log.place(1_024)]).to.deep.equal([0, 1]);
    expect(log.ticks[0]).to.equal(1);
    expect(log.ticks.length).to.be.at.most(8);
    expect(logScale([5_000, 90_000], 10).ticks).to.deep.equal([1_000, 10_000, 100_000]);
    expect(logScale([10], 10).ticks).to.deep.equal([10, 100]);

    const linear = linearScale([900, 5_400]);
    expect(linear.ticks).to.deep.equal([0, 2_000, 4_000, 6_000]);
    expect([linear.place(0), linear.place(6_000)]).to.deep.equal([0, 1]);
  });
});

if (chromium === undefined) {
  describe("page of throughput in a browser", () => {
    it("was not run, because there is no Chromium here: install it, or name it in CHROMIUM_PATH", () => {
      console.log("    The page was not opened in a browser: no Chromium at CHROMIUM_PATH or /usr/bin/chromium.");
    });
  });
} else {
  describe("page of throughput in a browser", function () {
    this.timeout(180_000);
    let browser: Browser;
    let folder: string;
    let url: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "moiety-throughput-"));
      const path = join(folder, "throughput.html");
      await writeFile(path, renderThroughput(throughputReport()));
      url = pathToFileURL(path).href;
      browser = await openChromium(chromium);
      await mkdir(SCREENSHOTS, { recursive: true });
    });
    after(async () => {
      await browser?.close();
      await rm(folder, { recursive: true });
    });

    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        it(`is accessible and fits at ${width} px in ${colorScheme}`, async () => {
          const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
          const page = await context.newPage();
          const complaints: string[] = [];
          page.on("console", (message) => complaints.push(message.text()));
          await page.goto(url);

          const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
          const { violations } = await new AxeBuilder({ page }).analyze();
          await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = false; })");
          const path = join(SCREENSHOTS, `throughput-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });

          expect(overflow).to.equal(0);
          expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([]);
          expect(complaints).to.deep.equal([]);
          await context.close();
        });
      }
    }
  });
}
