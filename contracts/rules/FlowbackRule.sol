// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";

/// @title Until a day, shares that were sold abroad do not flow back
/// @notice A holder outside a country may not transfer to an investor inside it (the distribution compliance period of
/// Regulation S). Issues are not asked: who may buy at first, other rules say. Parameters: eight bytes, the country (ISO 3166-1
/// numeric, 2 bytes) and the first second in which shares may flow again (6 bytes).
contract FlowbackRule is PairRule {
    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external view {
        require(
            parameters.length == 8 && _isCountry(_country(parameters)) && _openFrom(parameters) > block.timestamp,
            TransferRuleInvalidParameters(ReasonCodes.FLOWBACK_FORBIDDEN, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        if (movement.from == address(0) || movement.to == address(0) || from.isProtocol() || to.isProtocol())
            return true;

        uint16 country = _country(parameters);
        return to.country() != country || from.country() == country || block.timestamp >= _openFrom(parameters);
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.FLOWBACK_FORBIDDEN;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "Shares that were sold abroad may not flow back into the receiver's country yet.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Choose a receiver abroad, or wait until the distribution compliance period has ended.";
    }

    function _country(bytes calldata parameters) private pure returns (uint16) {
        return uint16(bytes2(parameters));
    }

    function _isCountry(uint16 country) private pure returns (bool) {
        return country != 0 && country < 1000;
    }

    function _openFrom(bytes calldata parameters) private pure returns (uint48) {
        return uint48(bytes6(parameters[2:]));
    }
}
