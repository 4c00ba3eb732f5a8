import { id } from "ethers";

/** `abi.encode(address target, uint256 amount, uint64 expiresAt, bytes32 reason)` */
export const FREEZE_PAYLOAD = id("ERC-8328:PAYLOAD:FREEZE:V1");
/** `abi.encode(address from, address to, uint256 amount, bytes32 legalBasis)` */
export const FORCED_TRANSFER_PAYLOAD = id("ERC-8328:PAYLOAD:FORCED_TRANSFER:V1");
