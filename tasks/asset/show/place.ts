import type { Provider } from "ethers";
import type { SuiteAddresses } from "../../../sdk/connect.ts";

/** Where an asset's file is read: events from `fromBlock` on, everything as of `block`. */
export interface ShowPlace {
  readonly provider: Provider;
  readonly addresses: SuiteAddresses;
  readonly fromBlock: number;
}
