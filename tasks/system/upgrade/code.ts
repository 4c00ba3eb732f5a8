import type { Artifact } from "hardhat/types/artifacts";
import { maskImmutables } from "../doctor/check-code.ts";

/** Whether code on a chain is that of an artifact: immutables and addresses of libraries left out, which deployment writes in. */
export function isCodeOf(code: string, artifact: Artifact): boolean {
  if (code.length !== artifact.deployedBytecode.length) return false;
  return (
    maskLinks(maskImmutables(code, artifact), artifact) ===
    maskLinks(maskImmutables(plain(artifact), artifact), artifact)
  );
}

/** Placeholders of libraries are no bytes. */
function plain({ deployedBytecode }: Artifact): string {
  return deployedBytecode.replaceAll(/__\$[0-9a-f]{34}\$__/g, "0".repeat(40));
}

function maskLinks(code: string, { deployedLinkReferences }: Artifact): string {
  const bytes = Buffer.from(code, "hex");
  const links = Object.values(deployedLinkReferences ?? {}).flatMap((libraries) => Object.values(libraries).flat());
  for (const { start, length } of links) bytes.fill(0, start, start + length);
  return bytes.toString("hex");
}
