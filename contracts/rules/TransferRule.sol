// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {InvestorFlags} from "../investors/InvestorFlags.sol";
import {Profile} from "../investors/IInvestorRegistry.sol";
import {ITransferRule, Movement, NetMovement} from "./ITransferRule.sol";

/// @title What every rule of this suite shares: who configures it and who tells it of movements
/// @dev Each judges an account that ends with more than it had; redemptions and protocol addresses pass.
abstract contract TransferRule is ITransferRule, AccessManaged {
    using InvestorFlags for uint16;

    address public immutable TRANSFER_RULES;

    /// @notice Only TransferRules may report movements.
    /// @dev Do not call this; transfer shares instead.
    error TransferRuleNotTransferRules(address caller);

    modifier onlyTransferRules() {
        require(msg.sender == TRANSFER_RULES, TransferRuleNotTransferRules(msg.sender));
        _;
    }

    constructor(address authority_, address transferRules_) AccessManaged(authority_) {
        TRANSFER_RULES = transferRules_;
    }

    /// @inheritdoc ITransferRule
    function tracks() external pure virtual returns (bool) {
        return false;
    }

    /// @inheritdoc ITransferRule
    function nettable() external pure virtual returns (bool) {
        return true;
    }

    /// @inheritdoc ITransferRule
    function allows(
        Movement calldata movement,
        Profile calldata,
        Profile calldata to
    ) external view virtual returns (bool) {
        return movement.to == address(0) || to.flags.isProtocol() || _mayHold(movement.id, to);
    }

    /// @inheritdoc ITransferRule
    function moved(Movement calldata, Profile calldata, Profile calldata) external virtual onlyTransferRules {}

    /// @inheritdoc ITransferRule
    function netted(
        uint256 id,
        NetMovement[] calldata movements,
        Profile[] calldata profiles
    ) external virtual onlyTransferRules returns (bool) {
        for (uint256 i = 0; i < movements.length; ++i) {
            bool gains = movements[i].balanceAfter > movements[i].balanceBefore;
            if (gains && !profiles[i].flags.isProtocol() && !_mayHold(id, profiles[i])) return false;
        }
        return true;
    }

    /// @dev Whether an investor of this profile may come to hold (more of) the asset.
    function _mayHold(uint256 id, Profile calldata profile) internal view virtual returns (bool);
}
