// Packed records: what is hashed into leaves.
import { concat, dataLength, keccak256, solidityPacked } from "ethers";
import { buy, buyOrder, cancel, expiry, freeze, hold, holdDecision, trade, transfer } from "./messages.ts";
import { addressOf, attestor, buyer, seller } from "./typed-data.ts";

export const leafOf = (bytes: string) => keccak256(concat(["0x00", bytes]));
export const zeros = (count: number) => `0x${"00".repeat(count)}`;
export const sized = (bytes: string, length: number) => {
  if (dataLength(bytes) !== length) throw new Error(`${dataLength(bytes)} bytes, wanted ${length}`);
  return bytes;
};

// Indices 1 and 0 into the tables of assets and currencies; the engine unit is 10 base units, to show the difference.
const engineUnit = 10n;
export const orderRecord = {
  order: "buy",
  assetIndex: 1,
  currencyIndex: 0,
  engineUnit,
  bytes: sized(
    concat([
      solidityPacked(
        ["address", "uint8", "uint8", "uint16", "uint16", "bytes6"],
        [buyOrder.trader, buyOrder.side, buyOrder.priority, 1, 0, zeros(6)],
      ),
      solidityPacked(
        ["uint64", "uint64", "uint64", "uint256"],
        [buyOrder.quantity, buyOrder.limitPrice / engineUnit, buyOrder.expiry, buyOrder.salt],
      ),
      buy.signature ?? "0x",
      zeros(7),
    ]),
    160,
  ),
};

// Of messages, too, the asset stands at place 1 and the currency at 0; the accounts are the buyer, the seller and the agent.
const messageAccounts = [addressOf(buyer), addressOf(seller), addressOf(attestor)];
const messageRecord = (
  signer: string,
  [type, priority, assetIndex, counterparty]: readonly [number, number, number, number],
  [quantity, limit, word]: readonly [bigint, bigint, bigint | string],
  { signature }: { signature?: string },
  [second, option]: readonly [number, number],
) =>
  sized(
    concat([
      solidityPacked(
        ["address", "uint8", "uint8", "uint16", "uint16", "uint32", "bytes2"],
        [signer, type, priority, assetIndex, 0, counterparty, zeros(2)],
      ),
      solidityPacked(["uint64", "uint64", "uint64", "uint256"], [quantity, limit, expiry, word]),
      signature ?? "0x",
      solidityPacked(["uint32", "uint8", "bytes2"], [second, option, zeros(2)]),
    ]),
    160,
  );
export const messageRecords = {
  accounts: messageAccounts,
  transfer: messageRecord(addressOf(seller), [2, 2, 1, 0], [12n, 0n, 5n], transfer, [0, 0]),
  hold: messageRecord(addressOf(seller), [3, 1, 1, 0], [30n, expiry + 60n, 6n], hold, [2, 0]),
  holdDecision: messageRecord(addressOf(attestor), [4, 0, 0, 0], [20n, 0n, hold.digest], holdDecision, [0, 1]),
  freeze: messageRecord(addressOf(attestor), [5, 0, 1, 1], [9n, 0n, 7n], freeze, [0, 1]),
  cancel: messageRecord(addressOf(buyer), [6, 0, 0, 0], [0n, 0n, buy.digest], cancel, [0, 0]),
};

export const instructionFields = {
  kind: 1,
  class: 1,
  priority: 1,
  attempt: 0,
  sequence: 9,
  buyOrder: 0,
  sellOrder: 1,
  quantity: 400n,
  price: 100_000n,
  matchNumber: 17n,
  flags: 0,
  id: trade.digest,
};
export const instructionBytes = sized(
  solidityPacked(
    [
      "uint8",
      "uint8",
      "uint8",
      "uint8",
      "uint32",
      "uint32",
      "uint32",
      "uint64",
      "uint64",
      "uint64",
      "uint64",
      "bytes32",
    ],
    [1, 1, 1, 0, 9, 0, 1, 400, 100_000, 17, 0, trade.digest],
  ),
  80,
);
export const receiptFields = {
  id: trade.digest,
  index: 2,
  code: 0,
  attempt: 0,
  quantity: 400n,
  cash: 40_000_000n,
  chunk: 1,
};
export const receiptBytes = sized(
  solidityPacked(
    ["bytes32", "uint32", "uint16", "uint16", "uint64", "uint64", "uint32", "uint32"],
    [trade.digest, 2, 0, 0, 400, 40_000_000, 1, 0],
  ),
  64,
);
