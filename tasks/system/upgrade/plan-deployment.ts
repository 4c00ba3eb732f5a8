import { getCreateAddress } from "ethers";
import type { Artifact } from "hardhat/types/artifacts";
import { librariesOf, runsCodeOf } from "../../lib/compiled-code.ts";
import type { Step } from "../../lib/sender.ts";
import type { UpgradeRequest, UpgradeTools } from "../upgrade.ts";

export interface CodeDeployment {
  /** Where the new code will be. */
  readonly address: string;
  /** Where its libraries are or will be, by name. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** Plans to deploy new code and those of its libraries that changed; the others stay where the address book has them. */
export async function planDeployment(
  { book, ethers, sender, readArtifact }: UpgradeTools,
  { name, artifact }: UpgradeRequest,
): Promise<CodeDeployment> {
  const from = await sender.signer.getAddress();
  const firstNonce = await sender.signer.getNonce();
  const steps: Step[] = [];

  const deploy = (title: string, code: Artifact, links: Readonly<Record<string, string>> = {}): string => {
    const nonce = firstNonce + steps.length;
    const transaction = async () => {
      const factory = await ethers.getContractFactoryFromArtifact(code, { libraries: links });
      return { ...(await factory.getDeployTransaction()), nonce };
    };
    steps.push({ title, transaction, needsEarlier: steps.length > 0 });
    return getCreateAddress({ from, nonce });
  };

  const libraries: Record<string, string> = {};
  for (const library of librariesOf(artifact)) {
    const code = await readArtifact(library);
    const present = book.contracts[library]?.address;
    const isSame = present !== undefined && (await runsCodeOf(code, present, ethers.provider, readArtifact));
    libraries[library] = isSame ? present : deploy(`deploy the library ${library}`, code);
  }
  const address = deploy(`deploy the new code of ${name}`, artifact, libraries);
  return { address, libraries, steps };
}
