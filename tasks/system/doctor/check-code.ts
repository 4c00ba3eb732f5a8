import type { Provider } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { AddressBook } from "../../../sdk/addresses.ts";
import { runsCodeOf } from "../../lib/compiled-code.ts";
import { checkContract } from "../status.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Holds the code on the chain against the address book, and against what is compiled here. */
export async function checkCode(book: AddressBook, provider: Provider, artifacts: ArtifactManager): Promise<Finding[]> {
  const names = Object.keys(book.contracts);
  const readArtifact = (source: string) => artifacts.readArtifact(source);
  const checks = await Promise.all(names.map((name) => checkContract(name, book, provider)));
  const wrong = checks.flatMap(({ name, address, problem: said }) =>
    said === null ? [] : [problem(name, `at ${address}: ${said}`, "trust nothing of it until you know who did this")],
  );

  const asDeployed = checks.filter(({ problem: said }) => said === null);
  const others = await Promise.all(
    asDeployed.map(async ({ name, address }) => {
      const source = sourceOf(name, book);
      const isKnown = await artifacts.artifactExists(source);
      const isSame = isKnown && (await runsCodeOf(await readArtifact(source), address, provider, readArtifact));
      return isSame ? [] : [warning(name, `at ${address}: its sources here are not those of the deployment`, OTHER)];
    }),
  );
  const found = [...wrong, ...others.flat()];
  const all = `${names.length} contracts run the code that was deployed and that is compiled here`;
  return found.length > 0 ? found : [ok("Code", all)];
}

const OTHER = "check out the version that was deployed, or announce an upgrade";

/** Behind a book's address runs a proxy; its code stands in the address book by itself. */
function sourceOf(name: string, book: AddressBook): string {
  if (book.contracts[`${name}Code`] !== undefined) return "ERC1967Proxy";
  return name.replace(/Code$/, "");
}
