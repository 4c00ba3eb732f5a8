// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorFlags} from "../investors/InvestorFlags.sol";
import {InvestorId, Profile} from "../investors/IInvestorRegistry.sol";
import {ITransferRule, Movement, NetMovement} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {TransferRule} from "./TransferRule.sol";

/// @title At most so many investors may hold the asset
/// @notice Counts people (D4): an investor with shares in several wallets is one holder; protocol addresses are none.
/// Parameter: the limit per asset; zero means nobody. A limit below the present count only keeps newcomers out.
contract HolderCountRule is TransferRule {
    using InvestorFlags for uint16;

    struct Count {
        uint32 holders;
        uint32 limit;
    }

    mapping(uint256 id => Count) private _counts;
    mapping(uint256 id => mapping(InvestorId => uint256 wallets)) private _walletsWithShares;

    event HolderLimitSet(uint256 indexed id, uint32 limit);

    constructor(address authority_, address transferRules_) TransferRule(authority_, transferRules_) {}

    /// @notice Sets the limit of `id`. For compliance.
    function setLimit(uint256 id, uint32 limit) external restricted {
        _counts[id].limit = limit;
        emit HolderLimitSet(id, limit);
    }

    /// @notice How many investors hold `id` now, and how many may.
    function holderCount(uint256 id) external view returns (uint32 holders, uint32 limit) {
        Count storage count = _counts[id];
        return (count.holders, count.limit);
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.HOLDER_LIMIT_REACHED;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The asset has as many holders as it may have, and the receiver is not one of them.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer to a present holder, or wait until a holder has sold all shares.";
    }

    /// @inheritdoc ITransferRule
    function tracks() external pure override returns (bool) {
        return true;
    }

    /// @inheritdoc ITransferRule
    function allows(
        Movement calldata movement,
        Profile calldata from,
        Profile calldata to
    ) external view override returns (bool) {
        if (!_isNewHolder(movement, to)) return true;

        Count storage count = _counts[movement.id];
        uint256 leaving = _leavesAltogether(movement, from) ? 1 : 0;
        return uint256(count.holders) + 1 - leaving <= count.limit;
    }

    /// @inheritdoc ITransferRule
    function moved(
        Movement calldata movement,
        Profile calldata from,
        Profile calldata to
    ) external override onlyTransferRules {
        if (movement.from == movement.to || movement.value == 0) return;

        // The credit goes first: shares that an investor moves between two own wallets never take him off the list.
        if (movement.to != address(0) && movement.toBalance == 0) _addWallet(movement.id, to);
        if (movement.from != address(0) && movement.fromBalance == movement.value) _dropWallet(movement.id, from);
    }

    /// @inheritdoc ITransferRule
    function netted(
        uint256 id,
        NetMovement[] calldata movements,
        Profile[] calldata profiles
    ) external override onlyTransferRules returns (bool) {
        uint256 before = _counts[id].holders;

        for (uint256 i = 0; i < movements.length; ++i) {
            if (movements[i].balanceBefore == 0 && movements[i].balanceAfter != 0) _addWallet(id, profiles[i]);
            if (movements[i].balanceBefore != 0 && movements[i].balanceAfter == 0) _dropWallet(id, profiles[i]);
        }

        Count storage count = _counts[id];
        return count.holders <= count.limit || count.holders <= before;
    }

    function _addWallet(uint256 id, Profile calldata profile) private {
        if (profile.flags.isProtocol()) return;
        if (++_walletsWithShares[id][profile.investor] == 1) ++_counts[id].holders;
    }

    function _dropWallet(uint256 id, Profile calldata profile) private {
        if (profile.flags.isProtocol()) return;
        if (--_walletsWithShares[id][profile.investor] == 0) --_counts[id].holders;
    }

    function _isNewHolder(Movement calldata movement, Profile calldata to) private view returns (bool) {
        return
            movement.value != 0 &&
            movement.to != address(0) &&
            !to.flags.isProtocol() &&
            _walletsWithShares[movement.id][to.investor] == 0;
    }

    function _leavesAltogether(Movement calldata movement, Profile calldata from) private view returns (bool) {
        return
            movement.from != address(0) &&
            movement.fromBalance == movement.value &&
            !from.flags.isProtocol() &&
            _walletsWithShares[movement.id][from.investor] == 1;
    }

    /// @dev Not asked: this rule judges movements, not profiles.
    function _mayHold(uint256, Profile calldata) internal pure override returns (bool) {
        return true;
    }
}
