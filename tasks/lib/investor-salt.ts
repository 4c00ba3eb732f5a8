import { badInput } from "../../sdk/errors.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";

/** A configuration variable: asked for only when it is needed. */
export interface Secret {
  get(): Promise<string>;
}

/**
 * The registrar's secret under which references become investor ids: `INVESTOR_SALT`, of the environment or of Hardhat's keystore.
 * A local chain has a known one, because its investors are made up, and nobody is asked for the keystore's password there.
 */
export async function investorSalt(chainId: bigint, secret?: Secret): Promise<string> {
  const salt = process.env["INVESTOR_SALT"];
  if (salt !== undefined && salt !== "") return salt;
  if (chainId === LOCAL_CHAIN_ID) return "moiety local";

  const kept = (await secret?.get().catch(() => "")) ?? "";
  if (kept !== "") return kept;
  throw badInput("INVESTOR_SALT is not set", {
    why: "without a secret, anyone could find out whose wallet is whose by trying references",
    todo: "keep a long random text under this name, `npx hardhat keystore set INVESTOR_SALT`, or set it in the environment; it cannot be replaced later",
    notDone: "nothing was sent",
  });
}
