// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Party} from "../investors/Party.sol";

/// @notice A rule with its parameters, as compliance sets it.
struct RuleSetting {
    address rule;
    bytes parameters;
}

/// @notice One reason why a transfer is refused.
struct Refusal {
    uint8 code;
    address rule;
    string sentence;
    string nextStep;
}

/// @notice A movement as the token reports it. Balances are those of the wallets before it, the supply that after it.
struct Transfer {
    uint256 id;
    address from;
    address to;
    uint256 value;
    uint256 fromBalance;
    uint256 toBalance;
    uint256 supply;
}

/// @notice How far the counting of an asset's holders has come.
/// @param generation goes up by one whenever counting begins anew
/// @param isStale ordinary movements are refused until the count is complete
/// @param counted shares counted so far
/// @param cursor the last wallet counted; pages ascend
struct Count {
    uint32 generation;
    bool isStale;
    uint64 counted;
    address cursor;
}

/// @title The rules of every asset
/// @notice An ordered list of rules per asset (at most 25), kept as code with their parameters, so that one look at one
/// contract shows all that holds. What `explain` says, the token does (I-3).
/// @dev Rules are pure where possible. What they count by (holders, totals per investor, lots) is kept here, for all of them.
interface ITransferRules {
    /// @notice `list` holds the rules with their parameters (see RuleList); zero if there are none.
    event RulesSet(uint256 indexed id, address indexed list, uint256 count);
    /// @notice Ordinary movements of `id` are refused from now on, until its holders have been counted anew.
    event RulesMarkedStale(uint256 indexed id, uint32 generation);
    event HoldersCounted(uint256 indexed id, address cursor, uint256 counted);
    /// @notice The count is complete; ordinary movements go on.
    event CountCompleted(uint256 indexed id, uint32 generation, uint32 holders);
    event SharesSet(address indexed shares);

    /// @notice An asset has at most `limit` rules.
    /// @dev Leave some out, or compose them with `any/all/not` in one AttributeRule.
    error TransferRulesTooMany(uint256 id, uint256 given, uint256 limit);
    /// @notice Two rules of one code.
    /// @dev Keep one of them.
    error TransferRulesDuplicate(uint256 id, address rule, uint8 code);
    /// @notice There is no rule at this address: it has no code, or its code number or traits are out of range.
    /// @dev Check the address; `rules list` shows the deployed ones.
    error TransferRulesNotARule(address rule);
    /// @notice The parameters take more than 4,096 bytes.
    /// @dev Shorten them.
    error TransferRulesParametersTooLong(uint256 id, address rule, uint256 length);
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
    /// @notice Only the registry of investors may say that a wallet has another owner.
    /// @dev Do not call this; the registrar moves wallets with `moveWallet`.
    error TransferRulesNotInvestors(address caller);
    /// @notice Enforcement needs more gas than was left, so that a rule's bookkeeping can be told from a lack of gas.
    /// @dev Send the transaction again with a higher gas limit.
    error TransferRulesNotEnoughGas(uint256 left, uint256 needed);
    /// @notice The token is set already.
    /// @dev Do nothing; the token of the rules never changes.
    error TransferRulesSharesSet(address shares);
    /// @notice The asset's holders are counted; there is nothing to complete.
    /// @dev Do nothing, or begin anew with `recount`.
    error TransferRulesNotStale(uint256 id);
    /// @notice Wallets are counted in ascending order, each once, and this one does not come after `cursor`.
    /// @dev Sort the wallets, and go on after the cursor.
    error TransferRulesOutOfOrder(uint256 id, address wallet, address cursor);
    /// @notice The wallet holds shares of assets that were not named, or none of one that was.
    /// @dev Name exactly the assets in which the wallet holds shares, ascending, in one call.
    error TransferRulesAssetsIncomplete(address wallet, uint256 named, uint256 held);
    /// @notice A date of acquisition lies in the future.
    /// @dev Name a time that has passed.
    error TransferRulesInvalidTime(uint256 time, uint256 latest);

    /// @notice Sets the whole ordered list of an asset; an empty list means that only the parties' standing counts. If rules
    /// need to count what was not counted yet and shares exist, the asset is stale until `countHolders` is through. For compliance.
    function setRules(uint256 id, RuleSetting[] calldata settings) external;

    /// @notice Begins to count the holders of an asset anew; ordinary movements are refused meanwhile. For compliance.
    function recount(uint256 id) external;

    /// @notice Counts a page of wallets, ascending over all pages; the count is complete when it reaches the supply. A movement by
    /// force in between begins it anew. For compliance.
    /// @param acquired when these shares count as acquired (lock-ups), which nobody can read from the register
    function countHolders(uint256 id, address[] calldata wallets, uint48 acquired) external;

    /// @notice Brings holders per country and class up to date with the present profiles of investors who hold the asset. Open:
    /// it writes only what the registry says.
    function refreshKinds(uint256 id, uint32[] calldata investors) external;

    /// @notice The rules of an asset with their parameters, in the order in which they are asked.
    function rulesOf(uint256 id) external view returns (RuleSetting[] memory);

    /// @notice Whether every rule of the asset can be judged on a net end state.
    function isNettable(uint256 id) external view returns (bool);

    /// @notice What the rules count for the asset: bits of RuleTraits; zero if nothing is counted.
    function countsOf(uint256 id) external view returns (uint8 traits);
    function countOf(uint256 id) external view returns (Count memory);

    /// @notice How many investors hold the asset; zero if nobody counts.
    function holdersOf(uint256 id) external view returns (uint32);

    /// @notice How many of them are counted in a country (ISO 3166-1 numeric), and as one class bit (1, 2, 4 …).
    function holdersWith(
        uint256 id,
        uint16 country,
        uint16 classBit
    ) external view returns (uint32 inCountry, uint32 ofClass);

    /// @notice Shares of an investor over all wallets, and how many of them count as young in the asset's window now.
    function totalOf(uint256 id, uint32 investor) external view returns (uint256 total, uint256 young);

    /// @notice Sets the token whose movements are judged; once, at deployment. For the admin.
    function setShares(address shares) external;

    /// @notice Code of the first refusal by a rule, or 0. A rule that reverts or answers nonsense refuses (90). Never reverts.
    /// @dev The parties' standing is the token's to check.
    function check(Transfer calldata transfer, Party from, Party to) external view returns (uint8 code);

    /// @notice `check`, and if it is 0 the counting. For the token.
    /// @return code 0, or why nothing was done
    function checkAndMove(Transfer calldata transfer, Party from, Party to) external returns (uint8 code);

    /// @notice Counts a forced movement: nothing is checked, nothing reverts, a failing rule marks the asset stale. For the token.
    function moveForced(Transfer calldata transfer, Party from, Party to) external;

    /// @notice A step of `moveForced` that may fail as a whole. For itself.
    function countForced(Transfer calldata transfer, Party from, Party to) external;

    /// @notice Judges and counts a netted chunk; reverts with the first rule it breaks. For the token.
    /// @param table a NetTable: asset, supply, accounts with their balances before and after, and who is behind them
    function moveNet(bytes calldata table) external;

    /// @notice A wallet goes from one investor to another: counts and totals go with it, as an acquisition of today. For the
    /// registry of investors.
    /// @param ids exactly the assets in which the wallet holds shares, ascending
    function reassign(address wallet, Party from, Party to, uint256[] calldata ids) external;

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

    /// @notice ERC-1404-shaped: what a code means, in the words of the register or, for a rule of `id`, of the rule.
    function messageForTransferRestriction(uint256 id, uint8 code) external view returns (string memory);
}
