// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

// What is signed, hashed and posted; docs/formats.md fixes every field and its order.

/// @dev The sides of an order.
uint8 constant BUY = 0;
uint8 constant SELL = 1;

/// @notice What one party signs: to buy at most at, or sell at least at, `limitPrice` base units per share.
struct Order {
    address trader;
    uint8 side;
    uint256 asset;
    address currency;
    uint64 quantity;
    uint128 limitPrice;
    uint64 expiry;
    uint8 priority;
    uint256 salt;
}

/// @notice Two orders that met.
struct Trade {
    bytes32 buyOrder;
    bytes32 sellOrder;
    uint64 quantity;
    uint128 price;
    uint64 matchNumber;
}

/// @notice An order with what proves that its trader signed it.
/// @param place of the order's leaf in the bulk order that was signed; 0 if the order was signed by itself
/// @param path siblings from that leaf up, one for each level of the tree; empty if the order was signed by itself
struct SignedOrder {
    Order order;
    bytes signature;
    uint256 place;
    bytes32[] path;
}

/// @notice Two signed orders that met; `price` in base units per share.
struct SignedTrade {
    SignedOrder buy;
    SignedOrder sell;
    uint64 quantity;
    uint128 price;
    uint64 matchNumber;
}

/// @notice One thing that one account gives another.
/// @param currency zero if it is shares of `asset`
/// @param amount shares, or base units of `currency`
struct Leg {
    address from;
    address to;
    address currency;
    uint256 asset;
    uint128 amount;
}

/// @notice What several accounts give one another, all of it or nothing.
struct Exchange {
    Leg[] legs;
    uint64 expiry;
    uint256 salt;
}

/// @notice What a holder signs to have shares moved to another account in a batch.
struct Transfer {
    address from;
    address to;
    uint256 asset;
    uint64 quantity;
    uint64 expiry;
    uint8 priority;
    uint256 salt;
}

/// @notice How far a mandate goes in one asset; prices in base units per share.
struct AssetLimit {
    uint256 asset;
    uint64 maxIn;
    uint64 maxOut;
    uint128 maxBuyPrice;
    uint128 minSellPrice;
}

/// @notice What an account allows netted chunks to do to it; money in base units.
struct Mandate {
    address account;
    address currency;
    uint128 maxCashOut;
    uint128 lossAllowance;
    uint128 feeCap;
    uint64 expiry;
    uint64 nonce;
    AssetLimit[] limits;
}

/// @notice One posted batch.
struct BatchHeader {
    uint64 number;
    uint8 mode;
    uint64 time;
    uint64 openingBlock;
    uint32 instructionCount;
    uint32 chunkCount;
    bytes32 chunksRoot;
    bytes32 positionsRoot;
    bytes32 fileHash;
}

/// @notice One chunk of a batch: the leaf under `chunksRoot`.
struct ChunkHeader {
    uint32 index;
    uint32 firstInstruction;
    uint32 instructionCount;
    uint32 movementCount;
    bytes32 instructionsRoot;
    bytes32 receiptsRoot;
    bytes32 movementsRoot;
    bytes32 netHash;
}

/// @notice What one accepted instruction moved of one position, and what the chunk had moved of it until then.
/// @param kind 1 shares, 2 cash in engine units
/// @param unit the asset's id, or the currency's address
/// @param instruction its place in the batch
/// @param total sum of the position's deltas in the chunk, this one included: the last one is its net delta
struct Movement {
    uint24 kind;
    address account;
    uint256 unit;
    uint32 instruction;
    int64 delta;
    int64 total;
}

/// @notice What a chunk moves, in words that `NetVectorLib` reads; cash in engine units.
struct NetVector {
    address currency;
    uint256[] assets;
    uint256[] accounts;
    uint256[] shares;
}

// What the desk tells.

/// @notice What is left of a mandate in one asset; prices in engine units per share.
struct AssetLeft {
    uint64 inLeft;
    uint64 outLeft;
    uint64 maxBuyPrice;
    uint64 minSellPrice;
}

/// @notice What is left of a mandate's money; engine units.
struct MandateCash {
    uint64 cashOutLeft;
    uint64 lossLeft;
    uint64 feeLeft;
    uint64 expiry;
}

/// @notice How far a batch has come.
/// @param nextChunk the lowest index that may still settle
struct Batch {
    bytes32 batchHash;
    bytes32 chunksRoot;
    uint48 openedAt;
    uint32 chunkCount;
    uint32 nextChunk;
    uint32 settledChunks;
    uint8 mode;
    bool open;
}
