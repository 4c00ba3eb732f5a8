import { createHolderTable } from "../../executor/income/holder-table.ts";
import { createRandom, type HolderTable, randomInteger } from "../../executor/index.ts";

/** `count` holders at random addresses, in no order, with 1 to 1,000,000 shares and three rates of tax. */
export function randomHolders(count: number, seed: number): HolderTable {
  const random = createRandom(seed);
  const table = createHolderTable(count);
  for (let byte = 0; byte < table.addresses.length; byte++) table.addresses[byte] = randomInteger(random, 0, 255);
  for (let place = 0; place < count; place++) {
    table.shares[place] = BigInt(randomInteger(random, 1, 1_000_000));
    table.withholdingBps[place] = [0, 1_500, 3_000][place % 3] ?? 0;
  }
  return table;
}
