import { type ErrorDescription, Interface, type Result } from "ethers";

/** A revert that one of the given contracts can explain. */
export interface Revert {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The error in words, with its values. */
  readonly sentence: string;
}

/** Words for the errors that operators meet most; the others are spelt from their names. */
const SENTENCES: Readonly<Record<string, (args: Result) => string>> = {
  AccessManagedUnauthorized: (args) => `${args[0]} does not have the role for this; \`system status\` lists who has it`,
  AccessManagedRequiredDelay: (args) => `${args[0]} may do this only ${args[1]} seconds after announcing it`,
  ERC7943CannotSend: (args) => `${args[0]} may not send shares; \`transfer check\` says why`,
  ERC7943CannotReceive: (args) => `${args[0]} may not receive shares; \`transfer check\` says why`,
  ERC7943CannotTransfer: (args) =>
    `the rules of asset ${args[2]} refuse ${args[3]} shares from ${args[0]} to ${args[1]}; \`transfer check\` says why`,
  ERC1155InsufficientBalance: (args) => `${args[0]} has ${args[1]} shares of asset ${args[3]}, ${args[2]} are needed`,
  ERC20InsufficientBalance: (args) => `${args[0]} has ${args[1]} of the currency's base units, ${args[2]} are needed`,
  ERC20InsufficientAllowance: (args) =>
    `${args[0]} may take ${args[1]} of the currency's base units, ${args[2]} are needed`,
  OfferingDeskRefused: (args) =>
    `the register would not issue shares to ${args[1]} (reason ${args[2]}); \`transfer check\` says why`,
};

/** Errors every contract can raise without declaring them. */
const BUILT_IN = new Interface(["error Error(string message)", "error Panic(uint256 code)"]);

/** Finds the revert data in whatever a provider threw and decodes it by the errors of `contracts`. */
export function decodeRevert(error: unknown, contracts: readonly Interface[]): Revert | undefined {
  const data = findRevertData(error);
  if (data === undefined) return undefined;

  for (const contract of [BUILT_IN, ...contracts]) {
    const description = contract.parseError(data);
    if (description !== null) return describe(description);
  }
  return {
    name: "unknown",
    args: { data },
    sentence: `the contract refused with an error of no contract of ours (${data})`,
  };
}

/**
 * Providers wrap the data differently (ethers: `data`, `info.error.data`; Hardhat: `data`, `cause`; nodes: `data.data`), so it
 * is looked for instead of known.
 */
export function findRevertData(error: unknown, depth = 0): string | undefined {
  if (typeof error === "string") return /^0x([0-9a-fA-F]{2}){4,}$/.test(error) ? error : undefined;
  if (typeof error !== "object" || error === null || depth > 6) return undefined;

  const fields = new Map<string, unknown>(Object.entries(error));
  if (error instanceof Error) fields.set("cause", error.cause);
  return ["data", "error", "info", "cause"]
    .map((field) => findRevertData(fields.get(field), depth + 1))
    .find((data) => data !== undefined);
}

function describe({ name, args, fragment }: ErrorDescription): Revert {
  if (name === "Error") return { name, args: { message: args[0] }, sentence: String(args[0]) };

  const names = fragment.inputs.map((input, place) => input.name || String(place));
  const values = Object.fromEntries(names.map((key, place): [string, unknown] => [key, args[place]]));
  const sentence = SENTENCES[name]?.(args) ?? spell(name, names, args);
  return { name, args: values, sentence };
}

/** "ShareTokenCapExceeded" of (7, 10, 9) reads "share token cap exceeded (id 7, supply 10, cap 9)". */
function spell(name: string, names: readonly string[], args: Result): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  const values = names.map((key, place) => `${key} ${args[place]}`).join(", ");
  return values === "" ? words : `${words} (${values})`;
}
