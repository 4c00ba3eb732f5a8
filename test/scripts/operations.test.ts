import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { JsonRpcProvider, type JsonRpcSigner } from "ethers";
import { BUY, ORDER_TYPES, SELL, settlementDomain } from "../../executor/index.ts";
import { readAddressBook } from "../../sdk/addresses.ts";
import { connectSuite } from "../../sdk/connect.ts";
import { signMandate } from "../../sdk/mandate.ts";
import { type CommandResult, freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";
import { ASSET_FILE } from "../helpers/task-world.ts";

const CHAIN_ID = 31337n;
/** The published key of the development node's first account; worth nothing anywhere else. */
const PUBLIC_DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const CASH = 1_000_000_000n;
const INCOME = "1250.00";

describe("operations scripts, against a node in another process", function () {
  // Each script is a process that starts in a second or two.
  this.timeout(180_000);

  let node: LocalNode;
  let folder: string;
  let env: Record<string, string>;
  let provider: JsonRpcProvider;

  before(async () => {
    node = await LocalNode.start(await freePort());
    folder = await mkdtemp(join(tmpdir(), "moiety-scripts-"));
    env = { MOIETY_WORK_FOLDER: folder, LOCALHOST_RPC_URL: node.url };
    provider = new JsonRpcProvider(node.url, CHAIN_ID, { cacheTimeout: -1, pollingInterval: 50, staticNetwork: true });
    const deployed = await script("deploy", {});
    expect(deployed.exitCode, deployed.stderr).to.equal(0);
  });
  after(async () => {
    provider.destroy();
    await node.stop();
    await rm(folder, { recursive: true });
  });

  const script = (name: string, parameters: Record<string, string>, on = "localhost") =>
    runHardhat(["run", "--no-compile", `scripts/${name}.ts`, "--network", on], { ...env, ...parameters });
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  /** The suite on the node, its operator, custodian and three investors. */
  async function world() {
    const [operator, custodian, alice, bob, carol] = await Promise.all(
      [0, 1, 2, 3, 4].map((n) => provider.getSigner(n)),
    );
    if (!operator || !custodian || !alice || !bob || !carol) throw new Error("too few accounts");
    const book = await readAddressBook(Number(CHAIN_ID), "localhost", join(folder, "deployments"));
    const { testDollar, ...suite } = connectSuite(book, operator);
    if (testDollar === undefined) throw new Error("no TestDollar");
    return { suite, testDollar, custodian, alice, bob, carol };
  }

  const chainTime = async () => BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);

  it("print their usage without their parameters, and end with 2", async () => {
    for (const [name, parameter] of [
      ["list-asset", "ASSET_FILE"],
      ["onboard", "INVESTORS_FILE"],
      ["pay-income", "RECORD_TIME"],
      ["settle-day", "TRADES_FILE"],
    ] as const) {
      const { exitCode, stdout, stderr } = await script(name, {});
      expect([exitCode, stdout], stderr).to.deep.equal([2, ""]);
      expect(stderr)
        .to.contain("Usage: ")
        .and.to.match(new RegExp(`Missing: .*${parameter}`));
    }
  });

  describe("list-asset", () => {
    it("lists, brings the custodian's word and opens the offering, once", async () => {
      const { suite, custodian } = await world();
      const now = await chainTime();
      const word = {
        schema: "moiety.attestation/1",
        asset: 1,
        kind: "existence",
        attester: custodian.address,
        evidence: { hash: `0x${"11".repeat(32)}` },
        asOf: `${now}`,
        expiresAt: `${now + 400n * 86_400n}`,
      };
      const parameters = {
        ASSET_FILE,
        ATTESTATION_FILE: await write("attestation.json", JSON.stringify(word)),
        CUSTODIAN: custodian.address,
      };

      expectDone(await script("list-asset", parameters), "offering 1 runs until");
      expect(await suite.custodyDesk.isBacked(1n)).to.equal(true);
      expect(await suite.offeringDesk.offeringCount()).to.equal(1n);

      expectDone(await script("list-asset", parameters), "Nothing to do");
    });

    it("refuses the attestation of another asset", async () => {
      const word = {
        schema: "moiety.attestation/1",
        asset: 2,
        kind: "existence",
        attester: (await world()).custodian.address,
        evidence: { hash: `0x${"11".repeat(32)}` },
        asOf: "1",
        expiresAt: "4000000000",
      };
      const file = await write("other.json", JSON.stringify(word));
      const { exitCode, stderr } = await script("list-asset", { ASSET_FILE, ATTESTATION_FILE: file });

      expect(exitCode).to.equal(2);
      expect(stderr).to.contain("the attestation is of asset 2, and this is asset 1");
    });
  });

  describe("onboard", () => {
    it("registers the investors of a file, once", async () => {
      const { suite, alice, bob, carol } = await world();
      const rows = [alice, bob, carol].map(({ address }, n) => `A-${n + 1},${address},US,accredited,2090-12-31`);
      const file = await write(
        "investors.csv",
        ["reference,address,country,class,verifiedUntil", ...rows, ""].join("\n"),
      );

      expectDone(await script("onboard", { INVESTORS_FILE: file }), "3 investors registered");
      expect((await suite.investorRegistry.profileOf(carol.address)).country).to.equal(840n);

      expectDone(await script("onboard", { INVESTORS_FILE: file }), "0 investors registered, 3 were registered before");
    });

    it("sends nothing unconfirmed on another chain, and everything with YES=1", async () => {
      const testnet = await LocalNode.start(await freePort(), 11_155_111);
      try {
        const settings = {
          TESTNET_RPC_URL: testnet.url,
          DEPLOYER_KEY: PUBLIC_DEVELOPMENT_KEY,
          INVESTOR_SALT: "a secret",
          INVESTORS_FILE: join(folder, "investors.csv"),
        };
        expect((await script("deploy", settings, "testnet")).exitCode).to.equal(0);

        const unconfirmed = await script("onboard", settings, "testnet");
        expect([unconfirmed.exitCode, unconfirmed.stderr.includes("nobody is there to confirm it")]).to.deep.equal([
          5,
          true,
        ]);
        expectDone(await script("onboard", { ...settings, YES: "1" }, "testnet"), "3 investors registered");
      } finally {
        await testnet.stop();
      }
    });
  });

  describe("pay-income", () => {
    it("opens the record, pays everybody after its instant, and nobody twice", async () => {
      const { suite, testDollar, alice, bob, carol } = await world();
      await subscribeAll();
      const closed = await runHardhat(["offering", "close", "1", "--network", "localhost"], env);
      expect(closed.exitCode, closed.stderr).to.equal(0);
      const instant = (await chainTime()) + 3_600n;
      const parameters = { ASSET: "1", INCOME, RECORD_TIME: `${instant}` };

      const early = await script("pay-income", parameters);
      expect([early.exitCode, early.stderr.includes("nothing can be paid before")]).to.deep.equal([4, true]);
      const stillEarly = await script("pay-income", parameters);
      expect(stillEarly.exitCode).to.equal(4);
      expect(await suite.shareToken.recordCount(1n)).to.equal(1n);

      await provider.send("evm_setNextBlockTimestamp", [Number(instant)]);
      await provider.send("evm_mine", []);
      expect((await script("pay-income", parameters)).exitCode, "at the very instant").to.equal(4);
      await provider.send("evm_mine", []);
      await (await testDollar.mint(await operatorAddress(), 2_500_000_000n)).wait();
      expectDone(await script("pay-income", parameters), "3 holders were paid now");
      const balances = await Promise.all([alice, bob, carol].map(({ address }) => testDollar.balanceOf(address)));
      expect(balances).to.deep.equal([500_000_000n, 500_000_000n, 250_000_000n]);

      expectDone(await script("pay-income", parameters), "Nothing to do");
      expect(await suite.incomeDesk.distributionCount()).to.equal(1n);
    });

    it("refuses another amount for the same instant, and an instant that has passed without a record", async () => {
      const { suite } = await world();
      const { instant } = await suite.shareToken.recordAt(1n, 0n);

      const other = await script("pay-income", { ASSET: "1", INCOME: "1.00", RECORD_TIME: `${instant}` });
      expect([other.exitCode, other.stderr.includes("by distribution 1 of another amount")]).to.deep.equal([2, true]);
      const late = await script("pay-income", { ASSET: "1", INCOME, RECORD_TIME: `${instant - 1n}` });
      expect([late.exitCode, late.stderr.includes("has passed without a record")]).to.deep.equal([2, true]);
    });
  });

  describe("settle-day", () => {
    it("settles the trades of a file, once", async () => {
      const { suite, alice, bob } = await world();
      await bringCashAndMandates();
      const file = await write("day.ndjson", await tradesOfADay());

      expectDone(await script("settle-day", { TRADES_FILE: file }), "1 of 1 trades accepted, 1 of 1 chunks settled");
      const shares = await Promise.all([alice, bob].map(({ address }) => suite.shareToken.balanceOf(address, 1n)));
      expect(shares).to.deep.equal([49_900n, 50_100n]);

      expectDone(await script("settle-day", { TRADES_FILE: file }), "Nothing to do: this file was settled before.");
      expect(await suite.settlementDesk.lastBatch()).to.equal(1n);
    });
  });

  const operatorAddress = async () => (await provider.getSigner(0)).address;

  /** Alice, Bob and Carol buy all shares: 50,000, 50,000 and 25,000. */
  async function subscribeAll(): Promise<void> {
    const { suite, testDollar, alice, bob, carol } = await world();
    const desk = await suite.offeringDesk.getAddress();
    for (const [buyer, shares] of [
      [alice, 50_000n],
      [bob, 50_000n],
      [carol, 25_000n],
    ] as const) {
      const cost = shares * 1_000_000n;
      await (await testDollar.mint(buyer.address, cost)).wait();
      await (await testDollar.connect(buyer).approve(desk, cost)).wait();
      await (await suite.offeringDesk.connect(buyer).subscribe(1n, shares, shares, cost)).wait();
    }
  }

  /** Alice and Bob bring cash to the settlement desk and sign what may be done to them. */
  async function bringCashAndMandates(): Promise<void> {
    const { suite, testDollar, alice, bob } = await world();
    const { settlementDesk } = suite;
    const [desk, currency] = [await settlementDesk.getAddress(), await testDollar.getAddress()];
    await (await settlementDesk.allowCurrency(currency, 1n)).wait();

    for (const account of [alice, bob]) {
      await (await testDollar.mint(account.address, CASH)).wait();
      await (await testDollar.connect(account).approve(desk, CASH)).wait();
      await (await settlementDesk.connect(account).deposit(currency, CASH)).wait();
      const mandate = {
        account: account.address,
        currency,
        maxCashOut: CASH,
        lossAllowance: 0n,
        feeCap: 0n,
        expiry: (await chainTime()) + 1_000_000n,
        nonce: 1n,
        limits: [{ asset: 1n, maxIn: 1_000n, maxOut: 1_000n, maxBuyPrice: 2_000_000n, minSellPrice: 500_000n }],
      };
      const signature = await signMandate(account, { chainId: CHAIN_ID, desk }, mandate);
      await (await settlementDesk.registerMandate(mandate, signature)).wait();
    }
  }

  /** Bob buys 100 of Alice's shares at 1.10. */
  async function tradesOfADay(): Promise<string> {
    const { alice, bob } = await world();
    const trade = { type: "trade", buy: "B-1", sell: "S-1", quantity: "100", price: "1100000", matchNumber: "1" };
    return [await orderLine("B-1", bob, BUY), await orderLine("S-1", alice, SELL), JSON.stringify(trade), ""].join(
      "\n",
    );
  }

  async function orderLine(ref: string, trader: JsonRpcSigner, side: number): Promise<string> {
    const { suite, testDollar } = await world();
    const signed = {
      trader: trader.address,
      side,
      asset: "1",
      currency: await testDollar.getAddress(),
      quantity: "100",
      limitPrice: "1100000",
      expiry: `${(await chainTime()) + 100_000n}`,
      priority: 0,
      salt: "1",
    };
    const domain = settlementDomain(CHAIN_ID, await suite.settlementDesk.getAddress());
    const signature = await trader.signTypedData(domain, ORDER_TYPES, signed);
    return JSON.stringify({ type: "order", ref, ...signed, side: side === BUY ? "buy" : "sell", signature });
  }
});

function expectDone({ exitCode, stdout, stderr }: CommandResult, said: string): void {
  expect(exitCode, stderr).to.equal(0);
  expect(stdout).to.contain(said);
}
