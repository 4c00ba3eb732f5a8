// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What is left of a mandate in one asset, in one word; from the low bits up, 64 each: shares in left, shares out left,
/// highest buying price, lowest selling price in engine units per share.
type AssetSlot is uint256;

using AssetSlotLib for AssetSlot global;

/// @title The word of a mandate's asset
/// @dev Taking is one subtraction in the field's place (ChunkSettlement), of no more than is left: it would borrow from the field above.
library AssetSlotLib {
    uint256 internal constant OUT = 64;
    uint256 internal constant BUY = 128;
    uint256 internal constant SELL = 192;

    function pack(uint64 inLeft_, uint64 outLeft_, uint64 maxBuy, uint64 minSell) internal pure returns (AssetSlot) {
        return
            AssetSlot.wrap(
                inLeft_ | (uint256(outLeft_) << OUT) | (uint256(maxBuy) << BUY) | (uint256(minSell) << SELL)
            );
    }

    function inLeft(AssetSlot slot) internal pure returns (uint64) {
        return uint64(AssetSlot.unwrap(slot));
    }

    function outLeft(AssetSlot slot) internal pure returns (uint64) {
        return uint64(AssetSlot.unwrap(slot) >> OUT);
    }

    function maxBuyPrice(AssetSlot slot) internal pure returns (uint64) {
        return uint64(AssetSlot.unwrap(slot) >> BUY);
    }

    function minSellPrice(AssetSlot slot) internal pure returns (uint64) {
        return uint64(AssetSlot.unwrap(slot) >> SELL);
    }
}
