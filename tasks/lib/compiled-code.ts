import { getAddress, type Provider } from "ethers";
import type { Artifact } from "hardhat/types/artifacts";

/** The compiled contract of a name. */
export type ReadArtifact = (name: string) => Promise<Artifact>;

/** A library's code begins with its own address, so that it can tell a call from a delegated one. */
const OWN_ADDRESS = { start: 1, length: 20 };
const BEGINNING_OF_LIBRARIES = `73${"00".repeat(20)}3014`;

/**
 * Whether code on a chain, and that of the libraries it is linked to, is what is compiled here. Immutables are left out: deployment
 * writes them, and the address book's hash covers them.
 */
export async function runsCodeOf(
  artifact: Artifact,
  address: string,
  provider: Provider,
  readArtifact: ReadArtifact,
): Promise<boolean> {
  const code = await provider.getCode(address);
  if (!isCodeOf(artifact, code)) return false;

  const libraries = await Promise.all(
    linksOf(artifact.deployedLinkReferences).map(async ({ name, places }) => {
      const linked = new Set(places.map((place) => readLink(code, place)));
      const compiled = await readArtifact(name);
      return Promise.all([...linked].map((each) => runsCodeOf(compiled, each, provider, readArtifact)));
    }),
  );
  return libraries.flat().every((isSame) => isSame);
}

/** Whether code is that of an artifact, wherever the libraries are that it is linked to. */
export function isCodeOf(artifact: Artifact, code: string): boolean {
  return code.length === artifact.deployedBytecode.length && maskCode(artifact, code) === maskCode(artifact);
}

/** Code without what only deployment writes into it: immutables and addresses of libraries. */
export function maskCode(artifact: Artifact, code: string = artifact.deployedBytecode): string {
  const bytes = Buffer.from(withoutPlaceholders(code), "hex");
  const links = linksOf(artifact.deployedLinkReferences).flatMap(({ places }) => places);
  const isLibrary = withoutPlaceholders(artifact.deployedBytecode).startsWith(BEGINNING_OF_LIBRARIES);

  for (const { start, length } of [
    ...Object.values(artifact.immutableReferences ?? {}).flat(),
    ...links,
    ...(isLibrary ? [OWN_ADDRESS] : []),
  ]) {
    bytes.fill(0, start, start + length);
  }
  return bytes.toString("hex");
}

/** Addresses of the libraries that code is linked to, by their names. */
export function readLinks({ deployedLinkReferences }: Artifact, code: string): Record<string, string> {
  return Object.fromEntries(
    linksOf(deployedLinkReferences).flatMap(({ name, places: [first] }) =>
      first === undefined ? [] : [[name, readLink(code, first)]],
    ),
  );
}

/** Names of the libraries without which a contract cannot be deployed. */
export function librariesOf({ linkReferences }: Artifact): string[] {
  return linksOf(linkReferences).map(({ name }) => name);
}

function linksOf(references: Artifact["linkReferences"]) {
  return Object.values(references).flatMap((libraries) =>
    Object.entries(libraries).map(([name, places]) => ({ name, places })),
  );
}

function readLink(code: string, { start, length }: { readonly start: number; readonly length: number }): string {
  return getAddress(`0x${code.slice(2 + 2 * start, 2 + 2 * (start + length))}`);
}

/** Until a contract is linked, its code has placeholders, which are no bytes. */
function withoutPlaceholders(code: string): string {
  return code.slice(2).replaceAll(/__\$[0-9a-f]{34}\$__/g, "0".repeat(40));
}
