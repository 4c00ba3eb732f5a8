import type { AccountState, MandateState, OfferingState, SharePosition, Snapshot } from "../snapshot.ts";
import type { Dice } from "./dice.ts";
import { ASSETS, CURRENCIES, IDENTITY, INVESTORS, OFFICER, OPENED_AT, POT, PRICE, SELLER } from "./order-book.ts";

const SEND_CODES = [...Array<number>(14).fill(0), 11];
const RECEIVE_CODES = [...Array<number>(24).fill(0), 12, 13, 14, 15, 30, 31];

/** What is frozen of some who have nothing yet. */
const FROZEN_OF_NOTHING = 40n;

/** A desk on its first day: five accounts, some of which have little, may not trade everything, or have mandates that soon run out. */
export function openingSnapshot(dice: Dice, addresses: readonly string[]): Snapshot {
  const accounts: AccountState[] = INVESTORS.map((investor, place) => ({ address: addresses[place] ?? "", investor }));
  const assets = ASSETS.slice(0, dice.between(1, ASSETS.length));
  const currencies = CURRENCIES.slice(0, dice.between(1, CURRENCIES.length));

  return {
    chainId: IDENTITY.chainId,
    desk: IDENTITY.desk,
    openingBlock: 1n,
    assets: assets.map((id) => ({
      id,
      state: dice.oneIn(20) ? 2 : 0,
      holderLimit: dice.oneIn(2) ? 0 : dice.between(1, 4),
    })),
    currencies,
    accounts,
    shares: accounts.flatMap((_, account) => assets.flatMap((__, asset) => openPosition(dice, account, asset))),
    cash: accounts.flatMap((_, account) =>
      currencies.flatMap((__, currency) =>
        dice.oneIn(8) ? [] : [{ account, currency, deposited: BigInt(dice.below(30_000)) }],
      ),
    ),
    mandates: accounts.flatMap((_, account) =>
      currencies.flatMap((__, currency) =>
        dice.oneIn(8) ? [] : [signMandate(dice, account, currency, assets.length)],
      ),
    ),
    officers: [OFFICER],
    offerings: assets.flatMap((_, asset) => (dice.oneIn(2) ? [openOffering(dice, asset, currencies.length)] : [])),
    distributions: currencies.map((_, currency) => ({ id: BigInt(currency + 1), currency, account: POT })),
    entitlements: currencies.flatMap((_, distribution) =>
      accounts.map((__, account) => ({ distribution, account, amount: BigInt(dice.below(2_000)) })),
    ),
  };
}

function openPosition(dice: Dice, account: number, asset: number): SharePosition[] {
  if (dice.oneIn(12)) return [];
  const balance = dice.oneIn(5) ? 0n : BigInt(dice.below(400));
  const isHeldBack = dice.oneIn(4);
  const spendable = isHeldBack ? (balance === 0n ? -FROZEN_OF_NOTHING : balance / 2n) : balance;
  return [
    { account, asset, balance, spendable, sendCode: dice.pick(SEND_CODES), receiveCode: dice.pick(RECEIVE_CODES) },
  ];
}

function openOffering(dice: Dice, asset: number, currencies: number): OfferingState {
  const currency = dice.below(currencies);
  return { id: BigInt(asset + 1), asset, currency, account: SELLER, price: PRICE, left: BigInt(dice.below(120)) };
}

/** A mandate that no other account, currency or earlier one has the id of. */
export function signMandate(dice: Dice, account: number, currency: number, assets: number): MandateState {
  const amount = (most: number) => BigInt(dice.below(most));

  return {
    account,
    currency,
    id: `0x${[account, currency, dice.below(2 ** 32)]
      .map((part) => part.toString(16).padStart(16, "0"))
      .join("")
      .padStart(64, "0")}`,
    expiry: OPENED_AT + BigInt(dice.pick([4, 1_000, 10 ** 9])),
    cashOutLeft: amount(200_000),
    lossLeft: amount(3_000),
    feeLeft: amount(600),
    limits: Array.from({ length: assets }, (_, asset) => ({
      asset,
      inLeft: amount(900),
      outLeft: amount(900),
      maxBuyPrice: PRICE - 5n + amount(15),
      minSellPrice: PRICE - 10n + amount(15),
    })),
  };
}
