import { type Signer, TypedDataEncoder } from "ethers";
import { z } from "zod";
import { HOLD_TYPES, settlementDomain } from "../executor/formats/typed-data.ts";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import type { SettlementPlace } from "./mandate.ts";
import { readInput } from "./read-input.ts";
import { parseUntil } from "./time.ts";
import { parseWhole } from "./units.ts";

export const holdFileSchema = z.strictObject({
  schema: z.literal("moiety.hold/1"),
  holder: cell((text) => parseAddress(text)),
  /** Who gets what the agent gives over. */
  beneficiary: cell((text) => parseAddress(text)),
  /** Who decides. */
  agent: cell((text) => parseAddress(text)),
  asset: cell((text) => parseWhole(text, "asset")),
  shares: cell((text) => parseWhole(text, "shares")),
  /** Last second for the agent. */
  until: cell(parseUntil),
  /** Last second in which the signed hold may be brought; left out, it is `until`. */
  expiresAt: cell(parseUntil).optional(),
  /** Makes a hold with the same fields another one. */
  salt: cell((text) => parseWhole(text, "salt")).optional(),
  /** Where the holder has signed elsewhere. */
  signature: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/i)
    .optional(),
});

/** `Hold` of docs/formats.md: shares kept for a beneficiary until an agent decides. */
export interface Hold {
  readonly holder: string;
  readonly beneficiary: string;
  readonly agent: string;
  readonly asset: bigint;
  readonly quantity: bigint;
  readonly until: bigint;
  readonly expiry: bigint;
  readonly priority: bigint;
  readonly salt: bigint;
}

/** A hold as somebody wrote it down. */
export interface HoldFile {
  readonly hold: Hold;
  readonly signature: string | undefined;
}

/** Reads a hold. Every use of it needs the same file: the desk keeps its id only. */
export async function readHoldFile(path: string): Promise<HoldFile> {
  return holdOf(await readInput(path, holdFileSchema, "the hold"));
}

/** The hold that a file says. */
export function holdOf(file: z.output<typeof holdFileSchema>): HoldFile {
  const { holder, beneficiary, agent, asset, shares, until, expiresAt = until, salt = 0n } = file;
  return {
    hold: { holder, beneficiary, agent, asset, quantity: shares, until, expiry: expiresAt, priority: 0n, salt },
    signature: file.signature,
  };
}

export function holdId({ chainId, desk }: SettlementPlace, hold: Hold): string {
  return TypedDataEncoder.hash(settlementDomain(chainId, desk), HOLD_TYPES, hold);
}

/** Signs with the holder's own key. */
export function signHold(signer: Signer, { chainId, desk }: SettlementPlace, hold: Hold): Promise<string> {
  return signer.signTypedData(settlementDomain(chainId, desk), HOLD_TYPES, hold);
}
