import { count } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportData } from "../report-data.ts";

/** The part of the page that proves itself: its script recomputes the hashes of a trade. */
export function checkSection({ proofs }: ReportData): Html {
  if (proofs.trades.length === 0) return html`<p>No trade was accepted, so there is none to prove.</p>${fields([])}`;
  const options = proofs.trades.map(
    ({ holder, matchNumber }, place) => html`<option value="${place}">${holder}, match ${matchNumber}</option>
`,
  );

  return html`<p>You need not believe this page. It carries one trade of each of ${count(proofs.trades.length, "holder")}: the receipt, byte for byte, and the hashes that lead from it to the hash of the whole batch. Pick one; your
browser recomputes every hash on the way, without asking anybody. Then change a byte, and see it fail.</p>
<noscript><p class="verdict bad">This section needs its script, and scripts are off. The rest of the report does without.</p></noscript>
${fields(options)}
<p class="note">What no page can prove is that the last hash is on the chain. This one was read from the settlement desk <code class="address">${proofs.desk}</code>, batch ${proofs.header.number}; ask a node of your own for
<code>batchOf(${proofs.header.number})</code> and compare: <code class="address">${proofs.batchHash}</code></p>`;
}

function fields(options: readonly Html[]): Html {
  const hidden = options.length === 0 ? html` hidden` : "";
  return html`<div class="checker"${hidden}>
<form id="check-form">
<p class="field"><label for="check-holder">Holder</label><select id="check-holder">${options}</select></p>
<p class="field grow"><label for="check-query">Or a match number, holder or trade id</label><input id="check-query" autocomplete="off" spellcheck="false" aria-describedby="check-found"></p>
<p class="field"><button type="submit">Find</button></p>
</form>
<p id="check-found" class="found" aria-live="polite"></p>
<p class="field"><label for="check-bytes">The receipt, 64 bytes; change what you like</label><textarea id="check-bytes" rows="4" spellcheck="false" autocapitalize="off" autocomplete="off" aria-describedby="check-words"></textarea></p>
<p id="check-words" class="how"></p>
<p class="buttons"><button type="button" id="check-change">Add one share</button><button type="button" id="check-restore" class="quiet">Put the true bytes back</button></p>
<p id="check-verdict" class="verdict" role="status"></p>
<ol id="check-steps" class="steps"></ol>
<details><summary>Everything that goes into the hashes</summary><div class="scroll" role="region" tabindex="0" aria-label="What goes into the hashes"><pre id="check-parts"></pre></div></details>
</div>`;
}
