import type { ThroughputReport } from "../../executor/index.ts";
import { html, trusted } from "../html.ts";
import { loadSection } from "./load-section.ts";
import { machineSection } from "./machine-section.ts";
import { overviewSection } from "./overview-section.ts";
import { THROUGHPUT_STYLE } from "./style.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page: it loads nothing and runs nothing. Nothing in `report` is trusted; it may come from a file. */
export function renderThroughput(report: ThroughputReport): string {
  const loads = report.loads.map((load, place) => ({ id: `load-${place}`, title: load.shape, load }));
  const sections = [
    { id: "overview", title: "Overview", body: overviewSection(report) },
    ...loads.map(({ id, title, load }) => ({ id, title: `Workload ${title}`, body: loadSection(id, load) })),
    { id: "machine", title: "Machine and method", body: machineSection(report) },
  ];

  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Throughput of the settlement engine – Moiety</title>
<style>${trusted(THROUGHPUT_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header class="top"><div class="wide"><p class="brand">Moiety</p><p class="kind">Throughput of the settlement engine</p></div></header>
<div class="frame wide">
<nav aria-label="Sections"><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main id="main" tabindex="-1">
${sections.map(
  ({ id, title, body }, place) => html`<section id="${id}" aria-labelledby="${id}-title">
${place === 0 ? html`<h1>How fast it settles</h1>` : ""}
<h2 id="${id}-title">${title}</h2>
${body}</section>
`,
)}</main>
</div>
<footer><div class="wide"><p>Every rate is of results that equal those of a serial run, batch by batch. Workloads are made up and the same for the same seed.</p></div></footer>
</body>
</html>
`.text;
}
