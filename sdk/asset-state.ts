/** `AssetState` of contracts/shares/IShareToken.sol, in its order. */
export const ASSET_STATES = ["Unlisted", "Listed", "Offered", "Active", "Suspended", "Redeeming", "Retired"] as const;

export type AssetStateName = (typeof ASSET_STATES)[number];

export function assetStateName(state: bigint): AssetStateName {
  const name = ASSET_STATES[Number(state)];
  if (name === undefined) throw new RangeError(`${state} is no asset state that this version knows`);
  return name;
}
