// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {CodeSet} from "./CodeSet.sol";
import {HolderLedger} from "./HolderLedger.sol";
import {ICompositeRule, IRule, ITrackingRule, ITransferRule} from "./ITransferRule.sol";
import {Count, ITransferRules, RuleSetting} from "./ITransferRules.sol";
import {RuleAsking} from "./RuleAsking.sol";
import {RuleList} from "./RuleList.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Binding rules to an asset, and counting its holders when a rule needs what was not counted yet
/// @dev An asset is stale from the moment in which counts are missing until the shares counted are the supply. Ordinary movements are
/// refused meanwhile, so that nothing moves under the count; enforcement goes on, and begins the count anew.
abstract contract HolderCounting is HolderLedger {
    uint256 internal constant MOST_RULES = 25;
    uint256 private constant LONGEST_PARAMETERS = 4096;
    /// @dev What stays counted once it is; the rest goes with the rule.
    uint8 private constant LASTING =
        RuleTraits.COUNTS_HOLDERS | RuleTraits.COUNTS_TOTALS | RuleTraits.KEEPS_LOTS | RuleTraits.COUNTS_KINDS;

    /// @dev What a list of rules comes to. `codes` has one bit per code.
    struct Draft {
        bytes list;
        uint256 codes;
        uint8 needs;
        uint32 window;
        bool hasNewMemory;
    }

    /// @inheritdoc ITransferRules
    function countsOf(uint256 id) external view returns (uint8) {
        return _state().assets[id].counts;
    }

    /// @inheritdoc ITransferRules
    function countOf(uint256 id) external view returns (Count memory) {
        AssetRules storage asset = _state().assets[id];
        Progress storage progress = _state().progress[id];
        return Count(asset.generation, asset.isStale, progress.counted, progress.cursor);
    }

    /// @inheritdoc ITransferRules
    function holdersOf(uint256 id) external view returns (uint32) {
        return _state().assets[id].holders;
    }

    /// @inheritdoc ITransferRules
    function holdersWith(
        uint256 id,
        uint16 country,
        uint16 classBit
    ) external view returns (uint32 inCountry, uint32 ofClass) {
        Book storage book = _bookOf(id, _state().assets[id]);
        return (book.inCountry[country], book.ofClass[classBit]);
    }

    /// @inheritdoc ITransferRules
    function totalOf(uint256 id, uint32 investor) external view returns (uint256 total, uint256 young) {
        return _totalOf(id, investor);
    }

    function _setRules(uint256 id, RuleSetting[] calldata settings) internal {
        AssetRules storage asset = _state().assets[id];
        IShareToken shares = _state().shares;
        require(settings.length <= MOST_RULES, TransferRulesTooMany(id, settings.length, MOST_RULES));
        Draft memory draft = _draft(id, settings, RuleList.read(asset.list));
        bool isLive = shares.totalSupply(id) != 0;
        // Lots that have left the window are forgotten (LotLib): a longer one, or one after none, would take them for old.
        bool lacksCounts = draft.needs & LASTING & ~asset.counts != 0 || draft.window > asset.window;
        bool lacks = asset.isStale || draft.hasNewMemory || lacksCounts;

        asset.list = RuleList.write(draft.list);
        asset.window = draft.window;
        // What is counted goes on being counted while it costs nothing to begin with: until the rules are taken away altogether.
        asset.counts = settings.length != 0 && isLive ? (asset.counts & LASTING) | draft.needs : draft.needs;
        asset.isStale = false;

        emit RulesSet(id, asset.list, settings.length);
        if (!isLive || asset.counts == 0) _nextGeneration(id, asset);
        else if (lacks) _beginCount(id, asset);
        shares.setRuled(id, settings.length != 0);
    }

    function _recount(uint256 id) internal {
        _beginCount(id, _state().assets[id]);
    }

    /// @dev From now on until the count is complete the asset is stale. No other contract is called: this is a step of enforcement, too.
    function _beginCount(uint256 id, AssetRules storage asset) internal {
        _nextGeneration(id, asset);
        asset.isStale = true;

        emit RulesMarkedStale(id, asset.generation);
    }

    function _countHolders(uint256 id, address[] calldata wallets, uint48 acquired) internal {
        RulesState storage $ = _state();
        AssetRules storage asset = $.assets[id];
        Progress memory progress = $.progress[id];
        require(asset.isStale, TransferRulesNotStale(id));
        require(acquired <= block.timestamp, TransferRulesInvalidTime(acquired, block.timestamp));
        address[] memory memories = _rulesWithMemory(asset);
        if (progress.cursor == address(0)) {
            for (uint256 i = 0; i < memories.length; ++i) ITrackingRule(memories[i]).reset(id);
        }

        for (uint256 i = 0; i < wallets.length; ++i) {
            address wallet = wallets[i];
            require(wallet > progress.cursor, TransferRulesOutOfOrder(id, wallet, progress.cursor));
            progress.cursor = wallet;
            progress.counted += _countWallet(id, asset, wallet, uint32(acquired), memories);
        }
        $.progress[id] = progress;

        emit HoldersCounted(id, progress.cursor, progress.counted);
        if (progress.counted != $.shares.totalSupply(id)) return;
        asset.isStale = false;
        emit CountCompleted(id, asset.generation, asset.holders);
    }

    function _reassignAll(address wallet, Party from, Party to, uint256[] calldata ids) internal {
        RulesState storage $ = _state();
        uint256 held = $.shares.heldAssetsOf(wallet);
        require(ids.length == held, TransferRulesAssetsIncomplete(wallet, ids.length, held));
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 balance = $.shares.balanceOf(wallet, ids[i]);
            require(balance != 0 && (i == 0 || ids[i] > ids[i - 1]), TransferRulesAssetsIncomplete(wallet, i, held));
            AssetRules storage asset = $.assets[ids[i]];
            if (asset.isStale) _beginCount(ids[i], asset);
            else if (asset.counts != 0) _reassign(_bookOf(ids[i], asset), asset, from, to, balance);
        }
    }

    function _countWallet(
        uint256 id,
        AssetRules storage asset,
        address wallet,
        uint32 acquired,
        address[] memory memories
    ) private returns (uint64) {
        uint256 balance = _state().shares.balanceOf(wallet, id);
        if (balance == 0) return 0;
        Party party = _state().investors.partyOf(wallet);
        _countHolding(_bookOf(id, asset), asset, party, balance, acquired);
        for (uint256 i = 0; i < memories.length; ++i) ITrackingRule(memories[i]).counted(id, wallet, party, balance);
        return uint64(balance); // balances sum to the supply
    }

    function _nextGeneration(uint256 id, AssetRules storage asset) private {
        ++asset.generation;
        asset.holders = 0;
        delete _state().progress[id];
    }

    function _draft(
        uint256 id,
        RuleSetting[] calldata settings,
        bytes memory before
    ) private view returns (Draft memory draft) {
        for (uint256 i = 0; i < settings.length; ++i) {
            address rule = settings[i].rule;
            (uint8 code, uint256 codes, uint8 traits, uint32 window) = _examine(id, settings[i]);
            uint256 twice = draft.codes & codes;
            if (twice != 0) revert TransferRulesDuplicate(id, rule, CodeSet.lowest(twice));
            draft.codes |= codes;
            draft.needs |= traits & (LASTING | RuleTraits.TRACKS);
            if (window > draft.window) draft.window = window;
            if (traits & RuleTraits.TRACKS != 0 && !_contains(before, rule)) draft.hasNewMemory = true;
            draft.list = bytes.concat(draft.list, RuleList.encode(rule, code, traits, settings[i].parameters));
        }
    }

    /// @dev What a rule says of itself is asked once, here. A composite has several codes, and none of its own.
    function _examine(
        uint256 id,
        RuleSetting calldata setting
    ) private view returns (uint8 code, uint256 codes, uint8 traits, uint32 window) {
        require(setting.rule.code.length != 0, TransferRulesNotARule(setting.rule));
        require(
            setting.parameters.length <= LONGEST_PARAMETERS,
            TransferRulesParametersTooLong(id, setting.rule, setting.parameters.length)
        );
        IRule rule = IRule(setting.rule);
        rule.validate(id, setting.parameters);
        traits = rule.traits();
        if (traits & RuleTraits.COMPOSITE != 0) {
            ICompositeRule composite = ICompositeRule(setting.rule);
            (codes, traits) = (composite.codesOf(setting.parameters), composite.traitsOf(setting.parameters));
            require(traits & RuleTraits.COMPOSITE != 0, TransferRulesNotARule(setting.rule));
        } else {
            code = ITransferRule(setting.rule).code();
            codes = 1 << code;
        }
        require(
            codes != 0 && codes & ~RuleAsking.RULE_CODES == 0 && _isConsistent(traits),
            TransferRulesNotARule(setting.rule)
        );
        if (traits & RuleTraits.KEEPS_LOTS != 0) window = rule.window(setting.parameters);
    }

    /// @dev A memory sees single trades, which a chunk does not show (D18); lots are kept with totals, kinds with holders.
    function _isConsistent(uint8 traits) private pure returns (bool) {
        if (traits & RuleTraits.TRACKS != 0 && traits & RuleTraits.GROSS_ONLY == 0) return false;
        if (traits & RuleTraits.KEEPS_LOTS != 0 && traits & RuleTraits.COUNTS_TOTALS == 0) return false;
        return traits & RuleTraits.COUNTS_KINDS == 0 || traits & RuleTraits.COUNTS_HOLDERS != 0;
    }

    function _contains(bytes memory list, address rule) private pure returns (bool) {
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            if (entry.rule == rule) return true;
        }
        return false;
    }

    function _rulesWithMemory(AssetRules storage asset) private view returns (address[] memory rules) {
        rules = new address[](MOST_RULES);
        if (asset.counts & RuleTraits.TRACKS == 0) return new address[](0);
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(RuleList.read(asset.list));
        uint256 count = 0;
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            if (entry.traits & RuleTraits.TRACKS != 0) rules[count++] = entry.rule;
        }
        assembly ("memory-safe") {
            mstore(rules, count) // the rest of the places stays unused
        }
    }
}
