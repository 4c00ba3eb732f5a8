// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @title The words of a net vector
/// @notice Reads them and refuses whatever docs/formats.md, section 4, does not allow.
library NetVectorLib {
    /// @notice Reads `address ‖ int64 cash ‖ 32 zero bits`.
    function readAccount(uint256 word) internal pure returns (address account, int256 cash) {
        require(uint32(word) == 0, ISettlementDesk.SettlementDeskMalformedWord(word));

        account = address(uint160(word >> 96));
        cash = int64(uint64(word >> 32));
    }

    /// @notice Reads account index and delta of `uint16 asset ‖ uint16 account ‖ int64 delta ‖ 160 zero bits`.
    function readShares(uint256 word) internal pure returns (uint256 account, int256 delta) {
        if (uint160(word) != 0) revert ISettlementDesk.SettlementDeskMalformedWord(word);

        account = uint16(word >> 224);
        delta = int64(uint64(word >> 160));
    }

    /// @notice The asset index of a share word.
    function assetPlace(uint256 word) internal pure returns (uint256) {
        return word >> 240;
    }

    /// @notice Where the run of share words that begins at `from` and belongs to `asset` ends.
    function runEnd(uint256[] calldata words, uint256 from, uint256 asset) internal pure returns (uint256 end) {
        assembly ("memory-safe") {
            let place := add(words.offset, shl(5, from))
            let behind := add(words.offset, shl(5, words.length))
            for {} lt(place, behind) {
                place := add(place, 0x20)
            } {
                if xor(shr(240, calldataload(place)), asset) {
                    break
                }
            }
            end := shr(5, sub(place, words.offset))
        }
    }

    /// @notice Requires that token ids ascend.
    function checkAssets(uint256[] calldata assets) internal pure {
        for (uint256 i = 1; i < assets.length; ++i) {
            require(assets[i - 1] < assets[i], ISettlementDesk.SettlementDeskAssetsOutOfOrder(i));
        }
    }
}
