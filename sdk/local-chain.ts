/** Chain id of development chains (Hardhat's node, anvil), where nothing has to be confirmed and money may be made up. */
export const LOCAL_CHAIN_ID = 31337n;
