// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockAnswers} from "../../../contracts/mocks/MockAnswers.sol";
import {AttributeRule} from "../../../contracts/rules/AttributeRule.sol";
import {BalanceCapRule} from "../../../contracts/rules/BalanceCapRule.sol";
import {CommonRules} from "../../../contracts/rules/CommonRules.sol";
import {CountryRule} from "../../../contracts/rules/CountryRule.sol";
import {CustodyRule} from "../../../contracts/rules/CustodyRule.sol";
import {DisclosureRule} from "../../../contracts/rules/DisclosureRule.sol";
import {FlowbackRule} from "../../../contracts/rules/FlowbackRule.sol";
import {FullTransferRule} from "../../../contracts/rules/FullTransferRule.sol";
import {HolderCountRule} from "../../../contracts/rules/HolderCountRule.sol";
import {HolderQuotaRule} from "../../../contracts/rules/HolderQuotaRule.sol";
import {InvestorClassRule} from "../../../contracts/rules/InvestorClassRule.sol";
import {RuleSetting} from "../../../contracts/rules/ITransferRules.sol";
import {LockUpRule} from "../../../contracts/rules/LockUpRule.sol";
import {ManualApprovalRule} from "../../../contracts/rules/ManualApprovalRule.sol";
import {MinimumHoldersRule} from "../../../contracts/rules/MinimumHoldersRule.sol";
import {MinimumHoldingRule} from "../../../contracts/rules/MinimumHoldingRule.sol";
import {RollingVolumeRule} from "../../../contracts/rules/RollingVolumeRule.sol";
import {RouteRule} from "../../../contracts/rules/RouteRule.sol";
import {SanctionsRule} from "../../../contracts/rules/SanctionsRule.sol";

