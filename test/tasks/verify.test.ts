import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VerifyContractArgs } from "@nomicfoundation/hardhat-verify/verify";
import { expect } from "chai";
import { Interface, JsonRpcProvider } from "ethers";
import { artifacts, network } from "hardhat";
import { type AddressBook, readAddressBook } from "../../sdk/addresses.ts";
import { verifyDeployment } from "../../tasks/system/verify.ts";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";

const { ethers } = await network.create();
const TESTNET_ID = 11_155_111;
/** The published key of the development node's first account; worth nothing anywhere else. */
const PUBLIC_DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("system verify, of a deployment on a node in another process", function () {
  this.timeout(120_000);

  let node: LocalNode;
  let folder: string;
  let book: AddressBook;
  let journal: string;
  let env: Record<string, string>;

  before(async () => {
    node = await LocalNode.start(await freePort(), TESTNET_ID);
    folder = await mkdtemp(join(tmpdir(), "moiety-verify-"));
    env = { MOIETY_WORK_FOLDER: folder, TESTNET_RPC_URL: node.url, DEPLOYER_KEY: PUBLIC_DEVELOPMENT_KEY };
    const deployed = await runHardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "testnet"], env);
    expect(deployed.exitCode, deployed.stderr).to.equal(0);
    book = await readAddressBook(TESTNET_ID, "testnet", join(folder, "deployments"));
    journal = join(folder, "ignition", "deployments", `chain-${TESTNET_ID}`);
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  it("names for every contract the source and the arguments with which it was made", async () => {
    const requests: VerifyContractArgs[] = [];
    const verified = await verifyDeployment(book, journal, ["etherscan"], async (request) => requests.push(request));

    expect(verified.map(({ name }) => name)).to.deep.equal(Object.keys(book.contracts));
    expect(verified.filter(({ isVerified }) => !isVerified)).to.deep.equal([]);
    const provider = new JsonRpcProvider(node.url, TESTNET_ID, { staticNetwork: true });
    for (const { address, contract = "", constructorArgs = [], libraries = {}, creationTxHash = "" } of requests) {
      const artifact = await artifacts.readArtifact(contract);
      const { bytecode } = await ethers.getContractFactoryFromArtifact(artifact, { libraries });
      const encoded = Interface.from(artifact.abi).encodeDeploy(constructorArgs).slice(2);
      const creation = await provider.getTransaction(creationTxHash);
      expect(creation?.data, `${contract} at ${address}`).to.equal(bytecode + encoded);
    }
    provider.destroy();
  });

  it("says what an explorer refused, and tries the others all the same", async () => {
    const { address } = book.contracts["ShareToken"] ?? { address: "" };
    const verified = await verifyDeployment(book, journal, ["etherscan", "sourcify"], async (request) => {
      if (request.address.toLowerCase() !== address.toLowerCase()) return true;
      throw new Error(`${request.provider} does not know\n  this compiler`);
    });

    const failed = verified.filter(({ isVerified }) => !isVerified);
    expect(failed.map(({ name, said }) => `${name}: ${said}`)).to.deep.equal([
      "ShareToken: etherscan does not know this compiler",
      "ShareToken: sourcify does not know this compiler",
    ]);
    expect(verified).to.have.lengthOf(2 * Object.keys(book.contracts).length);
  });

  it("says of a contract that the journal does not know that it cannot be verified", async () => {
    const stranger = "0x00000000000000000000000000000000000000aa";
    const entry = { address: stranger, deployedAtBlock: 1, runtimeCodeHash: `0x${"00".repeat(32)}` };
    const other = { ...book, contracts: { Stranger: entry } };
    const [row] = await verifyDeployment(other, journal, ["etherscan"], async () => expect.fail("it was published"));

    expect([row?.isVerified, row?.explorer]).to.deep.equal([false, null]);
    expect(row?.said).to.contain("does not say how it was made");
  });

  it("says in one sentence that a local chain has no explorer", async () => {
    const local = await LocalNode.start(await freePort());
    const words = ["system", "verify", "--network", "localhost"];
    const { exitCode, stdout, stderr } = await runHardhat(words, { ...env, LOCALHOST_RPC_URL: local.url });
    await local.stop();

    expect([exitCode, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.contain("there is no explorer for chain 31337");
  });
});
