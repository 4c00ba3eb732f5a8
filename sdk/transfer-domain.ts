import { AbiCoder, encodeBytes32String, id, keccak256 } from "ethers";

/** The domain of a country's investors (ISO 3166-1 numeric), as `TransferDomainLib` names it. */
export function domainOfCountry(country: number): string {
  return hash("MOIETY:DOMAIN:COUNTRY:V1", "uint16", country);
}

/** The class, for routes, of all assets whose anchor has this label ("real-estate"). */
export function routeClassOf(label: string): string {
  return hash("MOIETY:ASSET_CLASS:V1", "bytes32", encodeBytes32String(label));
}

/** A class of one asset, where it has routes of its own. */
export function routeClassOfAsset(asset: bigint): string {
  return hash("MOIETY:ASSET_CLASS:SINGLE:V1", "uint256", asset);
}

function hash(prefix: string, type: string, value: number | bigint | string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", type], [id(prefix), value]));
}
