import { type Html, type HtmlValue, html, NOTHING } from "./html.ts";

export interface Column {
  readonly heading: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  /** Sentences want more room than words. */
  readonly isText?: boolean;
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
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.heading}</th>`)}</tr></thead>
<tbody>${rows.map((each) => row(each, columns))}</tbody>${foot}
</table></div>
`;
}

function row({ head, cells }: Row, columns: readonly Column[]): Html {
  const others = cells.map((cell, place) => html`<td${classOf(columns[place + 1])}>${cell}</td>`);
  return html`<tr><th scope="row">${head}</th>${others}</tr>
`;
}

function classOf({ isNumber = false, isText = false }: Omit<Column, "heading"> = {}): Html {
  if (isNumber) return html` class="number"`;
  return isText ? html` class="text"` : NOTHING;
}
