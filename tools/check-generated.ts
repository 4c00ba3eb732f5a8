/**
 * Checks what is generated or measured: typed bindings are those of the contracts, every contract fits on chain, and the
 * lockfile names a package for every platform. Run after `hardhat build`; `npm run lint` does both.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** EIP-170. */
const LARGEST_CONTRACT = 24_576;

const problems = [...staleBindings(), ...largeContracts(), ...missingPackages()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function staleBindings(): string[] {
  const changed = execFileSync("git", ["status", "--porcelain", "--", "typechain-types"], { encoding: "utf8" });
  if (changed === "") return [];
  return [`typechain-types is not what the contracts give. Run \`npx hardhat build\` and commit it:\n${changed}`];
}

function largeContracts(): string[] {
  const sizes = globSync("artifacts/contracts/**/*.json").flatMap((path): [string, number][] => {
    const { deployedBytecode }: { deployedBytecode?: string } = JSON.parse(readFileSync(path, "utf8"));
    const bytes = ((deployedBytecode ?? "0x").length - 2) / 2;
    return bytes === 0 ? [] : [[basename(path, ".json"), bytes]];
  });
  if (sizes.length === 0) return ["there are no artifacts: run `npx hardhat build` first"];

  const sorted = sizes.filter(([name]) => !name.startsWith("Mock")).sort(([, one], [, other]) => other - one);
  console.log(
    `Largest contracts: ${sorted
      .slice(0, 4)
      .map(([name, bytes]) => `${name} ${bytes} B`)
      .join(", ")} (limit ${LARGEST_CONTRACT})`,
  );
  return sizes
    .filter(([, bytes]) => bytes > LARGEST_CONTRACT)
    .map(([name, bytes]) => `${name} has ${bytes} B, ${LARGEST_CONTRACT} are allowed`);
}

/** npm leaves a platform's package out of a lockfile if the registry lacks it, and then fails on every machine. */
function missingPackages(): string[] {
  const { packages }: { packages: Record<string, { dependencies?: object; optionalDependencies?: object }> } =
    JSON.parse(readFileSync("package-lock.json", "utf8"));
  const isThere = (from: string, name: string): boolean => {
    for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf("node_modules/") - 1))) {
      if (packages[`${base === "" ? "" : `${base}/`}node_modules/${name}`] !== undefined) return true;
      if (base === "") return false;
    }
  };
  return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isThere(path, name))
      .map((name) => `package-lock.json lacks ${name}, which ${path || "the project"} needs on some platform`),
  );
}
