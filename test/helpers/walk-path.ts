import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";
import type { Path, PathStep } from "../../sdk/access/find-paths.ts";
import type { AccessManager } from "../../typechain-types/index.ts";

/** No act of a path needs as much. */
const GAS = 2_000_000n;
const ETHER = 10n ** 18n;

interface Act {
  readonly at: bigint;
  readonly step: PathStep;
  readonly isAnnouncement: boolean;
}

/**
 * Walks a path on the chain, at exactly the times it names. What was announced, and the last act in any case, is tried a second
 * earlier and has to fail. The connection has to allow blocks of the same time.
 */
export async function walkPath(connection: NetworkConnection, accessManager: AccessManager, path: Path): Promise<void> {
  const { networkHelpers } = connection;
  // Beforehand, because giving ether makes a block.
  for (const by of new Set(path.steps.map((step) => step.by))) {
    await networkHelpers.impersonateAccount(by);
    await networkHelpers.setBalance(by, ETHER);
  }
  const announcements = path.steps
    .filter(({ announcedAt, doneAt }) => announcedAt < doneAt)
    .map((step) => ({ at: step.announcedAt, step, isAnnouncement: true }));
  const acts = [...announcements, ...path.steps.map((step) => ({ at: step.doneAt, step, isAnnouncement: false }))];

  for (const [at, together] of Map.groupBy(acts.toSorted(byTime), (act) => act.at)) {
    for (const act of together.filter((each) => isWaitedFor(each, path))) {
      await networkHelpers.time.setNextBlockTimestamp(at - 1n);
      const tooEarly = await perform(connection, accessManager, act).then(() => "went through", String);
      expect(tooEarly, `${act.step.title}, a second early`).to.match(/Access\w+\(/);
    }
    for (const act of together) {
      await networkHelpers.time.setNextBlockTimestamp(at);
      await perform(connection, accessManager, act);
    }
  }
}

function byTime(one: Act, other: Act): number {
  return Number(one.at - other.at);
}

async function perform(connection: NetworkConnection, accessManager: AccessManager, { step, isAnnouncement }: Act) {
  const signer = await connection.ethers.getSigner(step.by);
  const manager = accessManager.connect(signer);

  if (isAnnouncement) return manager.schedule(step.target, step.data, 0, { gasLimit: GAS });
  if (step.announcedAt < step.doneAt) return manager.execute(step.target, step.data, { gasLimit: GAS });
  return signer.sendTransaction({ to: step.target, data: step.data, gasLimit: GAS });
}

function isWaitedFor({ at, step, isAnnouncement }: Act, { begins, steps }: Path): boolean {
  if (isAnnouncement || at === begins) return false;
  return step.announcedAt < step.doneAt || step === steps.at(-1);
}
