import { definePlugin } from "hardhat/plugins";

/**
 * Makes the generated bindings the same on every machine, and changes them only where they differ: TypeChain lists contracts in
 * the order in which the compiler's artifacts happen to be found, and writes every file anew whenever a command builds, while
 * `typechain-types/` is committed and other processes read it. Listed after the TypeChain plugin.
 */
export default definePlugin({
  id: "moiety-stable-bindings",
  npmPackage: null,
  hookHandlers: { solidity: () => import("./publish-bindings.ts") },
});
