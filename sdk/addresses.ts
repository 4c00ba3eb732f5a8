import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { badInput } from "./errors.ts";

const entrySchema = z.strictObject({
  address: cell(parseAddress),
  /** First block worth reading logs from. */
  deployedAtBlock: z.int().nonnegative(),
  /** keccak256 of the code that runs there (behind a proxy: of the proxy). */
  runtimeCodeHash: z.string().regex(/^0x[0-9a-f]{64}$/),
});

const bookSchema = z.strictObject({
  chainId: z.int().positive(),
  name: z.string().min(1),
  deployer: cell(parseAddress),
  deployedAtBlock: z.int().nonnegative(),
  contracts: z.record(z.string(), entrySchema),
});

/** Where the suite lives on one chain: `deployments/<chainId>.json`. */
export type AddressBook = z.output<typeof bookSchema>;
export type AddressBookEntry = z.output<typeof entrySchema>;

/** The folder that holds `deployments/`, `runs/` and Ignition's journal. Another one keeps a rehearsal apart from the real thing. */
export function workFolder(): string {
  return process.env["MOIETY_WORK_FOLDER"] ?? ".";
}

export function addressBookPath(chainId: number, folder = join(workFolder(), "deployments")): string {
  return join(folder, `${chainId}.json`);
}

/** Reads the address book of a chain; there has to be one. */
export async function readAddressBook(chainId: number, networkName: string, folder?: string): Promise<AddressBook> {
  const path = addressBookPath(chainId, folder);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw noDeployment(networkName, chainId);
    throw error;
  });

  const parsed = bookSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    throw badInput("the address book is damaged", { where: path, details: z.prettifyError(parsed.error).split("\n") });
  }
  if (parsed.data.chainId !== chainId) {
    throw badInput(`the address book is of chain ${parsed.data.chainId}, not of ${chainId}`, { where: path });
  }
  return parsed.data;
}

/** Writes the whole book or nothing of it. */
export async function writeAddressBook(book: AddressBook, folder?: string): Promise<string> {
  const path = addressBookPath(book.chainId, folder);
  const contracts = Object.fromEntries(
    Object.entries(book.contracts).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );

  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(bookSchema.parse({ ...book, contracts }), null, 2)}\n`);
  await rename(`${path}.new`, path);
  return path;
}

export function noDeployment(networkName: string, chainId: number) {
  return badInput(
    `no deployment on this network (${networkName}, chain ${chainId}); did you mean --network localhost?`,
    {
      todo: "start a chain with `npx hardhat node` and deploy with `npx hardhat system deploy --network localhost`",
    },
  );
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput("this is not JSON", { where: path, why: error instanceof Error ? error.message : String(error) });
  }
}
