// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {IBeneficialHolders} from "../income/IBeneficialHolders.sol";

/// @notice An escrow whose owners are whoever it was told; and once it was told to, it is hostile about saying so: it rejects, burns
/// all gas, answers with too few or too many bytes.
contract MockEscrow is IBeneficialHolders, ERC1155Holder {
    enum Manner {
        Honest,
        Reject,
        BurnGas,
        Short,
        Bomb
    }

    error MockEscrowRejected();

    uint256 private constant BOMB_BYTES = 400_000;

    Manner public manner;
    mapping(address owner => mapping(uint256 id => mapping(uint32 record => uint256))) private _shares;

    function setShares(address owner, uint256 id, uint32 record, uint256 shares) external {
        _shares[owner][id][record] = shares;
    }

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    /// @inheritdoc IBeneficialHolders
    function sharesOfAt(address owner, uint256 id, uint32 record) external view returns (uint256) {
        if (manner == Manner.Reject) revert MockEscrowRejected();
        if (manner == Manner.BurnGas) while (true) {}
        if (manner == Manner.Short) {
            assembly ("memory-safe") {
                return(0, 31)
            }
        }
        if (manner == Manner.Bomb) {
            assembly ("memory-safe") {
                return(0, BOMB_BYTES)
            }
        }
        return _shares[owner][id][record];
    }
}
