/**
 * The script of the page: lets the reader pick a trade and recomputes its hashes here, in the browser. Works on what stands in the
 * page alone, and shows everything as text.
 */
import { count, usd } from "../format.ts";
import type { ProofBook, ProvedChunk, ProvedTrade } from "../proof-book.ts";
import { fromHex, toHex } from "./hash.ts";
import { readReceipt } from "./read-receipt.ts";
import { RECEIPT_BYTES, recompute, type Step } from "./recompute.ts";

interface Picked {
  readonly trade: ProvedTrade;
  readonly chunk: ProvedChunk;
}

const book: ProofBook = JSON.parse(element("proof-book", HTMLScriptElement).text);
const holder = element("check-holder", HTMLSelectElement);
const query = element("check-query", HTMLInputElement);
const found = element("check-found", HTMLElement);
const bytes = element("check-bytes", HTMLTextAreaElement);
const words = element("check-words", HTMLElement);
const verdict = element("check-verdict", HTMLElement);
const steps = element("check-steps", HTMLElement);
const parts = element("check-parts", HTMLElement);

let picked: Picked | undefined;

element("check", HTMLElement).classList.add("live");
holder.addEventListener("change", () => pick(book.trades[Number(holder.value)]));
element("check-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  look(query.value);
});
bytes.addEventListener("input", check);
element("check-change", HTMLButtonElement).addEventListener("click", changeByte);
element("check-restore", HTMLButtonElement).addEventListener("click", restore);
pick(book.trades[0]);

function look(text: string): void {
  const wanted = text.trim().toLowerCase();
  const place = book.trades.findIndex(
    ({ matchNumber, receipt, holder: name }) =>
      matchNumber === wanted || receipt.slice(0, 66) === wanted || name.toLowerCase() === wanted,
  );
  query.setAttribute("aria-invalid", String(place === -1));
  if (place === -1) {
    found.textContent = `No trade in this page has "${text.trim()}". The page carries one trade of each holder; receipts.csv has them all.`;
    return;
  }

  holder.value = String(place);
  pick(book.trades[place]);
}

function pick(trade: ProvedTrade | undefined): void {
  const chunk = book.chunks.find(({ index }) => index === trade?.chunk);
  if (trade === undefined || chunk === undefined) return;

  picked = { trade, chunk };
  const { quantity, cash } = readReceipt(fromHex(trade.receipt) ?? new Uint8Array(RECEIPT_BYTES));
  const deed = trade.bought ? "bought" : "sold";
  const side = trade.bought ? "from" : "to";
  found.textContent = `Match ${trade.matchNumber}: ${trade.holder} ${deed} ${count(quantity, "share")} ${side} ${trade.other} for ${usd(cash)}.`;
  parts.textContent = JSON.stringify(
    { trade, chunk, header: book.header, chainId: book.chainId, desk: book.desk },
    null,
    2,
  );
  query.setAttribute("aria-invalid", "false");
  restore();
}

function restore(): void {
  bytes.value = picked?.trade.receipt ?? "";
  check();
}

/** One share more than was traded: the change that a cheat would make. */
function changeByte(): void {
  const receipt = fromHex(bytes.value);
  const LAST_OF_QUANTITY = 47;
  if (receipt?.length !== RECEIPT_BYTES) return;
  receipt[LAST_OF_QUANTITY] = ((receipt[LAST_OF_QUANTITY] ?? 0) + 1) % 256;
  bytes.value = toHex(receipt);
  check();
}

function check(): void {
  if (picked === undefined) return;
  const receipt = fromHex(bytes.value);
  const isReceipt = receipt !== undefined && receipt.length === RECEIPT_BYTES;
  bytes.setAttribute("aria-invalid", String(!isReceipt));
  if (!isReceipt) {
    words.textContent = "A receipt is 0x and 128 hexadecimal digits.";
    show("These bytes are no receipt.", false, []);
    return;
  }

  const { quantity, cash, code, index, chunk } = readReceipt(receipt);
  const outcome = code === 0 ? "accepted" : `refused with code ${code}`;
  words.textContent = `The bytes say: ${outcome}, ${count(quantity, "share")} for ${usd(cash)}, instruction ${index} in chunk ${chunk}.`;
  const done = recompute(book, picked.trade, picked.chunk, receipt);
  const agreeing = done.filter(({ agrees }) => agrees).length;
  const isProved = agreeing === done.length;
  const sentence = isProved
    ? `All ${done.length} steps agree: this receipt is part of batch ${book.header.number}, whose hash the settlement desk keeps.`
    : `${done.length - agreeing} of ${done.length} steps do not agree: this receipt is not part of batch ${book.header.number}.`;
  show(sentence, isProved, done);
}

function show(sentence: string, isProved: boolean, done: readonly Step[]): void {
  verdict.textContent = sentence;
  verdict.className = isProved ? "verdict good" : "verdict bad";
  steps.replaceChildren(...done.map(describeStep));
}

function describeStep({ name, how, computed, published, agrees }: Step): HTMLElement {
  const item = make("li", agrees ? "step good" : "step bad");
  const head = make("p", "step-head");
  head.append(make("strong", "", name), " ", make("span", "tag", agrees ? "agrees" : "does not agree"));
  item.append(head, make("p", "how", how), make("code", "hash", computed));
  if (!agrees) item.append(make("p", "how", "and not, as was published,"), make("code", "hash", published));
  return item;
}

function make(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const there = document.getElementById(id);
  if (!(there instanceof kind)) throw new Error(`the page has no ${id}`);
  return there;
}