/// @notice One rule of every kind, and settings of them with parameters taken from a number. `answers` is what rules that ask
/// others ask.
contract RuleShelf {
    uint256 public constant KINDS = 18;
    /// @dev Country, class, holder count, balance cap and lock-up in one contract; it takes their places.
    uint256 private constant COMMON = 17;
    uint256 private constant FIRST_FIVE = 31;

    MockAnswers public immutable answers;
    ManualApprovalRule public immutable approval;
    address[KINDS] public rule;

    constructor(address authority, address transferRules) {
        answers = new MockAnswers();
        approval = new ManualApprovalRule(authority, transferRules);
        rule[0] = address(new CountryRule());
        rule[1] = address(new InvestorClassRule());
        rule[2] = address(new HolderCountRule());
        rule[3] = address(new BalanceCapRule());
        rule[4] = address(new LockUpRule());
        rule[5] = address(new MinimumHoldersRule());
        rule[6] = address(new MinimumHoldingRule());
        rule[7] = address(new SanctionsRule());
        rule[8] = address(new DisclosureRule());
        rule[9] = address(new CustodyRule());
        rule[10] = address(new AttributeRule());
        // From here on gross only: an asset with one of these is not settled net.
        rule[11] = address(new HolderQuotaRule());
        rule[12] = address(new FlowbackRule());
        rule[13] = address(new FullTransferRule());
        rule[14] = address(new RouteRule());
        rule[15] = address(new RollingVolumeRule(transferRules));
        rule[16] = address(approval);
        rule[COMMON] = address(new CommonRules());
    }

    /// @notice The rules whose bit is set in `kinds`, with parameters that come from `seed`.
    function settings(uint256 kinds, uint256 seed) external view returns (RuleSetting[] memory chosen) {
        chosen = new RuleSetting[](KINDS);
        uint256 count = 0;
        if (kinds & (1 << COMMON) != 0) kinds &= ~FIRST_FIVE;
        for (uint256 kind = 0; kind < KINDS; ++kind) {
            if (kinds & (1 << kind) == 0) continue;
            uint256 random = uint256(keccak256(abi.encode(seed, kind)));
            chosen[count++] = RuleSetting(rule[kind], parametersOf(kind, random));
        }
        assembly ("memory-safe") {
            mstore(chosen, count) // the rest of the places stays unused
        }
    }

    /// @notice Makes what the rules ask others depend on `seed`.
    function setAnswers(uint256 id, address[] calldata wallets, uint256 seed) external {
        answers.setBacked(id, seed % 8 != 0);
        for (uint256 i = 0; i < wallets.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            answers.setSanctioned(wallets[i], random % 8 == 0);
            answers.setAcknowledged(id, wallets[i], random % 5 != 0);
        }
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 source = bytes32(uint256(i & 1 == 0 ? 840 : 250));
            bytes32 destination = bytes32(uint256(i & 2 == 0 ? 840 : 250));
            answers.setRoute(source, destination, "class", (seed >> i) & 3 != 0);
        }
    }

    function parametersOf(uint256 kind, uint256 random) public view returns (bytes memory) {
        if (kind == 0) return _countries(random);
        if (kind == 1) return abi.encodePacked(uint16(1 + (random % 15)));
        if (kind == 2 || kind == 5) return abi.encodePacked(uint32(1 + (random % 5)));
        if (kind == 3) return abi.encodePacked(uint64(random % 900), uint16(1 + ((random >> 64) % 10_000)));
        if (kind == 4) return abi.encodePacked(uint32(1 + (random % 120)));
        if (kind == 6) return abi.encodePacked(uint64(1 + (random % 60)));
        if (kind == 7 || kind == 8 || kind == 9) return abi.encodePacked(address(answers));
        if (kind == 10) return _expression(random);
        if (kind == 11) return _quotas(random);
        if (kind == 12) return abi.encodePacked(uint16(840), uint48(block.timestamp + 1 + (random % 100)));
        if (kind == 14) return abi.encodePacked(address(answers), bytes32("class"));
        if (kind == COMMON) return _common(random);
        if (kind == 15) return abi.encodePacked(uint64(1 + (random % 600)), uint32(1 + ((random >> 64) % 200)));
        return "";
    }

    /// @dev At least one of the five, and the parameters of those behind one another.
    function _common(uint256 random) private view returns (bytes memory parameters) {
        uint256 which = 1 + (random % FIRST_FIVE);
        parameters = abi.encodePacked(uint8(which));
        for (uint256 kind = 0; kind < 5; ++kind) {
            if (which & (1 << kind) == 0) continue;
            parameters = bytes.concat(parameters, parametersOf(kind, uint256(keccak256(abi.encode(random, kind)))));
        }
    }

    function _countries(uint256 random) private pure returns (bytes memory countries) {
        countries = new bytes(125);
        if (random % 4 != 0) countries[840 >> 3] = bytes1(uint8(0x80 >> (840 & 7)));
        if (random % 4 != 1) countries[250 >> 3] = bytes1(uint8(0x80 >> (250 & 7)));
    }

    function _quotas(uint256 random) private pure returns (bytes memory) {
        return
            abi.encodePacked(
                abi.encodePacked(uint8(1), uint16(250), uint32(random % 3)),
                abi.encodePacked(uint8(1), uint16(840), uint32((random >> 32) % 4)),
                abi.encodePacked(uint8(2), uint16(4), uint32((random >> 64) % 5))
            );
    }

    function _expression(uint256 random) private pure returns (bytes memory) {
        bytes memory american = abi.encodePacked(uint8(1), uint8(1), uint16(840));
        bytes memory fit = abi.encodePacked(uint8(2), uint16(1 + ((random >> 8) % 15)));
        if (random % 4 == 0) return abi.encodePacked(american, fit, uint8(0x11), uint8(2));
        if (random % 4 == 1) return abi.encodePacked(american, fit, uint8(0x12), uint8(2));
        if (random % 4 == 2) return abi.encodePacked(american, uint8(0x10));
        return abi.encodePacked(uint8(5), uint32((random >> 8) % 1_000));
    }
}
