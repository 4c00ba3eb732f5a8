import { createHash } from "node:crypto";
import { html, jsonBlock, trusted } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { capTableSection } from "./sections/cap-table.ts";
import { checkSection } from "./sections/check.ts";
import { moneySection } from "./sections/money.ts";
import { refusalsSection } from "./sections/refusals.ts";
import { storySection } from "./sections/story.ts";
import { throughputSection } from "./sections/throughput.ts";
import { STYLE } from "./style.ts";

const SECTIONS = [
  { id: "story", title: "What happened", render: storySection },
  { id: "holders", title: "Who holds it", render: capTableSection },
  { id: "money", title: "Offering and distributions", render: moneySection },
  { id: "refused", title: "What was refused", render: refusalsSection },
  { id: "settlement", title: "How fast it settled", render: throughputSection },
  { id: "check", title: "Check your own trade", render: checkSection },
] as const;

/**
 * The whole page. It loads nothing: the policy forbids every request, and of scripts allows only the one whose hash it names.
 * Nothing in `data` is trusted; it may come from files.
 */
export function renderReport(data: ReportData, script: string): string {
  const { name } = data.figures.asset;
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;

  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${name}: report of a demonstration run – Moiety</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header class="top"><div class="wide"><p class="brand">Moiety</p><p class="kind">Report of a demonstration run</p></div></header>
<div class="frame wide">
<nav aria-label="Sections"><ol>${SECTIONS.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main id="main" tabindex="-1">
${SECTIONS.map(
  ({ id, title, render }, place) => html`<section id="${id}" aria-labelledby="${id}-title">
${place === 0 ? html`<h1>${name}</h1>` : ""}
<h2 id="${id}-title">${title}</h2>
${render(data)}</section>
`,
)}</main>
</div>
<footer><div class="wide"><p>Made from <code>summary.json</code> and the chain of the same run. The offering is real and its facts are public; investors, trades and income are made up. Not audited, and no offer of securities.</p></div></footer>
<script type="application/json" id="proof-book">${jsonBlock(data.proofs)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.text;
}
