import { badInput } from "../../sdk/errors.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";

/**
 * The registrar's secret under which references become investor ids (`INVESTOR_SALT`). A local chain has a known one, because its
 * investors are made up.
 */
export function investorSalt(chainId: bigint): string {
  const salt = process.env["INVESTOR_SALT"];
  if (salt !== undefined && salt !== "") return salt;
  if (chainId === LOCAL_CHAIN_ID) return "moiety local";

  throw badInput("INVESTOR_SALT is not set", {
    why: "without a secret, anyone could find out whose wallet is whose by trying references",
    todo: "set it in the environment to a long random text, and keep it: it cannot be replaced later",
    notDone: "nothing was sent",
  });
}
