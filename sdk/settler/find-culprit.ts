import type { Provider } from "ethers";
import { type NetVector, type ShareMovement, unpackNetVector } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { suiteInterfaces } from "../contracts.ts";
import { decodeRevert } from "../revert.ts";
import { readGasCap } from "./gas-model.ts";

type Register = Pick<Suite, "shareToken" | "settlementDesk">;

/**
 * The account because of which the rules refuse what a chunk moves of `asset`: a rule judges the end state and names nobody. The
 * register is asked, as the desk, about less and less of the chunk; what is missing of a sum goes to the desk, which no rule
 * counts. Undefined if the parts are refused for another reason, or not at all.
 */
export async function findCulprit(
  { shareToken, settlementDesk }: Register,
  provider: Provider,
  { net, asset, error }: { readonly net: NetVector; readonly asset: bigint; readonly error: string },
): Promise<string | undefined> {
  const [to, desk] = await Promise.all([shareToken.getAddress(), settlementDesk.getAddress()]);
  const gasLimit = await readGasCap(provider);
  const moved = unpackNetVector(net).shares.filter((movement) => movement.asset === asset);
  const debits = moved.filter(({ delta }) => delta < 0n);
  const credits = moved.filter(({ delta }) => delta > 0n);

  const isRefused = async (part: readonly ShareMovement[]): Promise<boolean> => {
    const rest = -part.reduce((sum, { delta }) => sum + delta, 0n);
    const whole = rest === 0n ? part : [...part, { asset, account: desk, delta: rest }];
    const [accounts, deltas] = [whole.map(({ account }) => account), whole.map(({ delta }) => delta)];
    const data = shareToken.interface.encodeFunctionData("settleNet", [asset, accounts, deltas]);
    return provider.call({ from: desk, to, data, gasLimit }).then(
      () => false,
      (thrown: unknown) => {
        const name = decodeRevert(thrown, suiteInterfaces())?.name;
        if (name === error) return true;
        throw thrown;
      },
    );
  };

  try {
    if (await isRefused(debits)) return (await firstRefused(debits, isRefused)).account;
    if (!(await isRefused(moved))) return undefined;
    return (await firstRefused(credits, (part) => isRefused([...debits, ...part]))).account;
  } catch {
    return undefined;
  }
}

/** The movement that ends the shortest refused beginning of `list`, of which the whole is refused. */
async function firstRefused(
  list: readonly ShareMovement[],
  isRefused: (part: readonly ShareMovement[]) => Promise<boolean>,
): Promise<ShareMovement> {
  let [fine, refused] = [0, list.length];
  while (refused - fine > 1) {
    const middle = (fine + refused) >> 1;
    if (await isRefused(list.slice(0, middle))) refused = middle;
    else fine = middle;
  }
  const found = list[refused - 1];
  if (found === undefined) throw new RangeError("nothing is refused of nothing");
  return found;
}
