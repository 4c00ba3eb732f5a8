import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { encodeUnit } from "../../../sdk/attestation.ts";
import { createAsset } from "../../asset/create.ts";
import { attest } from "../../custody/attest.ts";
import { reviewInDemo } from "./review-asset.ts";
import { chainTime, type DemoWorld } from "./world.ts";

/** What was listed, and how many people had approved it before. */
export interface ListedAsset {
  readonly id: bigint;
  readonly reviews: number;
}

/** Has it reviewed, anchors, lists and has the custodian attest that there is one `unit` of it: the second account of the chain keeps it. */
export async function listAsset(world: DemoWorld, terms: AssetTerms, unit: string): Promise<ListedAsset> {
  const { suite, sender, connection, chainId } = world;
  const signers = await connection.ethers.getSigners();
  const custodian = signers[1];
  if (custodian === undefined) throw new Error("the chain has no second account for the custodian");
  const reviews = await reviewInDemo(world, terms);
  const { id } = await createAsset(suite, sender, terms, custodian.address, signers);

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
  return { id, reviews };
}
