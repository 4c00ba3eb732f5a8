import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { usd, whole } from "../../report/format.ts";
import { findChromium, openChromium } from "../helpers/chromium.ts";
import { type SmallReport, smallReport } from "../helpers/small-report.ts";

/** Not committed; for people to look at. */
const SCREENSHOTS = join("runs", "screenshots");
const SLOW_MS = 180_000;
const WIDTHS = [320, 1280] as const;
const SCHEMES = ["light", "dark"] as const;

const chromium = findChromium();

if (chromium === undefined) {
  describe("report in a browser", () => {
    it("was not run, because there is no Chromium here: install it, or name it in CHROMIUM_PATH", () => {
      console.log("    The report was not opened in a browser: no Chromium at CHROMIUM_PATH or /usr/bin/chromium.");
    });
  });
} else {
  describe("report in a browser", function () {
    this.timeout(SLOW_MS);

    let browser: Browser;
    let report: SmallReport;
    before(async () => {
      report = await smallReport();
      browser = await openChromium(chromium);
      await mkdir(SCREENSHOTS, { recursive: true });
    });
    after(() => browser?.close());

    /** The report from disk, with all that it complained about or asked for. */
    async function open(options: { width?: number; scheme?: "light" | "dark" } = {}) {
      const { width = 1280, scheme = "light" } = options;
      const context = await browser.newContext({
        locale: "en-US",
        colorScheme: scheme,
        reducedMotion: "reduce",
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => requests.push(request.url()));
      const url = pathToFileURL(report.path).href;
      await page.goto(url);
      return { page, complaints, requests, url, close: () => context.close() };
    }

    for (const width of WIDTHS) {
      for (const scheme of SCHEMES) {
        it(`is accessible, fits and asks for nothing at ${width} px in ${scheme}`, async () => {
          const { page, complaints, requests, url, close } = await open({ width, scheme });
          await page.screenshot({ path: join(SCREENSHOTS, `report-${width}-${scheme}.png`), fullPage: true });
          for (const summary of await page.locator("summary").all()) await summary.click();

          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).to.deep.equal([]);
          expect(await page.evaluate("document.documentElement.scrollWidth"), "no sideways scrolling").to.equal(width);
          expect([complaints, requests]).to.deep.equal([[], [url]]);
          await close();
        });
      }
    }

    it("shows the figures of the summary", async () => {
      const { page, close } = await open();
      const { asset, trades, income } = report.summary;
      const row = (name: RegExp) => page.getByRole("row", { name });

      expect(await page.title()).to.equal(`${asset.name}: report of a demonstration run – Moiety`);
      expect(await page.getByRole("heading", { level: 1 }).textContent()).to.equal(asset.name);
      expect(await row(/^Paid to the issuer/).textContent()).to.include(usd(asset.proceeds));
      expect(await row(/^Deposited USD/).textContent()).to.include(usd(income.deposit));
      expect(await row(/^Paid to 125 holders/).textContent()).to.include(usd(income.paid));
      expect(await page.locator(".key").textContent()).to.include(
        `${whole(trades.accepted)}of ${whole(trades.submitted)}`,
      );
      expect(await page.getByRole("table", { name: "The 10 largest holders" }).getByRole("row").count()).to.equal(12);
      await close();
    });

    it("confirms a genuine trade, and refuses it after one byte was changed", async () => {
      const { page, complaints, close } = await open();
      await page.getByLabel("Holder", { exact: true }).selectOption({ index: 7 });
      await confirmed(page);
      expect(await page.locator("#check-steps code").last().textContent()).to.equal(report.summary.batchHash);

      const bytes = page.getByLabel("The receipt, 64 bytes");
      const genuine = await bytes.inputValue();
      await bytes.fill(genuine.slice(0, -1) + (genuine.endsWith("0") ? "1" : "0"));
      await refused(page);
      await page.getByRole("button", { name: "Put the true bytes back" }).click();
      expect(await bytes.inputValue()).to.equal(genuine);
      await confirmed(page);
      await page.getByRole("button", { name: "Add one share" }).click();
      await refused(page);

      await bytes.fill("0x12");
      expect(await page.locator("#check-verdict").textContent()).to.equal("These bytes are no receipt.");
      expect(await bytes.getAttribute("aria-invalid")).to.equal("true");
      expect(complaints).to.deep.equal([]);
      await close();
    });

    it("confirms a trade of every holder that it carries", async () => {
      const { page, close } = await open();
      const holder = page.getByLabel("Holder", { exact: true });
      const count = await holder.locator("option").count();

      expect(count).to.be.greaterThan(100);
      for (let place = 0; place < count; place++) {
        await holder.selectOption({ index: place });
        await confirmed(page);
      }
      await close();
    });

    it("finds a trade by its id, its match number or its holder, and says when it has none", async () => {
      const { page, close } = await open();
      const query = page.getByLabel("Or a match number, holder or trade id");
      const found = page.locator("#check-found");
      await page.getByLabel("Holder", { exact: true }).selectOption({ index: 20 });
      const [sentence, receipt] = [await found.textContent(), await page.getByLabel("The receipt").inputValue()];
      await page.getByLabel("Holder", { exact: true }).selectOption({ index: 0 });

      await query.fill(` ${receipt.slice(0, 66).toUpperCase().replace("0X", "0x")} `);
      await page.getByRole("button", { name: "Find" }).click();
      expect(matchOf(await found.textContent())).to.equal(matchOf(sentence));
      await query.fill("h-002");
      await query.press("Enter");
      expect(await found.textContent()).to.include(": H-002 ");

      await query.fill("<b>nobody</b>");
      await query.press("Enter");
      expect(await found.textContent()).to.include('No trade in this page has "<b>nobody</b>".');
      expect(await query.getAttribute("aria-invalid")).to.equal("true");
      await close();
    });

    it("can be used by keyboard alone, and always shows where the focus is", async () => {
      const { page, close } = await open({ width: 320 });
      await page.keyboard.press("Tab");
      expect(await focus(page)).to.equal("Skip to the report");
      await page.keyboard.press("Enter");
      await tabTo(page, "summary", "The other 115 holders");
      await page.keyboard.press("Enter");
      expect(await page.getByRole("table", { name: "The other 115 holders" }).isVisible()).to.equal(true);

      await tabTo(page, "select");
      await page.keyboard.press("ArrowDown");
      await confirmed(page);
      await tabTo(page, "button", "Add one share");
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).to.equal("solid");
      await page.keyboard.press("Space");
      await refused(page);
      await tabTo(page, "button", "Put the true bytes back");
      await page.keyboard.press("Enter");
      await confirmed(page);
      await close();
    });
  });
}

async function confirmed(page: Page): Promise<void> {
  expect(await page.getByRole("status").textContent()).to.match(/^All 5 steps agree: this receipt is part of batch 1,/);
  expect(await page.locator("#check-steps .step.good").count()).to.equal(5);
}

async function refused(page: Page): Promise<void> {
  expect(await page.getByRole("status").textContent()).to.match(/^5 of 5 steps do not agree/);
  expect(await page.locator("#check-steps .step.bad").count()).to.equal(5);
}

function matchOf(sentence: string | null): string | undefined {
  return /^Match \d+:/.exec(sentence ?? "")?.[0];
}

async function focus(page: Page): Promise<string> {
  return String(await page.evaluate("document.activeElement.textContent"));
}

const MOST_TABS = 200;

/** Presses Tab until a `tag` with `text` has the focus. */
async function tabTo(page: Page, tag: string, text = ""): Promise<void> {
  for (let press = 0; press < MOST_TABS; press++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate("document.activeElement.localName");
    if (name === tag && (await focus(page)).includes(text)) return;
  }
  throw new Error(`no ${tag} "${text}" can be reached by Tab`);
}
