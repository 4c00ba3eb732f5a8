import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

/** A signer whose process ends, as it were, when it is about to send one transaction more than `sends`. */
export function failingAfter(signer: HardhatEthersSigner, sends: number): HardhatEthersSigner {
  let sent = 0;
  return new Proxy(signer, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== "sendTransaction") return typeof value === "function" ? value.bind(target) : value;
      return (...request: Parameters<HardhatEthersSigner["sendTransaction"]>) => {
        if (sent >= sends) throw new KilledError();
        sent += 1;
        return target.sendTransaction(...request);
      };
    },
  });
}

/** Stands for a kill. */
export class KilledError extends Error {
  override readonly name = "KilledError";
}
