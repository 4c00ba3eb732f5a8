import { z } from "zod";
import { ExecutorInputError } from "../errors.ts";
import type { SnapshotTables } from "../packed-snapshot.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Plain } from "./canonical-json.ts";

const DIGITS = /^\d+$/;
const SIGNED = /^-?\d+$/;

/** One step each, because a file has thousands of them: a pipe of three takes five times as long. */
const digits = (form: RegExp, name: string) =>
  z.transform<unknown, bigint>((value, { issues }) => {
    if (typeof value === "string" && form.test(value)) return BigInt(value);
    issues.push({ code: "custom", message: `no ${name} in decimal digits`, input: value });
    return z.NEVER;
  });
export const integer = digits(DIGITS, "integer");
/** A number that may be below zero. */
const signed = digits(SIGNED, "integer with or without a sign");
export const small = z.transform<unknown, number>((value, { issues }) => {
  const number = typeof value === "string" && DIGITS.test(value) ? Number(value) : Number.NaN;
  if (number <= Number.MAX_SAFE_INTEGER) return number;
  issues.push({ code: "custom", message: "no small integer in decimal digits", input: value });
  return z.NEVER;
});
const text = z.string();

export const snapshotSchema = z.strictObject({
  chainId: integer,
  desk: text,
  openingBlock: integer,
  assets: z.array(
    z.strictObject({
      id: integer,
      state: small,
      holderLimit: small,
      minimumHolders: small.optional(),
      balanceCap: integer.optional(),
      minimumHolding: integer.optional(),
    }),
  ),
  currencies: z.array(z.strictObject({ address: text, engineUnit: integer })),
  accounts: z.array(z.strictObject({ address: text, investor: text })),
  shares: z.array(
    z.strictObject({
      account: small,
      asset: small,
      spendable: signed,
      balance: integer,
      frozen: integer.optional(),
      sendCode: small,
      receiveCode: small,
    }),
  ),
  cash: z.array(z.strictObject({ account: small, currency: small, deposited: integer })),
  mandates: z.array(
    z.strictObject({
      account: small,
      currency: small,
      id: text,
      expiry: integer,
      cashOutLeft: integer,
      lossLeft: integer,
      feeLeft: integer,
      limits: z.array(
        z.strictObject({
          asset: small,
          inLeft: integer,
          outLeft: integer,
          maxBuyPrice: integer,
          minSellPrice: integer,
        }),
      ),
    }),
  ),
  bands: z.array(z.strictObject({ asset: small, currency: small, low: integer, high: integer })).optional(),
  offerings: z
    .array(
      z.strictObject({
        id: integer,
        asset: small,
        currency: small,
        account: small,
        price: integer,
        left: integer,
      }),
    )
    .optional(),
  distributions: z.array(z.strictObject({ id: integer, currency: small, account: small })).optional(),
  entitlements: z.array(z.strictObject({ distribution: small, account: small, amount: integer })).optional(),
  holds: z
    .array(
      z.strictObject({
        id: text,
        holder: small,
        beneficiary: small,
        agent: small,
        asset: small,
        quantity: integer,
        until: integer,
      }),
    )
    .optional(),
  officers: z.array(small).optional(),
  cancelled: z.array(z.strictObject({ order: text, trader: text })).optional(),
  withoutMandates: z
    .literal("true")
    .transform(() => true)
    .optional(),
});

/** The short part of a snapshot, which is JSON in a packed one, too. */
export const tablesSchema = snapshotSchema.omit({ accounts: true, shares: true, cash: true });

/** A snapshot as plain data, field by field what {@link snapshotSchema} reads. */
export function plainSnapshot({ accounts, shares, cash, ...tables }: Snapshot): { readonly [key: string]: Plain } {
  return {
    ...plainTables(tables),
    accounts: accounts.map((account) => ({ ...account })),
    shares: shares.map((position) => stated({ ...position })),
    cash: cash.map((position) => ({ ...position })),
  };
}

/** The short part as plain data, field by field what {@link tablesSchema} reads. */
export function plainTables(snapshot: SnapshotTables): { readonly [key: string]: Plain } {
  const { bands, offerings, distributions, entitlements, holds, officers, cancelled, withoutMandates } = snapshot;

  return {
    ...stated({
      bands: bands?.map((band) => ({ ...band })),
      offerings: offerings?.map((offering) => ({ ...offering })),
      distributions: distributions?.map((distribution) => ({ ...distribution })),
      entitlements: entitlements?.map((entitlement) => ({ ...entitlement })),
      holds: holds?.map((hold) => ({ ...hold })),
      officers,
      cancelled: cancelled?.map((each) => ({ ...each })),
      withoutMandates: withoutMandates ? "true" : undefined,
    }),
    chainId: snapshot.chainId,
    desk: snapshot.desk,
    openingBlock: snapshot.openingBlock,
    assets: snapshot.assets.map((asset) => stated({ ...asset })),
    currencies: snapshot.currencies.map((currency) => ({ ...currency })),
    mandates: snapshot.mandates.map((mandate) => ({
      ...mandate,
      limits: mandate.limits.map((limit) => ({ ...limit })),
    })),
  };
}

/** Without the fields that say nothing. */
function stated(fields: { readonly [key: string]: Plain | undefined }): { readonly [key: string]: Plain } {
  const said: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) said[key] = value;
  return said;
}

/** `json` as `schema` has it. */
export function readJson<Schema extends z.ZodType>(json: string, schema: Schema): z.infer<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new ExecutorInputError("the snapshot is not JSON", { cause });
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new ExecutorInputError(`the snapshot is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
