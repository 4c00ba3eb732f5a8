import assert from "node:assert/strict";
import { keccak256, toUtf8Bytes, type Wallet } from "ethers";
import { ATTESTATION_KINDS } from "../../../sdk/attestation.ts";
import { explainTransfer } from "../../../sdk/explain.ts";
import { parseUntil } from "../../../sdk/time.ts";
import { handOver } from "../../custody/hand-over.ts";
import { keepIncident } from "../../custody/incident.ts";
import { acknowledge } from "../../investor/acknowledge.ts";
import { attestTo, type InsuredSum } from "./complete-file.ts";
import { chainTime, type DemoWorld, mined } from "./world.ts";

/** Of `AssetState`. */
const STATE = { active: 3, suspended: 4n } as const;
/** Of `INCIDENT_KINDS`. */
const DAMAGE = 1;

/**
 * Binds the rule that a receiver has read the risks, as one more, and lets every owner sign that he has. Before he has, the rules
 * refuse him for it.
 */
export async function demandAcknowledgement(world: DemoWorld, id: bigint, owners: readonly Wallet[]): Promise<number> {
  const { suite, sender } = world;
  const { transferRules, disclosureRule, disclosures } = suite;
  const bound = await transferRules.rulesOf(id);
  const rule = await disclosureRule.getAddress();
  const parameters = await disclosures.getAddress();
  const settings = [...bound.map((each) => ({ rule: each.rule, parameters: each.parameters })), { rule, parameters }];
  await mined(transferRules.setRules(id, settings));
  const bundleHash = await disclosures.currentDisclosure(id);

  for (const owner of owners) {
    assert.ok(await isRefusedFor(world, id, owner), "who has not read the risks is refused for that");
    const word = { asset: id, wallet: owner.address, bundleHash, deadline: parseUntil("2099-12-31") };
    await acknowledge(suite, sender, [owner], { ...word, signature: undefined });
    assert.ok(!(await isRefusedFor(world, id, owner)), "and who has is not");
  }
  return owners.length;
}

async function isRefusedFor({ suite }: DemoWorld, id: bigint, { address: to }: Wallet): Promise<boolean> {
  const [refusals, code] = await Promise.all([
    explainTransfer(suite, { id, to, value: 1n }),
    suite.disclosureRule.code(),
  ]);
  return refusals.some((refusal) => BigInt(refusal.code) === code);
}

/** Passes the painting to another custodian, the chain's eighth account, who gives his own word about it. Says how many words. */
export async function passOn(world: DemoWorld, id: bigint, evidenceHash: string, insured: InsuredSum): Promise<number> {
  const { suite, sender, connection } = world;
  const [, before, , , , , , after] = await connection.ethers.getSigners();
  if (before === undefined || after === undefined) throw new Error("the chain has no accounts for two custodians");

  await handOver(suite, sender, [before, after], {
    asset: id,
    from: before.address,
    to: after.address,
    mandateFrom: await chainTime(world),
    mandateUntil: parseUntil("2099-12-31"),
    termsHash: evidenceHash,
    evidenceHash: keccak256(toUtf8Bytes("Handed over in the condition in which it was kept.")),
    expiresAt: parseUntil("2099-12-31"),
    nonce: undefined,
    fromSignature: undefined,
    toSignature: undefined,
  });
  assert.equal(await suite.custodyDesk.isBacked(id), false, "the word of who does not keep it any more does not count");
  await attestTo(world, id, evidenceHash, ATTESTATION_KINDS, insured, after);
  assert.equal(await suite.custodyDesk.isBacked(id), true, "the new custodian's word counts");
  return ATTESTATION_KINDS.length;
}

/** Reports damage, which suspends the asset; once it is mended, the incident is resolved and the issuer lifts the suspension. */
export async function damageAndMend(world: DemoWorld, id: bigint): Promise<void> {
  const { suite, sender } = world;
  const { custodyDesk, shareToken } = suite;
  const { incident } = await keepIncident(suite, sender, {
    asset: id,
    kind: DAMAGE,
    occurredAt: await chainTime(world),
    evidenceHash: keccak256(toUtf8Bytes("The frame is cracked at a corner, the painting is whole.")),
  });
  assert.equal(await shareToken.stateOf(id), STATE.suspended, "what is damaged is suspended");
  assert.equal(await custodyDesk.isBacked(id), false, "and not backed");

  const evidenceHash = keccak256(toUtf8Bytes("The corner is glued, and an inspector has seen it."));
  await keepIncident(suite, sender, { asset: id, incident, evidenceHash });
  assert.equal(await shareToken.stateOf(id), STATE.suspended, "to resolve an incident lifts no suspension");
  await mined(shareToken.setAssetState(id, STATE.active));
  assert.equal(await custodyDesk.isBacked(id), true, "what is mended is backed again");
}
