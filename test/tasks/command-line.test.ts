import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";
import { ASSET_FILE } from "../helpers/task-world.ts";

const ALICE = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const BOB = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
/** The published key of the development node's first account; worth nothing anywhere else. */
const PUBLIC_DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("command line, against a node in another process", function () {
  // Each command is a process that starts in a second or two.
  this.timeout(120_000);

  let node: LocalNode;
  let port: number;
  let folder: string;
  let env: Record<string, string>;

  before(async () => {
    port = await freePort();
    node = await LocalNode.start(port);
    folder = await mkdtemp(join(tmpdir(), "moiety-cli-"));
    env = { MOIETY_WORK_FOLDER: folder, LOCALHOST_RPC_URL: node.url };
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  const hardhat = (...words: string[]) => runHardhat([...words, "--network", "localhost"], env);
  const json = async (...words: string[]) => {
    const { exitCode, stdout } = await hardhat(...words, "--json");
    return { exitCode, document: JSON.parse(stdout) };
  };
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it("refuses in one sentence where nothing is deployed", async () => {
    const { exitCode, stdout, stderr } = await hardhat("asset", "show", "1");

    expect([exitCode, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.contain("no deployment on this network (localhost, chain 31337)");
  });

  it("refuses a network that there is not, as JSON", async () => {
    const { exitCode, stdout } = await runHardhat(["system", "status", "--network", "nowhere", "--json"], env);

    expect(exitCode).to.equal(2);
    expect(JSON.parse(stdout).error.what).to.equal('there is no network "nowhere"');
  });

  it("deploys with one command and writes the address book", async () => {
    const { exitCode, stdout } = await hardhat("run", "--no-compile", "scripts/deploy.ts");

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/Deployed in \d+ transactions/);
    const book = JSON.parse(await readFile(join(folder, "deployments", "31337.json"), "utf8"));
    expect(book).to.deep.include({ chainId: 31337, name: "localhost", deployedAtBlock: 1 });
    expect(book.contracts.ShareToken).to.have.all.keys("address", "deployedAtBlock", "runtimeCodeHash");
  });

  it("finds nothing to deploy a second time", async () => {
    const { exitCode, document } = await json("system", "deploy");

    expect([exitCode, document.ok, document.data.transactions]).to.deep.equal([0, true, 0]);
  });

  it("finds the chain as it was deployed", async () => {
    const { exitCode, document } = await json("system", "status");

    expect(exitCode).to.equal(0);
    expect(document.data.checks.every(({ problem }: { problem: string | null }) => problem === null)).to.equal(true);
  });

  it("lists an asset, and finds nothing to do a second time", async () => {
    const first = await json("asset", "create", ASSET_FILE);
    const second = await json("asset", "create", ASSET_FILE);

    expect([first.exitCode, first.document.data.id]).to.deep.equal([0, "1"]);
    expect(first.document.data.steps.map(({ title }: { title: string }) => title.split(" ")[0])).to.deep.equal([
      "propose",
      "anchor",
      "list",
      "bind",
    ]);
    expect([second.exitCode, second.document.data.id, second.document.data.steps]).to.deep.equal([0, "1", []]);
  });

  it("anchors documents of the asset, and notices when a file is no longer the one that was anchored", async () => {
    const deed = await write("deed.txt", "deed");
    const documents = [{ file: "deed.txt", mediaType: "text/plain" }];
    const content = { schema: "moiety.documents/1", asset: 1, role: "LEGAL_BASIS", documents };
    const file = await write("documents.json", JSON.stringify(content));
    const manifest = join(folder, "published", "manifest.json");

    const anchored = await json("asset", "document", file, "--manifest", manifest);
    const verified = await json("asset", "document", manifest, "--verify");
    await writeFile(deed, "another deed");
    const changed = await json("asset", "document", manifest, "--verify");

    expect([anchored.exitCode, anchored.document.data.steps.length]).to.deep.equal([0, 1]);
    expect([verified.exitCode, verified.document.data.holds]).to.deep.equal([0, true]);
    expect([changed.exitCode, changed.document.error.details]).to.deep.equal([6, ["deed.txt: differs"]]);
    expect((await json("asset", "document", file, "--verify", "--supersede")).exitCode).to.equal(2);
  });

  it("ends with 6 when custody has lapsed or never began", async () => {
    const { exitCode, document } = await json("custody", "status");

    expect([exitCode, document.ok]).to.deep.equal([6, false]);
    expect(document.error.details).to.deep.equal([
      "asset 1: nobody answers for the thing",
      "asset 1: nobody has attested that it exists",
    ]);
  });

  it("opens and closes routes, and lists them", async () => {
    const route = ["--source", "US", "--destination", "FR", "--asset", "1", "--evidence", ASSET_FILE];

    const opened = await json("route", "set", ...route);
    const announced = await json("route", "revoke", ...route);
    const { document } = await json("route", "list");

    expect([opened.exitCode, opened.document.data.steps.length]).to.deep.equal([0, 1]);
    expect([announced.exitCode, announced.document.data.state.startsWith("open until before")]).to.deep.equal([
      0,
      true,
    ]);
    expect(document.data.routes).to.have.lengthOf(1);
    expect(document.data.routes[0]).to.include({ source: "US", destination: "FR", assets: "asset 1", open: true });
    expect((await hardhat("route", "revoke", ...route, "--at-once", "--take-back")).exitCode).to.equal(2);
  });

  it("shows the whole file of an asset and ends well, whatever is missing in it", async () => {
    const words = { tokenIssuer: "I", assetHolder: "O", storageLocation: "P", terms: "T", jurisdiction: "US" };
    const properties = { schema: "moiety.custody-properties/1", asset: 1, ...words };
    const declaredValue = { currency: "USD", value: "100" };
    const file = await write("properties.json", JSON.stringify({ ...properties, declaredValue }));

    const said = await json("custody", "properties", file);
    const shown = await hardhat("asset", "show", "1");
    const { exitCode, document } = await json("asset", "show", "1");

    expect(said.exitCode).to.equal(0);
    expect([shown.exitCode, exitCode]).to.deep.equal([0, 0]);
    expect(shown.stdout).to.contain("As of block").and.to.contain("Stale or lapsed");
    expect(document.data.custody.properties).to.deep.equal({ ...words, declaredValue });
    expect(document.data.stale).to.include("nobody answers for the thing");
  });

  it("reads in the compliance log that the asset was approved, and records there what was missed, once", async () => {
    const insured = await json("custody", "insure", "1", "--amount", "125000", "--unit", "USD");
    const record = ["asset", "log", "1", "--record", insured.document.data.steps[0].hash, "--evidence", ASSET_FILE];

    const before = await json("asset", "log", "1");
    const late = await json(...record);
    const again = await json(...record);

    expect(before.document.data.entries.map(({ event }: { event: string }) => event)).to.deep.equal(["ASSET_APPROVED"]);
    expect([late.exitCode, late.document.data.recording.recorded, late.document.data.count]).to.deep.equal([
      0,
      true,
      "2",
    ]);
    expect([again.exitCode, again.document.error.what.includes("is recorded as POLICY_CHANGE already")]).to.deep.equal([
      2,
      true,
    ]);
    expect((await json(...record, "--event", "PARTY")).document.error.what).to.contain("no word of the log");
  });

  it("confirms no value where none waits, and invalidates none without a reason", async () => {
    const confirmed = await json("asset", "value", "1", "--confirm", "7");
    const invalidated = await json("asset", "value", "1", "--invalidate", "0");
    const both = await json("asset", "value", "1", "--invalidate", "0", "--confirm", "7");

    expect([confirmed, invalidated, both].map(({ exitCode }) => exitCode)).to.deep.equal([2, 2, 2]);
    expect(confirmed.document.error.what).to.equal("no value of asset 1 waits to be confirmed");
  });

  it("lists every bad cell of a CSV file and sends nothing", async () => {
    const file = await write(
      "bad.csv",
      `reference,address,country,class,verifiedUntil\nA-1,0x12,UX,accredited,2090-12-31\n`,
    );
    const { exitCode, document } = await json("investor", "onboard", file);

    expect(exitCode).to.equal(2);
    expect(document.error.details).to.have.lengthOf(2);
  });

  it("onboards investors once", async () => {
    const rows = [`A-1,${ALICE},US,accredited,2090-12-31`, `A-2,${BOB},250,retail,2090-12-31`];
    const file = await write("investors.csv", `reference,address,country,class,verifiedUntil\n${rows.join("\n")}\n`);

    const first = await json("investor", "onboard", file);
    const second = await json("investor", "onboard", file);

    expect([first.exitCode, first.document.data.registered]).to.deep.equal([0, 2]);
    expect([second.exitCode, second.document.data.registered, second.document.data.skipped]).to.deep.equal([
      0,
      0,
      ["A-1", "A-2"],
    ]);
  });

  it("says why a transfer would be refused, and ends with 3", async () => {
    const { exitCode, document } = await json(
      "transfer",
      "check",
      "--asset",
      "1",
      "--from",
      ALICE,
      "--to",
      BOB,
      "--shares",
      "5",
    );

    expect([exitCode, document.ok]).to.deep.equal([3, false]);
    expect(document.data.refusals.map(({ code }: { code: number }) => code)).to.deep.equal([2, 20, 30, 31]);
  });

  it("does a registrar's work, and has nothing to do a second time", async () => {
    const successor = "0x000000000000000000000000000000000000c0de";
    const works = [
      ["asset", "pause", "1"],
      ["asset", "pause", "all", "--lift"],
      ["asset", "freeze", "1", ALICE, "5", "--reason", "order 3/2027"],
      ["investor", "freeze", BOB, "--reason", "order 3/2027"],
      ["investor", "suspend", "A-2", "--reason", "order 3/2027"],
      ["investor", "renew", BOB, "--until", "2091-12-31", "--country", "FR"],
      ["investor", "move", BOB, "A-1"],
      ["investor", "recover", ALICE, successor, "--reason", "key lost, order 4/2027"],
    ];
    const sent = [1, 0, 2, 2, 2, 1, 1, 3]; // with an entry in the log where a reason is given; the recovery takes what is frozen along, and there is no share yet

    for (const [place, words] of works.entries()) {
      const first = await json(...words);
      expect([first.exitCode, first.document.data?.steps.length], words.join(" ")).to.deep.equal([0, sent[place]]);
      const second = await json(...words);
      expect([second.exitCode, second.document.data?.steps.length], words.join(" ")).to.deep.equal([0, 0]);
    }
  });

  it("forces nothing without a reason, locks nothing that is not there, renews nothing that is not named", async () => {
    const force = await json("asset", "force", "1", ALICE, BOB, "5");
    const forced = await json("asset", "force", "1", ALICE, BOB, "5", "--reason", "order 3/2027");
    const lock = await json("asset", "lock", "1", ALICE, "5");
    const renew = await json("investor", "renew", "A-1");
    const pause = await json("asset", "pause", "everything");

    expect([force.exitCode, force.document.error.what]).to.deep.equal([2, "no reason is given"]);
    expect([forced.exitCode, forced.document.error.what]).to.deep.equal([3, `${ALICE} holds only 0 shares of asset 1`]);
    expect([lock.exitCode, lock.document.error.what]).to.deep.equal([3, `${ALICE} could spend only 0 shares`]);
    expect([renew.exitCode, renew.document.error.what]).to.deep.equal([2, "nothing to renew is named"]);
    expect([pause.exitCode, pause.document.error.what]).to.deep.equal([
      2,
      '"everything" is neither an asset id nor "all"',
    ]);
  });

  it("writes down who holds an asset", async () => {
    const file = join(folder, "cap-table.csv");

    const { exitCode, document } = await json("register", "export", "1", "--file", file);
    const wrong = await json("register", "export", "1", "--file", "cap-table.xlsx");

    expect([exitCode, document.data.supply, document.data.rows]).to.deep.equal([0, "0", []]);
    expect(await readFile(file, "utf8")).to.equal("investor,wallet,balance,frozen,locked\n");
    expect([wrong.exitCode, (await json("register", "export", "1", "--record", "x")).exitCode]).to.deep.equal([2, 2]);
  });

  it("deploys to a testnet by its URL and key, and sends nothing there unconfirmed", async () => {
    const testnet = await LocalNode.start(await freePort(), 11_155_111);
    const settings = { ...env, TESTNET_RPC_URL: testnet.url, DEPLOYER_KEY: PUBLIC_DEVELOPMENT_KEY };
    const onTestnet = (...words: string[]) => runHardhat([...words, "--network", "testnet"], settings);

    const deployed = await onTestnet("run", "--no-compile", "scripts/deploy.ts");
    const [legal, evidence, checklist] = ["11", "22", "33"].map((byte) => ({ hash: `0x${byte.repeat(32)}` }));
    const terms = { ...JSON.parse(await readFile(ASSET_FILE, "utf8")), documents: { legal, evidence, checklist } };
    const file = await write("proposal.json", JSON.stringify(terms));
    const unconfirmed = await onTestnet("asset", "propose", file);
    const tried = await onTestnet("asset", "propose", file, "--dry-run");
    const unreviewed = await onTestnet("asset", "create", file);
    await testnet.stop();

    expect(deployed.exitCode).to.equal(0);
    expect(deployed.stderr).to.contain("the deployer is still the admin, though only with a delay of two days");
    const book = JSON.parse(await readFile(join(folder, "deployments", "11155111.json"), "utf8"));
    expect(book.contracts).to.not.have.property("TestDollar");
    expect([unconfirmed.exitCode, unconfirmed.stderr.includes("nobody is there to confirm it")]).to.deep.equal([
      5,
      true,
    ]);
    expect(tried.exitCode).to.equal(0);
    expect([unreviewed.exitCode, unreviewed.stderr.includes("0 of 2 approve")]).to.deep.equal([3, true]);
  });

  it("shows that a deployment works on a chain that vanishes", async () => {
    const fresh = await mkdtemp(join(tmpdir(), "moiety-cli-"));
    const { exitCode, stdout } = await runHardhat(["run", "--no-compile", "scripts/deploy.ts"], {
      MOIETY_WORK_FOLDER: fresh,
    });

    expect(exitCode).to.equal(0);
    expect(stdout).to.contain("vanishes with it");
    await access(join(fresh, "deployments")).then(
      () => expect.fail("an address book was written"),
      () => undefined,
    );
    await rm(fresh, { recursive: true });
  });

  it("notices that the node was restarted, and deploys anew", async () => {
    await node.stop();
    node = await LocalNode.start(port);

    const stale = await json("asset", "show", "1");
    const again = await json("system", "deploy");

    expect([stale.exitCode, stale.document.error.what]).to.deep.equal([
      2,
      "the address book is of another chain: the node was restarted, or it is not the one that was deployed to",
    ]);
    expect([again.exitCode, again.document.data.transactions > 0]).to.deep.equal([0, true]);
  });

  it("says that the node does not answer", async () => {
    await node.stop();
    const { exitCode, stderr } = await hardhat("system", "status");

    expect(exitCode).to.equal(1);
    expect(stderr).to.contain("the node does not answer").and.not.contain("report-bug");
  });
});
