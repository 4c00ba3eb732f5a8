import { createServer } from "node:net";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer, NetworkConnection } from "hardhat/types/network";
import type { DeployParameters } from "../../../sdk/deploy.ts";
import { badInput } from "../../../sdk/errors.ts";
import { LOCAL_CHAIN_ID } from "../../../sdk/local-chain.ts";
import type { ActionContext } from "../../lib/action-context.ts";
import type { StepReporter } from "../../lib/progress.ts";
import { deployHere, forgetAll } from "../deploy.ts";
import { REVIEWERS } from "./review-asset.ts";
import { type DemoWorld, openWorld } from "./world.ts";

export const HOST = "127.0.0.1";

export interface OpenedChain {
  readonly world: DemoWorld;
  /** What serves the demo's chain to others, if anything does. */
  readonly server: JsonRpcServer | undefined;
}

/**
 * Compiles, opens a chain and deploys a suite of the demo's own: in this process; with a port, served on it; or on the node that
 * `--network` names, where the demo begins anew each time.
 */
export async function openChain(
  context: ActionContext,
  reporter: StepReporter,
  port: number,
  seed: number,
): Promise<OpenedChain> {
  const { hre } = context;
  if (port !== 0) await requireFreePort(port);
  await reporter.run("Compiling the contracts", async () => {
    await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
    return [undefined, "up to date"];
  });
  const server = port === 0 ? undefined : await serve(hre, port);
  const connection = server === undefined ? (await context.connect()).connection : await connectTo(hre, port);

  const world = await reporter.run("Deploying books, desks and roles", async () => {
    const { provider } = connection.ethers;
    const { chainId } = await provider.getNetwork();
    if (chainId !== LOCAL_CHAIN_ID) throw notHere(chainId);
    if (connection.networkConfig.type !== "edr-simulated") await forgetAll(hre, chainId);

    const firstBlock = await provider.getBlockNumber();
    const parameters = await withReviewers(connection);
    const { deployment } = await deployHere({ hre, connection, parameters, note: (text) => context.note(text) });
    const opened = await openWorld(connection, deployment, firstBlock, seed);
    return [opened, `${Object.keys(deployment.addresses).length} contracts in ${deployment.transactions} transactions`];
  });
  return { world, server };
}

async function serve(hre: HardhatRuntimeEnvironment, port: number): Promise<JsonRpcServer> {
  const server = await hre.network.createServer({ network: "default" }, HOST, port);
  await server.listen();
  return server;
}

/** Hardhat's server ends the process if its port is taken, so it is tried beforehand. `option` is what chose the port. */
export async function requireFreePort(port: number, option = "--port"): Promise<void> {
  const probe = createServer();
  const refusal = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once("error", resolve);
    probe.listen(port, HOST, () => probe.close(() => resolve(undefined)));
  });
  if (refusal === undefined) return;

  const busy = refusal.code === "EADDRINUSE";
  throw badInput(busy ? `port ${port} is busy` : `port ${port} cannot be opened`, {
    ...(busy ? {} : { why: refusal.message }),
    todo: `choose another one with ${option}, or leave ${option} out`,
    notDone: "nothing was started",
  });
}

function connectTo(hre: HardhatRuntimeEnvironment, port: number): Promise<NetworkConnection> {
  return hre.network.create({ network: "localhost", override: { url: `http://${HOST}:${port}` } });
}

/** Two people review every asset of the demo. */
export async function withReviewers({ ethers }: NetworkConnection): Promise<DeployParameters> {
  const signers = await ethers.getSigners();
  const [one, other] = REVIEWERS.map((place) => signers[place]?.address);
  if (one === undefined || other === undefined) throw new Error("the chain has no accounts for two reviewers");
  return { reviewers: [one, other] };
}

function notHere(chainId: bigint) {
  return badInput(
    `the demo runs on a development chain (chain id ${LOCAL_CHAIN_ID}) only, and this is chain ${chainId}`,
    {
      why: "it makes up money and moves the clock",
      todo: "leave --network out, or point it to a local node",
      notDone: "nothing was sent",
    },
  );
}
