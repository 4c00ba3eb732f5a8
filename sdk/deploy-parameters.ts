import { readFile } from "node:fs/promises";
import { z } from "zod";
import { OFFICES } from "../ignition/roles.ts";
import { parseAddress } from "./address.ts";
import { parseJson } from "./addresses.ts";
import { cell } from "./cell.ts";
import type { DeployParameters } from "./deploy.ts";
import { badInput } from "./errors.ts";

const account = cell(parseAddress).optional();

export const parametersSchema = z.strictObject({
  /** A multisig that takes over from the deployer. */
  admin: account,
  /** Two people who review what the issuer proposes. */
  reviewers: z
    .tuple([cell((text) => parseAddress(text)), cell((text) => parseAddress(text))])
    .refine(([one, other]) => one !== other, "two different people review")
    .optional(),
  /** Accounts of the offices, each the deployer's where none is named. */
  roles: z.strictObject(Object.fromEntries(OFFICES.map((office) => [office, account]))).optional(),
});

/** Deployment parameters: from a JSON file, or else the admin from `DEPLOY_ADMIN` in the environment. */
export async function readDeployParameters(path: string): Promise<DeployParameters> {
  if (path === "") {
    const admin = process.env["DEPLOY_ADMIN"];
    return admin === undefined || admin === "" ? {} : { admin: parseAddress(admin, "DEPLOY_ADMIN") };
  }

  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the parameters cannot be read", { where: path, why: error.code ?? error.message });
  });
  const parsed = parametersSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
    throw badInput("the parameters are wrong", { where: path, details, notDone: "nothing was sent" });
  }
  return parsed.data;
}
