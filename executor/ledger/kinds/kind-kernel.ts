import { FLAG, KIND } from "../../formats/instruction-record.ts";
import { CODE } from "../../formats/reason-codes.ts";
import { NOT_STATED } from "../../packed-snapshot.ts";
import type { FillBook } from "../fill-book.ts";
import { checkHoldings, moveHolding } from "../holders.ts";
import { AMOUNT, codeOf, FIRST_EARLY_CODE, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "../rows.ts";
import type { LedgerState } from "../state.ts";
import type { HoldEntry, KindBooks } from "./kind-books.ts";
import { KIND_ROW } from "./kind-rows.ts";

const NONE = -1;

/** Checks and applies rows of every kind, and takes them back again for chains that fail. */
export class KindKernel {
  readonly #words: Int32Array;
  readonly #amounts: BigInt64Array;
  readonly #state: LedgerState;
  readonly #cells: BigInt64Array;
  readonly #fills: BigInt64Array;
  readonly #books: KindBooks;
  readonly #time: bigint;

  constructor(state: LedgerState, rows: Rows, fills: FillBook, books: KindBooks, time: bigint) {
    this.#words = rows.words;
    this.#amounts = rows.amounts;
    this.#state = state;
    this.#cells = state.cells;
    this.#fills = fills.amounts;
    this.#books = books;
    this.#time = time;
  }

  /** Whether the row moves shares or cash between accounts, so that chunk and mandates are to be asked. */
  moves(index: number): boolean {
    return this.#word(index, ROW.receive) !== NONE;
  }

  /** The first check that fails of all that ask neither mandates nor the chunk. A partial row gets its quantity here. */
  check(index: number): number {
    const head = this.#word(index, ROW.head);
    if (codeOf(head) >= FIRST_EARLY_CODE) return codeOf(head);
    if ((head & (FLAG.partial << 8)) !== 0) this.#takeWhatThereIs(index);

    switch (head & 0xff) {
      case KIND.trade:
        return this.#checkBuyFill(index) || this.#checkSellFill(index) || this.#checkMovement(index);
      case KIND.transfer:
        return this.#checkMovement(index);
      case KIND.subscription:
        return this.#checkBuyFill(index) || this.#checkOffering(index) || this.#checkMovement(index);
      case KIND.claim:
        return this.#checkClaim(index);
      case KIND.hold:
      case KIND.freeze:
        return codeOf(head) || this.#checkSpendable(index);
      case KIND.post:
        return this.#checkDecision(index) || this.#checkMovement(index);
      case KIND.void:
        return this.#checkDecision(index);
      case KIND.expire:
        return this.#checkExpiry(index);
      case KIND.unfreeze:
        return this.#checkFrozen(index);
      default:
        return CODE.accepted;
    }
  }

  /** Does what {@link check} and the mandates allowed. */
  apply(index: number): void {
    this.#change(index, 1n);
  }

  /** Takes back what {@link apply} did, the last row first. */
  takeBack(index: number): void {
    this.#change(index, -1n);
  }

  #change(index: number, sign: bigint): void {
    const quantity = sign * this.#amount(index, AMOUNT.quantity);
    const from = this.#word(index, ROW.from);
    const subject = this.#word(index, KIND_ROW.subject);
    const isForward = sign > 0n;

    switch (this.#word(index, ROW.head) & 0xff) {
      case KIND.trade:
        this.#fill(this.#word(index, ROW.buyFill), quantity);
        this.#fill(this.#word(index, ROW.sellFill), quantity);
        this.#move(index, quantity, sign);
        break;
      case KIND.transfer:
        this.#move(index, quantity, sign);
        break;
      case KIND.subscription:
        this.#fill(this.#word(index, ROW.buyFill), quantity);
        this.#books.left[subject] = (this.#books.left[subject] ?? 0n) - quantity;
        this.#move(index, quantity, sign);
        break;
      case KIND.claim:
        this.#books.isClaimed[subject] = Number(isForward);
        this.#moveCash(index, sign);
        break;
      case KIND.hold:
        this.#books.isLive[subject] = Number(isForward);
        this.#setAside(from, quantity);
        break;
      case KIND.post:
      case KIND.void:
      case KIND.expire:
        this.#books.isLive[subject] = Number(!isForward);
        this.#setAside(from, -sign * (this.#books.holds[subject]?.quantity ?? 0n));
        if ((this.#word(index, ROW.head) & 0xff) === KIND.post) this.#move(index, quantity, sign);
        break;
      case KIND.freeze:
        this.#books.noteFreeze();
        this.#freeze(from, quantity);
        break;
      case KIND.unfreeze:
        this.#freeze(from, -quantity);
        break;
      case KIND.cancel:
        this.#withdraw(index, isForward);
        break;
    }
  }

  /** Orders, shares and cash bound a partial row; below one share it is judged, and refused, as of one. */
  #takeWhatThereIs(index: number): void {
    const asked = this.#amount(index, AMOUNT.quantity);
    const cash = this.#amount(index, AMOUNT.cash);
    const price = cash / asked;
    let quantity = asked;
    const bound = (most: bigint) => {
      if (most < quantity) quantity = most;
    };

    const [buyFill, sellFill] = [this.#word(index, ROW.buyFill), this.#word(index, ROW.sellFill)];
    if (buyFill !== NONE) bound(this.#leftOf(buyFill));
    if (sellFill !== NONE) bound(this.#leftOf(sellFill));
    bound(this.#cell(this.#word(index, ROW.from)));
    if (price > 0n) bound(this.#cell(this.#word(index, ROW.pay)) / price);
    if (quantity < 1n) quantity = 1n;
    this.#amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = quantity;
    this.#amounts[index * ROW_AMOUNTS + AMOUNT.cash] = quantity * price;
  }

  #checkBuyFill(index: number): number {
    const fill = this.#word(index, ROW.buyFill);
    if (this.#books.isFillWithdrawn(fill)) return CODE.buyOrderCancelled;
    const isTrade = (this.#word(index, ROW.head) & 0xff) === KIND.trade;
    if (isTrade && this.#books.isFillWithdrawn(this.#word(index, ROW.sellFill))) return CODE.sellOrderCancelled;
    return this.#amount(index, AMOUNT.quantity) > this.#leftOf(fill) ? CODE.buyOrderOverfilled : CODE.accepted;
  }

  #checkSellFill(index: number): number {
    const left = this.#leftOf(this.#word(index, ROW.sellFill));
    return this.#amount(index, AMOUNT.quantity) > left ? CODE.sellOrderOverfilled : CODE.accepted;
  }

  #checkOffering(index: number): number {
    const left = this.#books.left[this.#word(index, KIND_ROW.subject)] ?? 0n;
    return this.#amount(index, AMOUNT.quantity) > left ? CODE.offeringSoldOut : CODE.accepted;
  }

  #checkClaim(index: number): number {
    if (this.#books.isClaimed[this.#word(index, KIND_ROW.subject)] === 1) return CODE.alreadyClaimed;
    const isShort = this.#amount(index, AMOUNT.cash) > this.#cell(this.#word(index, ROW.pay));
    return isShort ? CODE.potTooSmall : CODE.accepted;
  }

  /** 134 to 138: whether the hold lives, and the signer may decide so much of it now. */
  #checkDecision(index: number): number {
    const hold = this.#liveHold(index);
    if (hold === undefined) return CODE.holdUnknown;
    if (this.#word(index, KIND_ROW.signer) !== hold.agent) return CODE.notHoldAgent;
    if (this.#time > hold.until) return CODE.holdOver;
    return this.#amount(index, AMOUNT.quantity) > hold.quantity ? CODE.holdExceeded : CODE.accepted;
  }

  #checkExpiry(index: number): number {
    const hold = this.#liveHold(index);
    if (hold === undefined) return CODE.holdUnknown;
    return this.#time <= hold.until ? CODE.holdNotOver : CODE.accepted;
  }

  #liveHold(index: number): HoldEntry | undefined {
    const number = this.#word(index, KIND_ROW.subject);
    return this.#books.isLive[number] === 1 ? this.#books.holds[number] : undefined;
  }

  /** 1 to 35, 20 to 22, 117: register, rules, shares, cash. */
  #checkMovement(index: number): number {
    const head = this.#word(index, ROW.head);
    if (codeOf(head) !== CODE.accepted) return codeOf(head);

    const asset = this.#word(index, ROW.asset) & 0xffff;
    const [from, to] = [this.#word(index, ROW.from), this.#word(index, ROW.to)];
    const { holders } = this.#state;
    if (holders.isCounted[asset] === 1) {
      const code = checkHoldings(holders, asset, from, to, this.#amount(index, AMOUNT.quantity));
      if (code !== CODE.accepted) return code;
    }
    const isPost = (head & 0xff) === KIND.post;
    const released = isPost ? (this.#books.holds[this.#word(index, KIND_ROW.subject)]?.quantity ?? 0n) : 0n;
    const code = this.#checkSpendable(index, released);
    if (code !== CODE.accepted) return code;
    const isShort = this.#amount(index, AMOUNT.cash) > this.#cell(this.#word(index, ROW.pay));
    return isShort ? CODE.cashTooSmall : CODE.accepted;
  }

  /** 20 to 22, `released` being what a hold gives back as it ends. */
  #checkSpendable(index: number, released = 0n): number {
    const position = this.#word(index, ROW.from);
    const quantity = this.#amount(index, AMOUNT.quantity);
    if (quantity <= this.#cell(position) + released) return CODE.accepted;

    const { statedFrozen, lockedAt, frozenAt } = this.#state;
    if (position === NONE) return CODE.balanceTooSmall;
    const isStated = (statedFrozen?.[position] ?? NOT_STATED) !== NOT_STATED || this.#cell(frozenAt + position) !== 0n;
    if (!isStated) return CODE.balanceTooSmall;
    const unfrozen = this.#cell(position) + this.#cell(lockedAt + position);
    if (quantity > unfrozen + this.#cell(frozenAt + position)) return CODE.balanceTooSmall;
    return quantity > unfrozen ? CODE.balanceFrozen : CODE.balanceLocked;
  }

  #checkFrozen(index: number): number {
    const position = this.#word(index, ROW.from);
    const frozen = position === NONE ? 0n : this.#cell(this.#state.frozenAt + position);
    return this.#amount(index, AMOUNT.quantity) > frozen ? CODE.frozenTooSmall : CODE.accepted;
  }

  #move(index: number, quantity: bigint, sign: bigint): void {
    const [from, to] = [this.#word(index, ROW.from), this.#word(index, ROW.to)];
    const asset = this.#word(index, ROW.asset) & 0xffff;

    this.#add(from, -quantity);
    this.#add(to, quantity);
    this.#moveCash(index, sign);
    if (this.#state.holders.isCounted[asset] === 1) moveHolding(this.#state.holders, asset, from, to, quantity);
  }

  #moveCash(index: number, sign: bigint): void {
    const cash = sign * this.#amount(index, AMOUNT.cash);
    this.#add(this.#word(index, ROW.pay), -cash);
    this.#add(this.#word(index, ROW.receive), cash);
  }

  #setAside(position: number, quantity: bigint): void {
    this.#add(position, -quantity);
    this.#add(this.#state.lockedAt + position, quantity);
  }

  #freeze(position: number, quantity: bigint): void {
    this.#add(position, -quantity);
    this.#add(this.#state.frozenAt + position, quantity);
  }

  #withdraw(index: number, isForward: boolean): void {
    const number = this.#word(index, KIND_ROW.subject);
    const fill = this.#word(index, KIND_ROW.fill);
    const isNewAt = index * ROW_WORDS + KIND_ROW.isNew;

    if (isForward) this.#words[isNewAt] = Number(this.#books.withdraw(number, fill, true));
    else if (this.#words[isNewAt] === 1) this.#books.withdraw(number, fill, false);
  }

  #fill(fill: number, quantity: bigint): void {
    this.#fills[2 * fill + 1] = BigInt.asIntN(64, (this.#fills[2 * fill + 1] ?? 0n) + quantity);
  }

  #leftOf(fill: number): bigint {
    return BigInt.asIntN(64, (this.#fills[2 * fill] ?? 0n) - (this.#fills[2 * fill + 1] ?? 0n));
  }

  #add(cell: number, delta: bigint): void {
    this.#cells[cell] = BigInt.asIntN(64, (this.#cells[cell] ?? 0n) + delta);
  }

  #cell(cell: number): bigint {
    return this.#cells[cell] ?? 0n;
  }

  #word(index: number, at: number): number {
    return this.#words[index * ROW_WORDS + at] ?? NONE;
  }

  #amount(index: number, at: number): bigint {
    return this.#amounts[index * ROW_AMOUNTS + at] ?? 0n;
  }
}
