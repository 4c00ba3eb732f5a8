import { id } from "ethers";

/** A call that a multisig is to make. */
export interface SafeCall {
  readonly to: string;
  readonly value: bigint;
  readonly data: string;
}

export interface SafeBatchOptions {
  readonly chainId: bigint;
  /** The multisig that is to send it. */
  readonly safe: string;
  readonly name: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

type Json = string | number | null | readonly Json[] | { readonly [key: string]: Json };

/** The file format that the Safe's Transaction Builder reads; its version stands in the file. */
const BUILDER_VERSION = "1.18.0";

/** Calls as a file for the Safe's Transaction Builder, with the checksum by which it notices changes. */
export function formatSafeBatch(calls: readonly SafeCall[], options: SafeBatchOptions): string {
  const { chainId, safe, name, description, createdAt } = options;
  const meta = {
    name,
    description,
    txBuilderVersion: BUILDER_VERSION,
    createdFromSafeAddress: safe,
    createdFromOwnerAddress: "",
  };
  const transactions = calls.map(({ to, value, data }) => ({
    to,
    value: value.toString(),
    data,
    contractMethod: null,
    contractInputsValues: null,
  }));
  const batch = { version: "1.0", chainId: chainId.toString(), createdAt, meta, transactions };
  return `${JSON.stringify({ ...batch, meta: { ...meta, checksum: safeChecksum(batch) } }, null, 2)}\n`;
}

/** Of everything but the checksum itself; the batch's name does not count, so that it can be renamed. */
export function safeChecksum<Meta extends { readonly [key: string]: Json }>(
  batch: { readonly [key: string]: Json } & { readonly meta: Meta },
): string {
  return id(spell({ ...batch, meta: { ...batch.meta, name: null } }));
}

/** The builder's own spelling: the sorted keys of an object first, then its values, each with a comma after it. */
function spell(value: Json): string {
  if (isList(value)) return `[${value.map(spell).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  const values = keys.map((key) => `${spell(value[key] ?? null)},`);
  return `{${JSON.stringify(keys)}${values.join("")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
