import { definePlugin } from "hardhat/plugins";

/**
 * Makes the generated bindings the same on every machine: TypeChain lists contracts in the order in which the compiler's
 * artifacts happen to be found, and `typechain-types/` is committed. Listed after the TypeChain plugin.
 */
export default definePlugin({
  id: "moiety-stable-bindings",
  npmPackage: null,
  hookHandlers: { solidity: () => import("./sort-bindings.ts") },
});
