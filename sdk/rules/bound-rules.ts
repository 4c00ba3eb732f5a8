import { ICompositeRule__factory, ITransferRule__factory } from "../../typechain-types/index.ts";
import type { Suite, SuiteAddresses } from "../connect.ts";
import { MoietyError } from "../errors.ts";
import { expand } from "./common-rules.ts";
import type { RuleEntry, RuleKind, ToldRule } from "./rule-kind.ts";
import { RULE_KINDS } from "./rule-kinds.ts";

/** Bit of contracts/rules/RuleTraits.sol. */
const COMPOSITE = 64n;

/** A rule of an asset as the chain has it; one that is bound as a part of CommonRules as if it were bound by itself. */
export interface BoundRule {
  readonly code: number;
  /** Its kind as files name it; nothing for a rule that is not of this suite. */
  readonly name: string | null;
  readonly words: string;
  /** As a file would say it; nothing where that is not known. */
  readonly entry: RuleEntry | null;
  readonly address: string;
  readonly parameters: string;
}

/** The rules of an asset in the order in which they are asked. */
export async function listBoundRules(suite: Suite, addresses: SuiteAddresses, id: bigint): Promise<BoundRule[]> {
  const settings = expand(await suite.transferRules.rulesOf(id), addresses);
  const told = await Promise.all(
    settings.map(({ rule, parameters }) => tellBoundRule(suite, addresses, rule, parameters)),
  );
  return told.flat();
}

/** The kind of rule that a deployment has at an address. */
export function kindAt(addresses: SuiteAddresses, rule: string): RuleKind | undefined {
  return RULE_KINDS.find(({ contract }) => addresses[contract]?.toLowerCase() === rule.toLowerCase());
}

async function tellBoundRule(
  { transferRules }: Suite,
  addresses: SuiteAddresses,
  address: string,
  parameters: string,
): Promise<BoundRule[]> {
  const kind = kindAt(addresses, address);
  if (kind !== undefined) {
    const { words, entry } = tellSafely(kind, parameters);
    return [{ code: kind.code, name: kind.name, words, entry, address, parameters }];
  }

  const composite = ICompositeRule__factory.connect(address, transferRules.runner);
  const foreign = { name: null, entry: null, address, parameters };
  if (((await composite.traits()) & COMPOSITE) === 0n) {
    const rule = ITransferRule__factory.connect(address, transferRules.runner);
    const [code, sentence] = await Promise.all([rule.code(), rule.sentence()]);
    return [{ ...foreign, code: Number(code), words: sentence }];
  }
  const codes = codesIn(await composite.codesOf(parameters));
  const texts = await Promise.all(codes.map((code) => composite.textOf(code)));
  return texts.map(({ sentence }, place) => ({ ...foreign, code: codes[place] ?? 0, words: sentence }));
}

/** The codes of a set: bit n stands for code n. */
function codesIn(set: bigint): number[] {
  return Array.from({ length: 90 }, (_, code) => code).filter((code) => (set & (1n << BigInt(code))) !== 0n);
}

/** A rule may be bound to parameters that were written by hand and that the chain takes though the files cannot say them. */
function tellSafely(kind: RuleKind, parameters: string): { words: string; entry: ToldRule["entry"] | null } {
  try {
    return kind.tell(parameters);
  } catch (error) {
    if (!(error instanceof MoietyError)) throw error;
    return { words: `${kind.contract} with ${parameters}`, entry: null };
  }
}
