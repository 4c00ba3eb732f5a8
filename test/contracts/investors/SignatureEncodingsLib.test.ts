import { expect } from "chai";
import { network } from "hardhat";
import { encodeErc3643Claim } from "../../../sdk/investor-claim.ts";
import { deployErc3643, registerIdentity, TOPIC } from "../../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** An investor whose issuer is asked whether he revoked the signature of his claim, however that may be written. */
async function vouchedFor() {
  const world = await deployErc3643(connection);
  const identity = await registerIdentity(connection, world, world.wallet, Object.values(TOPIC));
  await world.registry.present(world.verifier, world.wallet, encodeErc3643Claim(String(world.source.target)));
  return { ...world, identity, claimId: await world.registry.claimId() };
}

describe("Encodings of a signature", () => {
  it("are those of ECDSA only: a signature of another kind is asked for as it is written, and for nothing else", async () => {
    const { identity, issuer, verifier, claimId } = await networkHelpers.loadFixture(vouchedFor);
    await issuer.setLenient(true);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const r = ethers.id("r");
    const write = (s: bigint, v: number) => ethers.concat([r, ethers.toBeHex(s, 32), ethers.toBeHex(v, 1)]);
    const [short, long] = [write(1n, 27).slice(0, -2), `${write(1n, 27)}00`];
    // Neither is ECDSA; beside each stands what it would be the other way to write, if it were.
    const kinds: readonly (readonly [string, readonly string[]])[] = [
      ["0x", []],
      [short, [write(1n, 27)]],
      [long, [write(1n, 27)]],
      [write(1n, 2), [write(1n, 29), write(order - 1n, 26)]],
      [write(1n, 26), [write(1n, 53)]],
      [write(1n, 29), [write(1n, 2), write(order - 1n, 26)]],
      [write(0n, 27), [write(0n, 0), write(order, 28), write(order, 1)]],
      [write(order, 27), [write(order, 0), write(0n, 28), write(0n, 1)]],
      [write(order + 1n, 27), [write(order + 1n, 0)]],
    ];

    for (const [signature, others] of kinds) {
      const snapshot = await networkHelpers.takeSnapshot();
      await identity.addClaim(TOPIC.identity, issuer, signature, "0x");
      for (const other of others) await issuer.revokeClaimBySignature(other);
      expect(await verifier.isRevoked(claimId), signature).to.equal(false);
      await issuer.revokeClaimBySignature(signature);
      expect(await verifier.isRevoked(claimId), signature).to.equal(true);
      await snapshot.restore();
    }
  });
});
