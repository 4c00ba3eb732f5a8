import { compile, readSource } from "../solc/compile.ts";
import type { Code } from "./install-code.ts";

const CODE = {
  "*": [
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.linkReferences",
  ],
};

/**
 * The code of the contracts in `target`, with some sources replaced; nothing if that does not compile. One file at a time,
 * because code may differ with what else is compiled in the same run, and equal code is to be equal.
 */
export function compileCode(
  target: string,
  project: string,
  replaced: Readonly<Record<string, string>> = {},
): Code[] | undefined {
  const source = replaced[target] ?? readSource(target, project);
  const { errors, contracts } = compile({ [target]: source }, { [target]: CODE }, { replaced, project });
  if (errors.length > 0) return undefined;

  return Object.entries(contracts[target] ?? {}).flatMap(([contract, { evm }]) => {
    const [creation, runtime] = [evm?.bytecode, evm?.deployedBytecode];
    if (creation === undefined || runtime === undefined || creation.object === "") return [];
    return [{ source: target, contract, creation, runtime }];
  });
}
