/** A thread that verifies the orders it was started with whenever it is told to. */
import { parentPort, workerData } from "node:worker_threads";
import { verifyTypedData } from "ethers";
import { ORDER_TYPES, settlementDomain } from "../../executor/index.ts";
import type { EthersOrders } from "./ethers-threads.ts";

const { chainId, desk, orders }: EthersOrders = workerData;
const domain = settlementDomain(chainId, desk);

const areValid = () =>
  orders.every(({ signature, ...order }) => {
    return verifyTypedData(domain, ORDER_TYPES, order, signature).toLowerCase() === order.trader;
  });

areValid();
parentPort?.on("message", () => parentPort?.postMessage(areValid()));
parentPort?.postMessage("ready");
