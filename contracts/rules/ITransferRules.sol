// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Movement, NetMovement} from "./ITransferRule.sol";

/// @notice One reason why a transfer is refused.
struct Refusal {
    uint8 code;
    address rule;
    string sentence;
    string nextStep;
}

/// @title The rules of every asset
/// @notice An ordered list of rules per asset (at most 25). What `explain` says, the token does (I-3).
interface ITransferRules {
    event RuleAdded(uint256 indexed id, address indexed rule, uint8 code);
    event RuleRemoved(uint256 indexed id, address indexed rule);
    /// @notice A rule failed during enforcement; ordinary transfers of `id` fail closed until it is backfilled.
    event RulesMarkedStale(uint256 indexed id);
    event SharesSet(address indexed shares);

    /// @notice The asset has its 25 rules.
    /// @dev Remove a rule first.
    error TransferRulesTooMany(uint256 id, uint256 limit);
    /// @notice This rule, or another of its code, is bound to the asset already.
    /// @dev Remove the bound rule first, or leave it.
    error TransferRulesAlreadyBound(uint256 id, address rule, uint8 code);
    /// @notice This rule is not bound to the asset.
    /// @dev Check the rule's address; `rulesOf` lists the bound ones.
    error TransferRulesNotBound(uint256 id, address rule);
    /// @notice A rule with counters can be bound only while nobody holds the asset.
    /// @dev Bind the rule before the first issue.
    error TransferRulesLiveAsset(uint256 id, address rule, uint256 supply);
    /// @notice A party of a netted chunk may not send (or receive) at all.
    /// @dev Look `code` up in the table of reasons, and run the batch again without this account's trades.
    error TransferRulesPartyRefused(uint256 id, address account, uint8 code);
    /// @notice The end state of a netted chunk breaks the rule with `code`.
    /// @dev Look `code` up in the table of reasons, and run the batch again on the chain's present state.
    error TransferRulesNetRefused(uint256 id, address rule, uint8 code);
    /// @notice The asset has a rule that looks at pairs and cannot be settled net.
    /// @dev Settle trades of this asset one by one, with `settleTrade`.
    error TransferRulesNotNettable(uint256 id, address rule);
    /// @notice Only the token may report movements.
    /// @dev Do not call this; transfer shares instead.
    error TransferRulesNotShares(address caller);
    /// @notice Enforcement needs more gas than was left, so that a rule's bookkeeping can be told from a lack of gas.
    /// @dev Send the transaction again with a higher gas limit.
    error TransferRulesNotEnoughGas(uint256 left, uint256 needed);
    /// @notice The token is set already.
    /// @dev Do nothing; the token of the rules never changes.
    error TransferRulesSharesSet(address shares);

    /// @notice Appends a rule. For compliance.
    function addRule(uint256 id, address rule) external;

    /// @notice Takes a rule away; the order of the others stays. For compliance.
    function removeRule(uint256 id, address rule) external;

    /// @notice The rules of an asset in the order in which they are asked.
    function rulesOf(uint256 id) external view returns (address[] memory);

    /// @notice Whether every rule of the asset can be judged on a net end state.
    function isNettable(uint256 id) external view returns (bool);

    /// @notice Sets the token whose movements are judged; once, at deployment. For the admin.
    function setShares(address shares) external;

    /// @notice Code of the first refusal by a party's standing (sender, then receiver) or by a rule, or 0. A rule that reverts
    /// or answers nonsense refuses (90). Never reverts.
    function check(Movement calldata movement) external view returns (uint8 code);

    /// @notice `check`, and if it is 0 the rules' bookkeeping. For the token.
    /// @return code 0, or why nothing was done
    function checkAndMove(Movement calldata movement) external returns (uint8 code);

    /// @notice Bookkeeping of a forced movement: nothing is checked, nothing reverts, a failing rule marks the asset stale. For the token.
    function moveForced(Movement calldata movement) external;

    /// @notice Bookkeeping and judgement of a netted chunk; reverts with the first rule it breaks. For the token.
    function moveNet(uint256 id, NetMovement[] calldata movements) external;

    /// @notice Every reason why the transfer would be refused now, register's own first, then the rules in order;
    /// empty if it would succeed (allowance and the receiver's acceptance aside). Zero `from` asks about an issue.
    function explain(address from, address to, uint256 id, uint256 value) external view returns (Refusal[] memory);

    /// @notice ERC-1404-shaped: the first code of `explain`, or 0.
    function detectTransferRestriction(
        address from,
        address to,
        uint256 id,
        uint256 value
    ) external view returns (uint8);
}
