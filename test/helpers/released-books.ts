import { readdirSync, readFileSync } from "node:fs";
import { type FunctionFragment, Interface, type ParamType } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { z } from "zod";
import { findRevertData } from "../../sdk/revert.ts";
import type { Filling } from "./filled-books.ts";

const pastSchema = z.strictObject({
  time: z.int(),
  from: z.string(),
  to: z.string().nullable(),
  data: z.string(),
  gas: z.string(),
});
const bookSchema = z.strictObject({ address: z.string(), abi: z.array(z.string()) });
const readingSchema = z.strictObject({ book: z.string(), data: z.string(), answer: z.string() });

/** A transaction of the past; what it did depends on nothing but this and what came before. */
type PastTransaction = z.output<typeof pastSchema>;

/** What a book answered, or what it refused with. */
export type Reading = z.output<typeof readingSchema>;

/** The books of a release, filled by their own code: written once, so that later code can be tried on them. */
export interface ReleasedBooks {
  readonly books: Readonly<Record<string, z.output<typeof bookSchema>>>;
  readonly history: readonly PastTransaction[];
  readonly readings: readonly Reading[];
}

const FOLDER = new URL("../vectors/", import.meta.url);
/** No question is asked in more variants. */
const MOST_VARIANTS = 24;
/** About the code or the caller, and not about what is kept. */
const NOT_DATA = new Set(["supportsInterface", "proxiableUUID", "isConsumingScheduledOp", "eip712Domain"]);

export function releaseFolder(version: string): URL {
  return new URL(`books-${version}/`, FOLDER);
}

export function listReleases(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith("books-"))
    .map((name) => name.slice("books-".length));
}

export function readRelease(version: string): ReleasedBooks {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, releaseFolder(version)), "utf8"));
  return {
    books: z.record(z.string(), bookSchema).parse(read("books.json")),
    history: z.array(pastSchema).parse(read("history.json")),
    readings: z.array(readingSchema).parse(read("readings.json")),
  };
}

/** Everything that happened on a chain that makes one block for each transaction. */
export async function readHistory({ ethers }: NetworkConnection): Promise<PastTransaction[]> {
  const history: PastTransaction[] = [];
  for (let number = 1; number <= (await ethers.provider.getBlockNumber()); number++) {
    const block = await ethers.provider.getBlock(number, true);
    for (const { from, to, data, gasLimit } of block?.prefetchedTransactions ?? []) {
      history.push({ time: block?.timestamp ?? 0, from, to, data, gas: String(gasLimit) });
    }
  }
  return history;
}

/** Lets it happen again, to the second, on a chain where nothing has happened yet. */
export async function replay({ ethers, networkHelpers }: NetworkConnection, history: readonly PastTransaction[]) {
  for (const { time, from, to, data, gas } of history) {
    await networkHelpers.time.setNextBlockTimestamp(time);
    const signer = await ethers.getSigner(from);
    await (await signer.sendTransaction({ to, data, gasLimit: BigInt(gas) })).wait();
  }
}

/** Asks the books whatever can be asked about what they know. */
export async function readEverything(
  connection: NetworkConnection,
  books: ReleasedBooks["books"],
  known: Filling["known"],
): Promise<Reading[]> {
  const questions = Object.entries(books).flatMap(([book, { abi }]) => {
    const contract = new Interface(abi);
    const views: FunctionFragment[] = [];
    contract.forEachFunction((fragment) => {
      if (fragment.constant && !NOT_DATA.has(fragment.name)) views.push(fragment);
    });
    return views.flatMap((view) =>
      variantsOf(view.inputs, known).map((args) => ({ book, data: contract.encodeFunctionData(view, args) })),
    );
  });

  const readings: Reading[] = [];
  for (const { book, data } of questions) {
    readings.push({ book, data, answer: await ask(connection, books[book]?.address ?? "", data) });
  }
  return readings;
}

/** What a book says now; the data of its refusal, if it refuses. */
export async function ask({ ethers }: NetworkConnection, to: string, data: string): Promise<string> {
  try {
    return await ethers.provider.call({ to, data });
  } catch (error) {
    return `refused: ${findRevertData(error) ?? "no reason"}`;
  }
}

/** Arguments by type; none for functions with a type of which nothing is known. */
function variantsOf(inputs: readonly ParamType[], known: Filling["known"]): unknown[][] {
  let variants: unknown[][] = [[]];
  for (const input of inputs) {
    const values = valuesOf(input, known);
    variants = variants.flatMap((before) => values.map((value) => [...before, value]));
  }
  const step = Math.ceil(variants.length / MOST_VARIANTS);
  return variants.filter((_variant, place) => place % step === 0);
}

function valuesOf(type: ParamType, known: Filling["known"]): readonly unknown[] {
  if (type.arrayChildren !== null) {
    const all = valuesOf(type.arrayChildren, known);
    return all.length === 0 ? [] : [all.slice(0, 2)];
  }
  const isKnown = (name: string): name is keyof Filling["known"] => name in known;
  return isKnown(type.baseType) ? known[type.baseType] : [];
}
