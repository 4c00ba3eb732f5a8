import type { NetworkConnection } from "hardhat/types/network";
import { z } from "zod";
import { LOCAL_CHAIN_ID } from "../../../sdk/local-chain.ts";
import { formatTime } from "../../../sdk/time.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** A public chain whose newest block is older than this stands still, or its node lags behind. In seconds. */
const OLD_BLOCK = 900n;
/** Clocks differ a little; a block further ahead than this comes from a clock that was moved. In seconds. */
const CLOCK_TOLERANCE = 60n;

/** What the node says of itself and of its chain. */
export async function checkChain({ provider, ethers }: NetworkConnection, chainId: bigint): Promise<Finding[]> {
  const client = z.string().safeParse(await provider.request({ method: "web3_clientVersion" }));
  const block = await ethers.provider.getBlock("latest");
  const time = BigInt(block?.timestamp ?? 0);
  const age = BigInt(Math.floor(Date.now() / 1000)) - time;

  return [
    ok("Node's RPC", client.success ? client.data : "answers, and does not say which program it is"),
    ok("Chain", `id ${chainId}${chainId === LOCAL_CHAIN_ID ? ", a development chain" : ""}`),
    judgeAge(`block ${block?.number ?? 0} of ${formatTime(time)}`, age, chainId === LOCAL_CHAIN_ID),
  ];
}

/** A development chain makes blocks when it is asked to, and its clock may be moved; elsewhere both are signs of trouble. */
function judgeAge(said: string, age: bigint, isLocal: boolean): Finding {
  if (age < -CLOCK_TOLERANCE) {
    const ahead = `${said}, ${-age} s ahead of this machine's clock`;
    return isLocal ? ok("Newest block", ahead) : warning("Newest block", ahead, "set this machine's clock");
  }
  if (age > OLD_BLOCK && !isLocal) {
    return warning("Newest block", `${said}, ${age} s ago`, "ask the node's operator, or use another node");
  }
  return ok("Newest block", said);
}
