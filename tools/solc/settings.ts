/** What the project is compiled with, as far as it changes the code: in Hardhat, and in the tools that ask solc themselves. */
export const SOLC_SETTINGS = {
  optimizer: { enabled: true, runs: 300 },
  // No hash of the metadata in the code: it depends on what else was compiled in the same run, and equal code is to be equal.
  metadata: { bytecodeHash: "none" },
};
export const EVM_VERSION = "osaka";
