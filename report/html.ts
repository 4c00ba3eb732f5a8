/** A piece of markup in which everything foreign has been escaped. Only `html` and `trusted` make one. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = Html | string | number | bigint | readonly HtmlValue[];

/** Markup from a template: what is put in is text, and stays text, unless it is markup already. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = strings.map((part, place) => part + (place < values.length ? write(values[place] ?? "") : "")).join("");
  return new Html(text);
}

/** Markup of our own that must not be escaped: a style sheet, a script. */
export function trusted(text: string): Html {
  return new Html(text);
}

export const NOTHING = new Html("");

/** JSON that cannot end the script element in which it stands. */
export function jsonBlock(value: unknown): Html {
  return new Html(
    JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"),
  );
}

function write(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(write).join("");
  return escapeText(String(value));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
