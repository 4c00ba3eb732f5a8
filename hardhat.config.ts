import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatIgnitionEthers from "@nomicfoundation/hardhat-ignition-ethers";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import dotenv from "dotenv";
import { configVariable, defineConfig } from "hardhat/config";
import tasks from "./tasks/index.ts";
import investorSalt from "./tools/investor-salt/index.ts";
import { EVM_VERSION, SOLC_SETTINGS } from "./tools/solc/settings.ts";
import { FRESH_BINDINGS } from "./tools/stable-bindings/folders.ts";
import stableBindings from "./tools/stable-bindings/index.ts";

// Settings (URLs, ports) come from .env; secrets never do: they are configuration variables (environment or keystore).
dotenv.config({ quiet: true });

// The compiler is a package, so that nothing is downloaded outside the lockfile.
const compilerPath = fileURLToPath(new URL("./node_modules/solc/soljson.js", import.meta.url));
if (!existsSync(compilerPath)) {
  console.error("The Solidity compiler is missing (node_modules/solc). Run `npm ci`, then try again.");
  process.exit(2);
}
const solc = { version: "0.8.37", path: compilerPath };
const settings = {
  ...SOLC_SETTINGS,
  outputSelection: { "*": { "*": ["storageLayout"] } },
};

/** ERC-8328's `recordEvent` has 13 arguments: more than the stack takes without the compiler's intermediate language. */
const withOverrides = (evmVersion: string) => ({
  "contracts/compliance/ComplianceLog.sol": { ...solc, settings: { ...settings, evmVersion, viaIR: true } },
});

/** Code that counts its own lines, or that was changed to see whether a test notices, may be larger than what is deployed. */
const isAnySize = process.argv.includes("--coverage") || process.env["ANY_CONTRACT_SIZE"] === "1";

export default defineConfig({
  plugins: [
    hardhatEthers,
    hardhatChaiMatchers,
    hardhatIgnitionEthers,
    hardhatKeystore,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatTypechain,
    stableBindings,
    investorSalt,
    hardhatVerify,
  ],
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
    ],
    // Ignition deploys with `production`; it has the same settings, so that what is tested is what is deployed (D10).
    profiles: {
      default: {
        compilers: [{ ...solc, settings: { ...settings, evmVersion: EVM_VERSION } }],
        overrides: withOverrides(EVM_VERSION),
      },
      // Not isolated, as it would be by default: alone, a file without contracts has a build info that the simulated chain cannot read.
      production: {
        isolated: false,
        compilers: [{ ...solc, settings: { ...settings, evmVersion: EVM_VERSION } }],
        overrides: withOverrides(EVM_VERSION),
      },
      prague: {
        compilers: [{ ...solc, settings: { ...settings, evmVersion: "prague" } }],
        overrides: withOverrides("prague"),
      },
    },
  },
  tasks,
  networks: {
    default: { type: "edr-simulated", hardfork: "osaka", allowUnlimitedContractSize: isAnySize },
    localhost: { type: "http", url: process.env["LOCALHOST_RPC_URL"] ?? "http://127.0.0.1:8545" },
    // Any testnet: the URL and the key are asked for only when this network is used.
    testnet: {
      type: "http",
      chainType: "l1",
      url: configVariable("TESTNET_RPC_URL"),
      accounts: [configVariable("DEPLOYER_KEY")],
    },
  },
  investorSalt: configVariable("INVESTOR_SALT"),
  // What is measured is what is deployed.
  coverage: { skipFiles: ["contracts/mocks/**", "test/**"] },
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") }, blockscout: { enabled: false } },
  test: {
    // A limit for what hangs, not a measure: machines that run checks are slow and shared.
    mocha: { timeout: 120_000 },
    solidity: {
      // A stated sample, the same every time; `npm run soak` asks for more, from a seed that it prints.
      fuzz: { runs: Number(process.env["SOLIDITY_FUZZ_RUNS"] ?? 256), seed: process.env["SOLIDITY_SEED"] ?? "0x1" },
      invariant: {
        runs: Number(process.env["INVARIANT_RUNS"] ?? 32),
        depth: Number(process.env["INVARIANT_DEPTH"] ?? 64),
        failOnRevert: true,
      },
    },
  },
  paths: {
    tests: { mocha: "test", solidity: "test/solidity" },
    // Journals of deployments; a rehearsal keeps them, like everything it writes, in a folder of its own.
    ignition: join(process.env["MOIETY_WORK_FOLDER"] ?? ".", "ignition"),
  },
  // The plugin of stable bindings takes them from there to `typechain-types`.
  typechain: { outDir: FRESH_BINDINGS, tsNocheck: true },
});
