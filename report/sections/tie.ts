import { type Html, html } from "../html.ts";

/** A verdict in words, so that nothing hangs on a colour. */
export function tie(isEven: boolean): Html {
  return isEven ? html`<span class="tag good">ties out</span>` : html`<span class="tag bad">does not tie out</span>`;
}
