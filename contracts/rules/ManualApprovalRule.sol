// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Party} from "../investors/Party.sol";
import {IManualApprovalRule} from "./IManualApprovalRule.sol";
import {IRule, ITrackingRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Transfers approved one by one, as IManualApprovalRule describes
contract ManualApprovalRule is IManualApprovalRule, PairRule, AccessManaged {
    address public immutable transferRules;
    mapping(bytes32 transfer => uint48 expiresAt) private _approvedUntil;

    constructor(address authority_, address transferRules_) AccessManaged(authority_) {
        transferRules = transferRules_;
    }

    /// @inheritdoc IManualApprovalRule
    function approve(uint256 id, address from, address to, uint256 value, uint48 expiresAt) external restricted {
        require(expiresAt >= block.timestamp, ManualApprovalRuleExpired(expiresAt, block.timestamp));

        _approvedUntil[_key(id, from, to, value)] = expiresAt;

        emit TransferApproved(id, from, to, value, expiresAt);
    }

    /// @inheritdoc IManualApprovalRule
    function revoke(uint256 id, address from, address to, uint256 value) external restricted {
        bytes32 key = _key(id, from, to, value);
        require(_approvedUntil[key] != 0, ManualApprovalRuleNotApproved(id, from, to, value));

        delete _approvedUntil[key];

        emit ApprovalRevoked(id, from, to, value);
    }

    /// @inheritdoc ITrackingRule
    function moved(bytes calldata, Movement calldata movement, Party from, Party to, bool isForced) external {
        require(msg.sender == transferRules, ManualApprovalRuleNotTransferRules(msg.sender));
        if (isForced || !_needsApproval(movement, from, to)) return;

        delete _approvedUntil[_key(movement.id, movement.from, movement.to, movement.value)];

        emit ApprovalUsed(movement.id, movement.from, movement.to, movement.value);
    }

    /// @inheritdoc ITrackingRule
    /// @dev Approvals are no counters; they stand while holders are counted anew.
    function reset(uint256) external pure {}

    /// @inheritdoc ITrackingRule
    function counted(uint256, address, Party, uint256) external pure {}

    /// @inheritdoc IManualApprovalRule
    function approvedUntil(uint256 id, address from, address to, uint256 value) external view returns (uint48) {
        return _approvedUntil[_key(id, from, to, value)];
    }

    /// @inheritdoc ITransferRule
    function allows(bytes calldata, Movement calldata movement, Party from, Party to) external view returns (bool) {
        if (!_needsApproval(movement, from, to)) return true;
        return _approvedUntil[_key(movement.id, movement.from, movement.to, movement.value)] >= block.timestamp;
    }

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(parameters.length == 0, TransferRuleInvalidParameters(ReasonCodes.NOT_APPROVED, parameters));
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.NOT_APPROVED;
    }

    /// @inheritdoc IRule
    function traits() external pure override(IRule, PairRule) returns (uint8) {
        return RuleTraits.TRACKS | RuleTraits.GROSS_ONLY;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "Compliance has not approved this transfer.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Ask compliance to approve exactly this sender, receiver and number of shares.";
    }

    function _needsApproval(Movement calldata movement, Party from, Party to) private pure returns (bool) {
        if (movement.value == 0 || movement.from == address(0) || movement.to == address(0)) return false;
        return !from.isSameInvestor(to);
    }

    function _key(uint256 id, address from, address to, uint256 value) private pure returns (bytes32) {
        return keccak256(abi.encode(id, from, to, value));
    }
}
