// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchHeader, ChunkHeader, Mandate, Movement, NetVector, Order, Trade} from "./SettlementTypes.sol";

/// @title What docs/formats.md says of hashes
/// @notice EIP-712 struct hashes (the domain is the desk's to add), chunk leaf, net hash and batch hash.
/// @dev Structs without dynamic members are encoded whole: their ABI encoding is what EIP-712 asks for.
library SettlementHashLib {
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt)"
    );
    bytes32 internal constant TRADE_TYPEHASH = keccak256(
        "Trade(bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber)"
    );
    bytes32 internal constant MANDATE_TYPEHASH = keccak256(
        "Mandate(address account,address currency,uint128 maxCashOut,uint128 lossAllowance,uint128 feeCap,uint64 expiry,uint64 nonce,AssetLimit[] limits)AssetLimit(uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice)"
    );
    bytes32 internal constant ASSET_LIMIT_TYPEHASH = keccak256(
        "AssetLimit(uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice)"
    );

    function structHash(Order calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(ORDER_TYPEHASH, order));
    }

    function structHash(Trade memory trade) internal pure returns (bytes32) {
        return keccak256(abi.encode(TRADE_TYPEHASH, trade));
    }

    function structHash(Mandate calldata mandate) internal pure returns (bytes32) {
        bytes32[] memory limits = new bytes32[](mandate.limits.length);
        for (uint256 i = 0; i < limits.length; ++i) {
            limits[i] = keccak256(abi.encode(ASSET_LIMIT_TYPEHASH, mandate.limits[i]));
        }

        return
            keccak256(
                abi.encode(
                    MANDATE_TYPEHASH,
                    mandate.account,
                    mandate.currency,
                    mandate.maxCashOut,
                    mandate.lossAllowance,
                    mandate.feeCap,
                    mandate.expiry,
                    mandate.nonce,
                    keccak256(abi.encodePacked(limits))
                )
            );
    }

    /// @notice The leaf of a chunk; its 145 bytes cannot be taken for the 64 of a node.
    function leaf(ChunkHeader calldata chunk) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encodePacked(
                    bytes1(0),
                    chunk.index,
                    chunk.firstInstruction,
                    chunk.instructionCount,
                    chunk.movementCount,
                    chunk.instructionsRoot,
                    chunk.receiptsRoot,
                    chunk.movementsRoot,
                    chunk.netHash
                )
            );
    }

    /// @notice The leaf of a movement, of 76 bytes.
    function leaf(Movement calldata movement) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encodePacked(
                    bytes1(0),
                    movement.kind,
                    movement.account,
                    movement.unit,
                    movement.instruction,
                    movement.delta,
                    movement.total
                )
            );
    }

    function netHash(NetVector calldata vector) internal pure returns (bytes32) {
        return keccak256(abi.encode(vector.currency, vector.assets, vector.accounts, vector.shares));
    }

    function batchHash(BatchHeader calldata header, uint256 chainId, address desk) internal pure returns (bytes32) {
        return keccak256(abi.encode(chainId, desk, header));
    }
}
