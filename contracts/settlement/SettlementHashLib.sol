// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Hold} from "./LockTypes.sol";
import {
    BatchHeader,
    ChunkHeader,
    Exchange,
    Mandate,
    Movement,
    NetVector,
    Order,
    Trade,
    Transfer
} from "./SettlementTypes.sol";

/// @title What docs/formats.md says of hashes
/// @notice EIP-712 struct hashes (the domain is the desk's to add), chunk leaf, net hash and batch hash.
/// @dev Structs without dynamic members are encoded whole: their ABI encoding is what EIP-712 asks for.
library SettlementHashLib {
    string private constant ORDER_TYPE =
        "Order(address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt)";
    /// @dev A literal once more: of a constant, the hash would be taken anew each time.
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt)"
    );
    bytes32 internal constant TRADE_TYPEHASH = keccak256(
        "Trade(bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber)"
    );
    bytes32 internal constant LEG_TYPEHASH = keccak256(
        "Leg(address from,address to,address currency,uint256 asset,uint128 amount)"
    );
    bytes32 internal constant EXCHANGE_TYPEHASH = keccak256(
        "Exchange(Leg[] legs,uint64 expiry,uint256 salt)Leg(address from,address to,address currency,uint256 asset,uint128 amount)"
    );
    bytes32 internal constant TRANSFER_TYPEHASH = keccak256(
        "Transfer(address from,address to,uint256 asset,uint64 quantity,uint64 expiry,uint8 priority,uint256 salt)"
    );
    bytes32 internal constant MANDATE_TYPEHASH = keccak256(
        "Mandate(address account,address currency,uint128 maxCashOut,uint128 lossAllowance,uint128 feeCap,uint64 expiry,uint64 nonce,AssetLimit[] limits)AssetLimit(uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice)"
    );
    bytes32 internal constant ASSET_LIMIT_TYPEHASH = keccak256(
        "AssetLimit(uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice)"
    );

    bytes32 internal constant HOLD_TYPEHASH = keccak256(
        "Hold(address holder,address beneficiary,address agent,uint256 asset,uint64 quantity,uint64 until,uint64 expiry,uint8 priority,uint256 salt)"
    );

    /// @dev The order's words as they came: with bits where there may be none, it is the hash of nothing that anyone could have signed.
    function structHash(Order calldata order) internal pure returns (bytes32 hash) {
        bytes32 typeHash = ORDER_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, typeHash)
            calldatacopy(add(start, 0x20), order, 0x120)
            hash := keccak256(start, 0x140)
        }
    }

    /// @notice The type of a bulk order, whose tree is `height` levels high.
    /// @param height 1 to 24
    function bulkTypeHash(uint256 height) internal pure returns (bytes32) {
        bytes memory squares = "[2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2]";
        assembly ("memory-safe") {
            mstore(squares, mul(height, 3)) // the rest stays unused
        }
        return keccak256(abi.encodePacked("BulkOrder(Order", squares, " tree)", ORDER_TYPE));
    }

    /// @param root of the tree of the orders' struct hashes
    function bulkHash(uint256 height, bytes32 root) internal pure returns (bytes32) {
        return Hashes.efficientKeccak256(bulkTypeHash(height), root);
    }

    function structHash(Trade memory trade) internal pure returns (bytes32) {
        return tradeHash(trade.buyOrder, trade.sellOrder, trade.quantity, trade.price, trade.matchNumber);
    }

    function tradeHash(
        bytes32 buyOrder,
        bytes32 sellOrder,
        uint64 quantity,
        uint128 price,
        uint64 matchNumber
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(TRADE_TYPEHASH, buyOrder, sellOrder, quantity, price, matchNumber));
    }

    function structHash(Exchange calldata exchange) internal pure returns (bytes32) {
        bytes32[] memory legs = new bytes32[](exchange.legs.length);
        for (uint256 i = 0; i < legs.length; ++i) {
            legs[i] = keccak256(abi.encode(LEG_TYPEHASH, exchange.legs[i]));
        }

        bytes32 list = keccak256(abi.encodePacked(legs));
        return keccak256(abi.encode(EXCHANGE_TYPEHASH, list, exchange.expiry, exchange.salt));
    }

    function structHash(Hold calldata hold) internal pure returns (bytes32) {
        return keccak256(abi.encode(HOLD_TYPEHASH, hold));
    }

    function structHash(Transfer calldata transfer) internal pure returns (bytes32) {
        return keccak256(abi.encode(TRANSFER_TYPEHASH, transfer));
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
