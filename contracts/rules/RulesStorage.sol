// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {ITransferRules} from "./ITransferRules.sol";

/// @title Where the rules keep what they count (ERC-7201)
abstract contract RulesStorage is ITransferRules {
    /// @dev One slot: all that a movement reads before it knows whom to ask. `counts` are bits of RuleTraits.
    struct AssetRules {
        address list;
        uint8 counts;
        bool isStale;
        uint32 holders;
        uint32 window;
        uint16 generation;
    }

    /// @dev How far a count has come; one slot.
    struct Progress {
        address cursor;
        uint64 counted;
    }

    /// @dev An investor as a holder of an asset, one slot: in how many wallets, and as what he is counted. Written only when a
    /// wallet comes to hold, or ceases to.
    struct Holder {
        uint32 wallets;
        uint16 country;
        uint16 classes;
    }

    /// @dev What an investor has of an asset over all wallets, one slot, with the two latest lots; a lot is what was acquired in one
    /// second. Earlier lots that still count are in `olderLots`.
    struct Holding {
        uint64 total;
        uint64 lastAmount;
        uint32 lastTime;
        uint64 priorAmount;
        uint32 priorTime;
    }

    /// @dev What one generation of counting knows of an asset. Counting anew takes the next generation, and leaves this one behind.
    struct Book {
        mapping(uint32 investor => Holder) holders;
        mapping(uint32 investor => Holding) holdings;
        mapping(uint32 investor => Checkpoints.Trace208) olderLots;
        mapping(uint16 country => uint32) inCountry;
        mapping(uint16 class => uint32) ofClass;
    }

    /// @custom:storage-location erc7201:moiety.storage.TransferRules
    struct RulesState {
        IShareToken shares;
        IInvestorRegistry investors;
        mapping(uint256 id => AssetRules) assets;
        mapping(uint256 id => Progress) progress;
        mapping(uint256 id => mapping(uint16 generation => Book)) books;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.TransferRules")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x34e0f2f789720cbe5522cbf5aafac5a3883513de3e7f8a850ba35e940e149a00;

    function _state() internal pure returns (RulesState storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    function _bookOf(uint256 id, AssetRules storage asset) internal view returns (Book storage) {
        return _bookAt(id, asset.generation);
    }

    function _bookAt(uint256 id, uint16 generation) internal view returns (Book storage) {
        return _state().books[id][generation];
    }
}
