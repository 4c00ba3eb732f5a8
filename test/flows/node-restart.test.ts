import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readChainInstance } from "../../sdk/journal/chain-instance.ts";
import { type SettledFile, settleFile } from "../../tasks/settle/settle-file.ts";
import { AnvilNode, hasAnvil } from "../helpers/anvil-node.ts";
import { DeployedNode } from "../helpers/deployed-node.ts";
import { codesOf, eventsOf, expectAllSettled, settlerRig, TRADES } from "../helpers/settler-rig.ts";
import { fileOf, type SettlerWorld, settlerWorld } from "../helpers/settler-world.ts";

/** How long the settler asks a node that is not there. */
const PATIENT = { silenceMs: 120_000, patienceMs: 240_000 };

describe("the settler, while its node is restarted", function () {
  this.timeout(600_000);
  if (!hasAnvil()) {
    console.log("      Not run: there is no anvil package for this platform.");
    return;
  }

  let folder = "";
  let deployed: DeployedNode;
  let node: AnvilNode;
  let world: SettlerWorld;
  const rig = settlerRig(() => deployed.connection);
  const [stateFile, begun] = [() => join(folder, "state.json"), () => join(folder, "begun.json")];
  const portOf = () => Number(new URL(node.url).port);
  const ask = (method: string, params: readonly unknown[]) => deployed.request(method, ...params);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-restart-"));
    deployed = await DeployedNode.open(async (port) => {
      node = await AnvilNode.start(port, { state: stateFile() });
      return node;
    });
    world = await settlerWorld(deployed.connection, () => deployed.deployed()).trading();
    await node.stop();
    await copyFile(stateFile(), begun());
  });
  after(async () => {
    await deployed.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    await copyFile(begun(), stateFile());
    await start();
  });
  afterEach(() => node.stop());

  /** With what the node has written when it was last stopped in order. */
  async function start(): Promise<void> {
    node = await AnvilNode.start(portOf(), { state: stateFile() });
  }

  async function restart(how: "in order" | "killed"): Promise<void> {
    await node.stop(how);
    await start();
  }

  async function until<T>(question: () => Promise<T | undefined | false>): Promise<T> {
    for (;;) {
      const found = await question().catch(() => undefined);
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const isSettled = async () => (await world.suite.settlementDesk.batchOf(1n)).settledChunks === 1n;

  /** What was settled, of all batches that there ever were. */
  async function expectSettledOnce(file: SettledFile): Promise<void> {
    const { settlementDesk } = world.suite;
    expect(codesOf(file)).to.deep.equal([TRADES.map(() => 0)]);
    await expectAllSettled(world);
    expect(await settlementDesk.lastBatch()).to.equal(1n);
    const settled = await settlementDesk.queryFilter(settlementDesk.filters.ChunkSettled());
    expect(settled.map(({ args }) => [args.number, args.index])).to.deep.equal([[1n, 0n]]);
  }

  it("offers again what the node has taken and then forgotten between sending and receipt", async () => {
    const text = await fileOf(world, TRADES);
    await ask("evm_setAutomine", [false]);
    const running = settleFile(rig.toolsOf(world, PATIENT), text, "day.ndjson");
    running.catch(() => undefined);
    await until(async () => (await world.suite.settlementDesk.runner?.provider?.getBlock("pending"))?.transactions[0]);
    const instance = await readChainInstance(ask);

    await restart("in order");

    const settled = await running;
    await expectSettledOnce(settled);
    expect(settled.mismatches).to.deep.equal([]);
    expect(await readChainInstance(ask), "the same life of the chain").to.equal(instance);
  });

  it("settles again what a kill of the node has taken back, and nothing twice", async () => {
    const running = settleFile(
      rig.toolsOf(world, { ...PATIENT, confirmations: 3 }),
      await fileOf(world, TRADES),
      "day.ndjson",
    );
    running.catch(() => undefined);
    await until(isSettled);

    // That the batch was gone is in the journal: asked of the node here, the settler may have posted it again already.
    await restart("killed");
    await until(isSettled);
    await ask("anvil_mine", ["0x3"]);

    const settled = await running;
    await expectSettledOnce(settled);
    expect(await eventsOf(settled)).to.include("vanished");
    expect(settled.mismatches).to.deep.equal([]);
  });

  it("goes on with a settlement whose process ended while the node was away", async () => {
    const text = await fileOf(world, TRADES);
    const running = settleFile(rig.toolsOf(world, { confirmations: 3, silenceMs: 0 }), text, "day.ndjson");
    const ended = running.then(
      () => undefined,
      (error: unknown) => error,
    );
    await until(isSettled);

    await node.stop();
    expect(await ended, "nobody answered").to.be.instanceOf(Error);
    await start();
    await expectSettledOnce(await settleFile(rig.toolsOf(world), text, "day.ndjson"));
  });
});
