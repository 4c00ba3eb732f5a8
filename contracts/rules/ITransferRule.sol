// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Party} from "../investors/Party.sol";

/// @notice A movement of shares as a rule sees it. Wallets and investors stand as they were before the movement.
/// @param id the asset
/// @param from sender; zero address for an issue
/// @param to receiver; zero address for a redemption
/// @param value shares
/// @param fromBalance the sending wallet's shares
/// @param toBalance the receiving wallet's shares
/// @param fromTotal shares of the sending investor over all wallets; zero unless the rule counts totals
/// @param toTotal shares of the receiving investor over all wallets; zero unless the rule counts totals
/// @param fromYoung how many of `fromTotal` were acquired within the rule's window; zero unless the rule keeps lots
/// @param holdersBefore investors with shares; zero unless the rule counts holders
/// @param holdersAfter investors with shares once the movement is made; zero unless the rule counts holders
/// @param supply the asset's shares once the movement is made
struct Movement {
    uint256 id;
    address from;
    address to;
    uint256 value;
    uint256 fromBalance;
    uint256 toBalance;
    uint256 fromTotal;
    uint256 toTotal;
    uint256 fromYoung;
    uint256 holdersBefore;
    uint256 holdersAfter;
    uint256 supply;
}

/// @notice What a netted chunk does to an asset as a whole.
struct NetContext {
    uint256 id;
    uint256 holdersBefore;
    uint256 holdersAfter;
    uint256 supply;
}

/// @notice What a netted chunk does to one wallet. Totals and `young` as in `Movement`, before the chunk; `totalAfter` once it is made.
struct NetPosition {
    address account;
    uint256 balanceBefore;
    uint256 balanceAfter;
    uint256 totalBefore;
    uint256 totalAfter;
    uint256 young;
}

/// @title What `TransferRules` asks of everything that it binds
interface IRule {
    /// @notice Parameters that this rule does not understand, or that make no sense.
    /// @dev Encode the parameters as the rule's own page says; `rules set` does it from a file.
    error TransferRuleInvalidParameters(uint8 code, bytes parameters);

    /// @notice What it needs and how it may be judged: bits of `RuleTraits`.
    function traits() external view returns (uint8);

    /// @notice Reverts unless these parameters can be bound to the asset.
    function validate(uint256 id, bytes calldata parameters) external view;

    /// @notice Seconds for which acquired shares count as young; asked only of a rule that keeps lots.
    function window(bytes calldata parameters) external view returns (uint32);
}

/// @title One rule about the movements of an asset
/// @notice Small, one idea. Its parameters are kept by `TransferRules`, per asset, and come with every question, so that most
/// rules are pure functions without memory, roles or keys.
/// @dev It judges by what the movement carries, never by asking the register, which has made the movement already. A movement
/// within one investor changes no counter (I-6). Movements from and to protocol addresses are judged on the side of the investor only.
interface ITransferRule is IRule {
    /// @notice Its reason code, unique in docs/formats.md section 5.
    function code() external view returns (uint8);

    /// @notice What it refuses, as a sentence for the person refused.
    function sentence() external view returns (string memory);

    /// @notice What that person, or the issuer, can do about it.
    function nextStep() external view returns (string memory);

    /// @notice Whether the movement is fine by this rule.
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool);

    /// @notice Whether the end state of a netted chunk is fine by this rule; asked only of a rule that is not gross only.
    /// @dev A chunk of one pair is judged like the same transfer (I-3).
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external view returns (bool);
}

/// @title A rule with a memory of its own
/// @dev Gross only. All three functions are for `TransferRules`.
interface ITrackingRule is ITransferRule {
    /// @notice Notes a movement that was made; a forced one with too, when `isForced`.
    function moved(bytes calldata parameters, Movement calldata movement, Party from, Party to, bool isForced) external;

    /// @notice Forgets what it knows of the holders of an asset: they are counted anew.
    function reset(uint256 id) external;

    /// @notice One holding as it stands while holders are counted anew.
    function counted(uint256 id, address account, Party party, uint256 balance) external;
}

/// @title Several rules in one contract
/// @notice Every call of another contract has its price; rules that many assets share are asked in one. Its parameters say which of
/// them are bound. Each keeps its code, its words and its place in the order, which is that of the codes.
/// @dev Bit n of a set of codes stands for code n.
interface ICompositeRule is IRule {
    /// @notice The codes of the rules that these parameters bind.
    function codesOf(bytes calldata parameters) external view returns (uint256 codes);

    /// @notice What those rules need, as bits of `RuleTraits`; COMPOSITE always.
    function traitsOf(bytes calldata parameters) external view returns (uint8);

    /// @notice Code of the first of them that refuses the movement, or 0.
    function refusalOf(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (uint8);

    /// @notice Code of the first of them that refuses the end state of a netted chunk, or 0.
    function refusalOfNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external view returns (uint8);

    /// @notice The codes of all of them that refuse the movement.
    function refusalsOf(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (uint256 codes);

    /// @notice What a rule refuses, and what can be done about it.
    function textOf(uint8 code) external view returns (string memory sentence, string memory nextStep);
}
