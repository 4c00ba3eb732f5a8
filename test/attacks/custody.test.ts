import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, STATE } from "../helpers/books.ts";
import { empowerCustody, type HandOver, handOverOf, signHandOver } from "../helpers/custody.ts";
import {
  appointCustodian,
  attestationOf,
  deployDesks,
  KIND,
  listBackedAsset,
  signAttestation,
} from "../helpers/desks.ts";
import { seededRandom } from "../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const OTHER_ASSET = 8n;
const EVIDENCE = ethers.id("evidence");
const DAY = 86_400;

/** A backed asset that trades, with the desk's powers as in the suite. */
async function tradingAsset() {
  const desks = await deployDesks(connection);
  await empowerCustody(desks);
  await listBackedAsset(connection, desks, ASSET);
  await desks.shares.setAssetState(ASSET, STATE.active);
  return { desks, custody: desks.custody, shares: desks.shares };
}

describe("Attacks on custody", () => {
  it("P41: a custodian whose mandate is over has no power left, old words and old signatures included", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const asCustodian = custody.connect(desks.custodian);
    const kept = await attestationOf(connection, desks, ASSET);
    const signature = await signAttestation(connection, desks, desks.custodian, kept);
    await custody.endMandate(ASSET, EVIDENCE);

    expect(await custody.isBacked(ASSET)).to.equal(false);
    for (const attempt of [
      () => custody.attest(ASSET, kept, signature),
      () => asCustodian.reportIncident(ASSET, 0n, 1n, EVIDENCE),
    ]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
        .withArgs(ASSET, desks.custodian.address);
    }
    expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);
  });

  it("P41: an inspector who is not one any more cannot suspend an asset", async () => {
    const { desks, custody, shares } = await loadFixture(tradingAsset);
    await custody.setInspector(ASSET, desks.inspector, true);
    await custody.setInspector(ASSET, desks.inspector, false);

    await expect(custody.connect(desks.inspector).reportIncident(ASSET, 0n, 1n, EVIDENCE))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
      .withArgs(ASSET, desks.inspector.address);
    expect(await shares.stateOf(ASSET)).to.equal(STATE.active);
  });

  it("P33: a signed hand-over works once: it cannot be played back when the thing has come home", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const pass = async (from: HardhatEthersSigner, to: HardhatEthersSigner, changes: Partial<HandOver> = {}) => {
      const handOver = await handOverOf(connection, desks, ASSET, { from: from.address, to: to.address, ...changes });
      const bySource = await signHandOver(connection, desks, from, handOver);
      const byTarget = await signHandOver(connection, desks, to, handOver);
      await custody.approveHandOver(ASSET, handOver, true);
      await custody.handOver(ASSET, handOver, bySource, byTarget);
      return { handOver, bySource, byTarget };
    };
    const { handOver, bySource, byTarget } = await pass(desks.custodian, desks.inspector);
    await pass(desks.inspector, desks.custodian);

    await expect(custody.handOver(ASSET, handOver, bySource, byTarget))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotApproved")
      .withArgs(await custody.hashHandOver(handOver));
    await custody.approveHandOver(ASSET, handOver, true);
    await expect(custody.handOver(ASSET, handOver, bySource, byTarget))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
      .withArgs(handOver.to, handOver.nonce);
  });

  it("P34: no field of a hand-over can be changed under the two signatures", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const handOver = await handOverOf(connection, desks, ASSET);
    const bySource = await signHandOver(connection, desks, desks.custodian, handOver);
    const byTarget = await signHandOver(connection, desks, desks.inspector, handOver);

    for (const changes of [
      { mandateFrom: 2n },
      { mandateUntil: FAR_FUTURE - 1n },
      { termsHash: EVIDENCE },
      { evidenceHash: EVIDENCE },
      { expiresAt: FAR_FUTURE - 1n },
      { nonce: handOver.nonce ^ 1n },
    ]) {
      const changed = { ...handOver, ...changes };
      await custody.approveHandOver(ASSET, changed, true);
      await expect(custody.handOver(ASSET, changed, bySource, byTarget))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(handOver.to, await custody.hashHandOver(changed));
    }
  });

  it("P101: mandate, word and insurance each lapse by themselves, to the second, and nothing has to be sent", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const start = BigInt(await time.latest());
    const unit = ethers.encodeBytes32String("USD");
    const [policyEnds, mandateEnds] = [start + 1_000n, start + 2_000n];
    await appointCustodian(connection, desks, ASSET, desks.custodian, { until: mandateEnds });
    const policy = { kind: KIND.insurance, amount: 5n, unit, expiresAt: policyEnds };
    const word = await attestationOf(connection, desks, ASSET, policy);
    await custody.attest(ASSET, word, await signAttestation(connection, desks, desks.custodian, word));
    await custody.demandInsurance(ASSET, 5n, unit);
    expect(await custody.backedUntil(ASSET)).to.equal(policyEnds);

    await time.increaseTo(policyEnds);
    expect(await custody.isBacked(ASSET)).to.equal(true);
    await time.increaseTo(policyEnds + 1n);
    expect(await custody.isBacked(ASSET)).to.equal(false);

    await custody.demandInsurance(ASSET, 0n, ethers.ZeroHash);
    expect(await custody.backedUntil(ASSET)).to.equal(mandateEnds);
    await time.increaseTo(mandateEnds);
    expect(await custody.isBacked(ASSET)).to.equal(true);
    await time.increaseTo(mandateEnds + 1n);
    expect(await custody.isBacked(ASSET)).to.equal(false);
  });

  it("P101: a lapsed asset does not come back by an older word", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const { asOf, expiresAt } = await custody.attestationOf(ASSET, KIND.existence);
    await time.increaseTo(expiresAt + 1n);

    const older = await attestationOf(connection, desks, ASSET, { asOf: asOf - 1n, expiresAt: FAR_FUTURE });
    await expect(custody.attest(ASSET, older, await signAttestation(connection, desks, desks.custodian, older)))
      .to.be.revertedWithCustomError(custody, "CustodyDeskOutdated")
      .withArgs(ASSET, KIND.existence, older.asOf, asOf);
    expect(await custody.isBacked(ASSET)).to.equal(false);
  });

  it("CU-1: once a custodian has accepted, somebody answers for the thing at every instant, whatever happens", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const random = seededRandom("CustodyDesk CU-1");
    const keepers = [desks.custodian, desks.inspector, desks.stranger, desks.treasury];
    const pick = (): HardhatEthersSigner => keepers[random.below(keepers.length)] ?? desks.custodian;
    const attempt = async (act: Promise<unknown>) => act.then(() => true).catch(() => false);
    let responsible = desks.custodian.address;

    for (let step = 0; step < 120; step++) {
      const now = BigInt(await time.latest());
      const [what, one, other] = [random.below(8), pick(), pick()];
      const until = now + BigInt(1 + random.below(20 * DAY));
      const mandate = { custodian: one.address, from: 1n, until, termsHash: EVIDENCE };
      const changes = { from: one.address, to: other.address, mandateUntil: until, nonce: BigInt(step) };

      if (what === 0) await attempt(custody.offerMandate(ASSET, mandate));
      else if (what === 1) {
        const offer = await custody.mandateOfferOf(ASSET);
        const terms = { custodian: offer.custodian, from: offer.from, until: offer.until, termsHash: offer.termsHash };
        await attempt(custody.connect(one).acceptMandate(ASSET, terms));
      } else if (what === 2) await attempt(custody.withdrawMandateOffer(ASSET));
      else if (what === 3) await attempt(custody.endMandate(ASSET, EVIDENCE));
      else if (what === 4) await time.increase(1 + random.below(10 * DAY));
      else if (what === 5) await attempt(custody.recordIncident(ASSET, 0n, 1n, EVIDENCE));
      else {
        // Half of the hand-overs miss a signature or the approval.
        const handOver = await handOverOf(connection, desks, ASSET, changes);
        const [isSigned, isAccepted, isApproved] = [random.below(4) > 0, random.below(4) > 0, random.below(4) > 0];
        if (isApproved) await attempt(custody.approveHandOver(ASSET, handOver, true));
        const bySource = isSigned ? await signHandOver(connection, desks, one, handOver) : "0x";
        const byTarget = isAccepted ? await signHandOver(connection, desks, other, handOver) : "0x";
        const isForced = what === 7;
        const done = await attempt(
          isForced
            ? custody.takeOver(ASSET, handOver, byTarget)
            : custody.handOver(ASSET, handOver, bySource, byTarget),
        );
        const isWhole = isAccepted && isApproved && (isSigned || isForced);
        const isFitting = one.address === responsible && other.address !== responsible;
        expect(done, `CU-1, ${random.seed}, step ${step}`).to.equal(isWhole && isFitting);
        if (done) responsible = other.address;
      }
      expect(await custody.custodianOf(ASSET), `CU-1, ${random.seed}, step ${step}`).to.equal(responsible);
    }

    // Every block since the first acceptance belongs to exactly one: each change names the one before.
    const changes = await custody.queryFilter(custody.filters.CustodianSet(ASSET));
    for (const [place, change] of changes.entries()) {
      const before = changes[place - 1]?.args.custodian ?? ethers.ZeroAddress;
      expect(change.args.before, `CU-1, ${random.seed}`).to.equal(before);
      expect(change.args.custodian, `CU-1, ${random.seed}`).not.to.equal(ethers.ZeroAddress);
    }
  });

  it("CU-2: backed is exactly: mandate, word and anchor hold, and no incident is open", async () => {
    const { desks, custody } = await loadFixture(tradingAsset);
    const random = seededRandom("CustodyDesk CU-2");
    let wordUntil = (await custody.attestationOf(ASSET, KIND.existence)).expiresAt;
    let mandateUntil = (await custody.mandateOf(ASSET)).until;
    const open: bigint[] = [];

    for (let step = 0; step < 80; step++) {
      const what = random.below(6);
      const until = BigInt(await time.latest()) + BigInt(10 + random.below(20 * DAY));
      if (what === 0) {
        const word = await attestationOf(connection, desks, ASSET, { expiresAt: until });
        const signature = await signAttestation(connection, desks, desks.custodian, word);
        const kept = await custody.attest(ASSET, word, signature).then(
          () => true,
          () => false,
        );
        expect(kept, `CU-2, ${random.seed}, step ${step}`).to.equal(BigInt(await time.latest()) <= mandateUntil);
        if (kept) wordUntil = until;
      } else if (what === 1) {
        await appointCustodian(connection, desks, ASSET, desks.custodian, { until });
        mandateUntil = until;
      } else if (what === 2) {
        open.push((await custody.incidentCount(ASSET)).all);
        await custody.recordIncident(ASSET, 1n, 1n, EVIDENCE);
      } else if (what < 5) {
        const number = open.pop();
        if (number !== undefined) await custody.resolveIncident(ASSET, number, EVIDENCE);
      } else await time.increase(1 + random.below(8 * DAY));

      const now = BigInt(await time.latest());
      const isBacked = now <= wordUntil && now <= mandateUntil && open.length === 0;
      expect(await custody.isBacked(ASSET), `CU-2, ${random.seed}, step ${step}`).to.equal(isBacked);
      const last = wordUntil < mandateUntil ? wordUntil : mandateUntil;
      expect(await custody.backedUntil(ASSET), `CU-2, ${random.seed}, step ${step}`).to.equal(isBacked ? last : 0n);
    }
  });

  it("AN-1: a token has at most one live binding, and an anchor one token, whatever is tried", async () => {
    const { desks } = await loadFixture(tradingAsset);
    const { anchors, shares } = desks;
    const random = seededRandom("AnchorRegistry AN-1");
    const scope = ethers.id("ERC-8325:BINDING_SCOPE:TOKEN_ID");
    const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
      [ethers.id("painting"), ethers.id("US"), 1n, FAR_FUTURE, "0x75", "0x"],
    );
    const known: string[] = [];
    const boundTo = new Map<string, bigint>();
    const live = new Map<bigint, string>();
    const attempt = async (act: Promise<unknown>) => act.then(() => true).catch(() => false);

    for (let step = 0; step < 80; step++) {
      const what = random.below(4);
      const id = OTHER_ASSET + BigInt(random.below(4));
      const anchorId = known[random.below(known.length + 1)] ?? ethers.ZeroHash;
      if (what === 0) {
        const evidence = ethers.id(`evidence ${step}`);
        await anchors.registerAnchor(EVIDENCE, evidence, metadata);
        known.push(ethers.keccak256(ethers.concat([EVIDENCE, evidence])));
      } else if (what < 3) {
        const isFree = known.includes(anchorId) && !boundTo.has(anchorId) && !live.has(id);
        const isBound = await attempt(anchors.bindToken(anchorId, shares, scope, id));
        expect(isBound, `AN-1, ${random.seed}, step ${step}`).to.equal(isFree);
        if (isBound) {
          boundTo.set(anchorId, id);
          live.set(id, anchorId);
        }
      } else {
        const bound = boundTo.get(anchorId);
        const isLive = bound !== undefined && live.get(bound) === anchorId;
        const isEnded = await attempt(anchors.invalidateTokenBinding(anchorId, EVIDENCE));
        expect(isEnded, `AN-1, ${random.seed}, step ${step}`).to.equal(isLive);
        if (isEnded && bound !== undefined) live.delete(bound);
      }

      const valid = await Promise.all(known.map((each) => anchors.isBindingValid(each)));
      const taken = known.filter((_each, place) => valid[place]).map((each) => boundTo.get(each));
      expect(taken.length, `AN-1, ${random.seed}, step ${step}`).to.equal(new Set(taken).size);
      expect(new Set(taken), `AN-1, ${random.seed}, step ${step}`).to.deep.equal(new Set(live.keys()));
    }
  });
});
