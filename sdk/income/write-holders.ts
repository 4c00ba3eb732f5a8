import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { getAddress } from "ethers";
import { type Allocation, incomeRowAt } from "../../executor/index.ts";
import { formatAmount } from "../units.ts";

/** Lines per write: a list may have a million. */
const LINES = 10_000;

/** A file as the plan names it. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes `index,holder,shares,gross,withheld,net` with all decimals of the currency, whole or not at all. */
export async function writeHolders(
  path: string,
  name: string,
  { rows, shares }: Allocation,
  decimals: number,
): Promise<WrittenFile> {
  const money = (units: bigint) => formatAmount(units, decimals, decimals);
  const line = (index: number) => {
    const { holder, gross, withheld } = incomeRowAt(rows, index);
    const amounts = [gross, withheld, gross - withheld].map(money);
    return `${[index, getAddress(holder), shares[index], ...amounts].join(",")}\n`;
  };

  const hash = createHash("sha256");
  const file = await open(`${path}.new`, "w");
  let bytes = 0;
  const write = async (text: string) => {
    hash.update(text);
    bytes += text.length;
    await file.writeFile(text);
  };
  try {
    await write("index,holder,shares,gross,withheld,net\n");
    for (let first = 0; first < rows.count; first += LINES) {
      const count = Math.min(LINES, rows.count - first);
      await write(Array.from({ length: count }, (_, place) => line(first + place)).join(""));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return { name, bytes, sha256: hash.digest("hex") };
}
