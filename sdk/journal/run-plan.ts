import { createHash } from "node:crypto";
import { keccak256 } from "ethers";
import { z } from "zod";
import { parseAddress } from "../address.ts";
import { cell } from "../cell.ts";
import { badInput } from "../errors.ts";
import { canonicalJson, hashOf } from "./canonical-json.ts";

export const PLAN_SCHEMA = "moiety.run-plan/1";

const address = cell((text) => parseAddress(text));
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.string().regex(/^[0-9]+$/);

/** One row of the input and what it is about. */
const rowSchema = z.strictObject({
  /** The row's name for people: a line of the file, a number in a list. */
  row: z.string(),
  account: address,
  /** Money in base units, where the row is about money. */
  amount: amount.nullable(),
});

const stepSchema = z.strictObject({
  title: z.string(),
  to: address,
  data: z.string().regex(/^0x([0-9a-f]{2})*$/),
  value: amount,
  rows: z.array(rowSchema),
});

const planSchema = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  id: z.string(),
  task: z.string(),
  /** Canonical: what was asked for, without anything that does not change what is done. */
  input: z.record(z.string(), z.json()),
  inputHash: hash,
  /** 1, or more if the same was asked for again after it was done, and there was something left to do. */
  round: z.int().positive(),
  chainId: amount,
  /** The contracts it acts on. */
  contracts: z.array(address).min(1),
  /** Which life of a development chain; null where the chain never forgets. */
  instance: z.string().nullable(),
  sender: address,
  /** The sender's next nonce and the newest block when this was planned: earlier ones have nothing to do with it. */
  nonce: z.int().nonnegative(),
  block: z.int().nonnegative(),
  plannedAt: z.iso.datetime(),
  steps: z.array(stepSchema),
});

export type PlanRow = z.output<typeof rowSchema>;
export type PlanStep = z.output<typeof stepSchema>;
/** All a run needs to be carried out, carried on or checked: it refers to no other file. */
export type RunPlan = z.output<typeof planSchema>;

/** What makes a run this run and not another. */
export type RunIdentity = Pick<RunPlan, "task" | "input" | "round" | "chainId" | "contracts" | "instance">;

/** The same input for the same contracts on the same chain is the same run, however often it is started. */
export function runIdOf({ task, input, round, chainId, contracts, instance }: RunIdentity): string {
  const identity = { task, input, round, chainId, contracts: contracts.map((each) => each.toLowerCase()), instance };
  return createHash("sha256").update(canonicalJson(identity)).digest("hex").slice(0, 16);
}

/** The hash under which a journal names its plan. */
export function planHash(plan: RunPlan): string {
  return hashOf(plan);
}

/** What is left of a step's data in an `intent`. */
export function dataHashOf({ data }: Pick<PlanStep, "data">): string {
  return keccak256(data);
}

/** Reads a plan; `where` is its path. */
export function parsePlan(text: string, where: string): RunPlan {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw badInput("the plan is not JSON", { where, why: error instanceof Error ? error.message : String(error) });
  }

  const parsed = planSchema.safeParse(document);
  if (!parsed.success) {
    const details = z.prettifyError(parsed.error).split("\n");
    throw badInput("this is not the plan of a run, or it is damaged", { where, details });
  }
  if (hashOf(parsed.data.input) !== parsed.data.inputHash) {
    throw badInput("the plan is damaged: its input is not what its hash says", { where });
  }
  return parsed.data;
}
