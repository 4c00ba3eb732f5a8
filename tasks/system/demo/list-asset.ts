import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { encodeUnit } from "../../../sdk/attestation.ts";
import { createAsset } from "../../asset/create.ts";
import { attest } from "../../custody/attest.ts";
import { chainTime, type DemoWorld } from "./world.ts";

/** Anchors, lists and has the custodian attest that there is one `unit` of it: the second account of the chain keeps it. */
export async function listAsset(world: DemoWorld, terms: AssetTerms, unit: string): Promise<readonly [bigint, string]> {
  const { suite, sender, connection, chainId } = world;
  const signers = await connection.ethers.getSigners();
  const custodian = signers[1];
  if (custodian === undefined) throw new Error("the chain has no second account for the custodian");
  const { id, anchorId } = await createAsset(suite, sender, terms, custodian.address, signers);

  const now = await chainTime(world);
  await attest(suite, sender, signers, chainId, {
    asset: id,
    kind: 0,
    attester: custodian.address,
    evidenceHash: terms.evidenceHash,
    amount: 1n,
    unit: encodeUnit(unit),
    asOf: now,
    expiresAt: now + 365n * 86_400n,
    nonce: undefined,
    signature: undefined,
  });
  if (!(await suite.custodyDesk.isBacked(id))) throw new Error("the asset is not backed after its attestation");
  return [id, `asset ${id}, anchor ${anchorId.slice(0, 10)}…, attested by its custodian`];
}
