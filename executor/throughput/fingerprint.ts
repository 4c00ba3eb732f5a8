import { availableParallelism, cpus, loadavg, release, type as systemType, totalmem } from "node:os";
import { version } from "node:process";
import { cryptoKind } from "../crypto/crypto-kind.ts";

/** On what something was measured: without it no figure can be compared with another. */
export interface Fingerprint {
  readonly cpu: string;
  readonly cores: number;
  /** Of these, how many this process may use. */
  readonly usableCores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly cryptoKind: "native" | "javascript";
  /** Average load over one and five minutes when the measurement began: above 0 somebody else was at work, too. */
  readonly load: readonly [number, number];
}

/** The machine as it is now. */
export function readFingerprint(): Fingerprint {
  const processors = cpus();
  const [oneMinute = 0, fiveMinutes = 0] = loadavg();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    usableCores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release()}`,
    node: version,
    cryptoKind: cryptoKind(),
    load: [Math.round(oneMinute * 100) / 100, Math.round(fiveMinutes * 100) / 100],
  };
}
