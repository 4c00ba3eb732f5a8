import { join } from "node:path";

/** Where the bindings are, for everybody. */
export const BINDINGS = "typechain-types";

/** Where TypeChain writes them first: a folder of this process, because several may build at the same time. */
export const FRESH_BINDINGS = join("cache", `bindings-${process.pid}`);
