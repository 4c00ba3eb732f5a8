import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { attest } from "../../tasks/custody/attest.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { listed } = taskWorld(connection);

const CHAIN_ID = 31337n;
const YEAR = 365n * 86_400n;

async function word({ custodian }: Awaited<ReturnType<typeof listed>>) {
  const asOf = BigInt(await networkHelpers.time.latest());
  return {
    asset: 1n,
    kind: 0,
    attester: custodian.address,
    evidenceHash: `0x${"22".repeat(32)}`,
    amount: 0n,
    unit: `0x${"00".repeat(32)}`,
    asOf,
    expiresAt: asOf + YEAR,
    nonce: undefined,
    signature: undefined,
  };
}

describe("custody attest", () => {
  it("signs with the custodian's key and keeps the attestation", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, custodian } = world;
    const file = await word(world);

    const { attestation, attestationId } = await attest(suite, sender, [world.alice, custodian], CHAIN_ID, file);

    expect(attestationId).to.equal(await suite.custodyDesk.hashAttestation(attestation));
    expect(await suite.custodyDesk.backedUntil(1n)).to.equal(file.expiresAt);
  });

  it("keeps the same word once", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, custodian } = world;
    const file = await word(world);

    await attest(suite, sender, [custodian], CHAIN_ID, file);
    expect((await attest(suite, sender, [custodian], CHAIN_ID, file)).steps).to.deep.equal([]);
  });

  it("brings a word that is signed already", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, operator, custodian } = world;
    const file = await word(world);
    const elsewhere = await attest(suite, silentSender(operator, true), [custodian], CHAIN_ID, file);
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(false);

    const signed = { ...file, nonce: elsewhere.attestation.nonce, signature: elsewhere.signature };
    expect((await attest(suite, sender, [], CHAIN_ID, signed)).attestationId).to.equal(elsewhere.attestationId);
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(true);
  });

  it("refuses to speak for an attester whose key is elsewhere", async () => {
    const world = await networkHelpers.loadFixture(listed);

    const error = await failureOf(attest(world.suite, world.sender, [world.alice], CHAIN_ID, await word(world)));

    expect(error).to.have.property("message", `the network has no key of the attester ${world.custodian.address}`);
  });

  it("is refused by the chain to whoever is not appointed", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, stranger } = world;

    const file = { ...(await word(world)), attester: stranger.address };
    const error = await failureOf(attest(suite, sender, [stranger], CHAIN_ID, file));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.nested.property(
      "problem.why",
      `custody desk not appointed (id 1, attester ${stranger.address})`,
    );
  });
});
