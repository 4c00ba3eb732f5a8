import { type Html, type HtmlValue, html, NOTHING } from "./html.ts";

export interface Column {
  readonly heading: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

export interface Row {
  /** Names the row. */
  readonly head: HtmlValue;
  readonly cells: readonly HtmlValue[];
}

export interface TableOptions {
  readonly caption: string;
  /** Of the rows' heads first, then of the cells. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly total?: Row;
}

/** A real table, that scrolls within itself where the page is narrower. */
export function dataTable({ caption, columns, rows, total }: TableOptions): Html {
  const foot = total === undefined ? NOTHING : html`<tfoot>${row(total, columns)}</tfoot>`;

  return html`<div class="scroll" role="region" tabindex="0" aria-label="Table: ${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ heading, isNumber }) => html`<th scope="col"${numeric(isNumber)}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map((each) => row(each, columns))}</tbody>${foot}
</table></div>
`;
}

function row({ head, cells }: Row, columns: readonly Column[]): Html {
  const others = cells.map((cell, place) => html`<td${numeric(columns[place + 1]?.isNumber)}>${cell}</td>`);
  return html`<tr><th scope="row">${head}</th>${others}</tr>
`;
}

function numeric(isNumber = false): Html {
  return isNumber ? html` class="number"` : NOTHING;
}
