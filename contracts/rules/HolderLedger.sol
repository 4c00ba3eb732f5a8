// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {LotLib} from "./LotLib.sol";
import {Movement, NetPosition} from "./ITransferRule.sol";
import {NetTransfer, Transfer} from "./ITransferRules.sol";
import {RuleTraits} from "./RuleTraits.sol";
import {RulesStorage} from "./RulesStorage.sol";

/// @title What is counted for all rules: holders, holders per kind, totals and lots per investor
/// @dev Everything goes by investor (D4). Protocol addresses are nobody; movements within one investor change no count (I-6).
abstract contract HolderLedger is RulesStorage {
    using LotLib for Holding;

    /// @dev The movement as rules see it, from what is counted before it is made.
    function _compose(
        Transfer memory transfer,
        Party from,
        Party to,
        AssetRules storage asset
    ) internal view returns (Movement memory movement) {
        movement.id = transfer.id;
        movement.from = transfer.from;
        movement.to = transfer.to;
        movement.value = transfer.value;
        movement.fromBalance = transfer.fromBalance;
        movement.toBalance = transfer.toBalance;
        movement.supply = transfer.supply;
        uint8 counts = asset.counts;
        if (counts == 0) return movement;

        Book storage book = _bookOf(transfer.id, asset);
        if (counts & RuleTraits.COUNTS_HOLDERS != 0) {
            movement.holdersBefore = asset.holders;
            movement.holdersAfter = _holdersAfter(transfer, from, to, book, asset.holders);
        }
        if (counts & RuleTraits.COUNTS_TOTALS != 0) {
            if (_isCounted(from)) {
                Holding storage holding = book.holdings[from.investor()];
                movement.fromTotal = holding.total;
                if (counts & RuleTraits.KEEPS_LOTS != 0) {
                    movement.fromYoung = holding.young(book.olderLots[from.investor()], asset.window);
                }
            }
            if (_isCounted(to)) movement.toTotal = book.holdings[to.investor()].total;
        }
    }

    /// @dev Counts a movement that was made.
    function _count(Transfer memory transfer, Party from, Party to, AssetRules storage asset) internal {
        uint8 counts = asset.counts;
        if (counts == 0 || transfer.value == 0 || transfer.from == transfer.to) return;

        Book storage book = _bookOf(transfer.id, asset);
        if (counts & RuleTraits.COUNTS_HOLDERS != 0) {
            // The credit goes first: shares that go from one own wallet to another never take their investor off the list.
            if (transfer.toBalance == 0) _addWallet(book, asset, to);
            if (transfer.fromBalance == transfer.value) _dropWallet(book, asset, from);
        }
        if (counts & RuleTraits.COUNTS_TOTALS != 0 && !from.isSameInvestor(to)) {
            if (_isCounted(from)) book.holdings[from.investor()].total -= uint64(transfer.value); // at most a balance
            if (_isCounted(to)) _acquire(book, asset, to.investor(), transfer.value);
        }
    }

    /// @dev Counts a chunk and says what it does to each investor. Acquired is what an investor has more after the chunk than before
    /// it: credits that only make up for debits of the same chunk are no acquisition.
    function _countNet(
        uint256 id,
        NetTransfer[] calldata transfers,
        Party[] calldata parties,
        AssetRules storage asset
    ) internal returns (NetPosition[] memory positions) {
        uint8 counts = asset.counts;
        Book storage book = _bookOf(id, asset);
        positions = new NetPosition[](transfers.length);
        for (uint256 i = 0; i < transfers.length; ++i) {
            NetTransfer calldata transfer = transfers[i];
            positions[i].account = transfer.account;
            positions[i].balanceBefore = transfer.balanceBefore;
            positions[i].balanceAfter = transfer.balanceAfter;
            if (counts & RuleTraits.COUNTS_HOLDERS != 0) {
                if (transfer.balanceBefore == 0 && transfer.balanceAfter != 0) _addWallet(book, asset, parties[i]);
                if (transfer.balanceBefore != 0 && transfer.balanceAfter == 0) _dropWallet(book, asset, parties[i]);
            }
        }
        if (counts & RuleTraits.COUNTS_TOTALS != 0) _countNetTotals(book, asset, positions, parties);
    }

    /// @dev One holding while holders are counted anew.
    function _countHolding(
        Book storage book,
        AssetRules storage asset,
        Party party,
        uint256 balance,
        uint32 acquired
    ) internal {
        if (asset.counts & RuleTraits.COUNTS_HOLDERS != 0) _addWallet(book, asset, party);
        if (asset.counts & RuleTraits.COUNTS_TOTALS == 0 || !_isCounted(party)) return;

        Holding storage holding = book.holdings[party.investor()];
        holding.total += uint64(balance); // a balance, and all of them together are the supply
        if (asset.counts & RuleTraits.KEEPS_LOTS != 0) {
            holding.add(book.olderLots[party.investor()], balance, acquired, asset.window);
        }
    }

    function _totalOf(uint256 id, uint32 investor) internal view returns (uint256 total, uint256 young) {
        AssetRules storage asset = _state().assets[id];
        Book storage book = _bookOf(id, asset);
        Holding storage holding = book.holdings[investor];
        return (holding.total, holding.young(book.olderLots[investor], asset.window));
    }

    /// @dev A wallet's holding goes to another investor, as acquired now.
    function _reassign(Book storage book, AssetRules storage asset, Party from, Party to, uint256 balance) internal {
        if (asset.counts & RuleTraits.COUNTS_HOLDERS != 0) {
            _addWallet(book, asset, to);
            _dropWallet(book, asset, from);
        }
        if (asset.counts & RuleTraits.COUNTS_TOTALS != 0) {
            book.holdings[from.investor()].total -= uint64(balance);
            _acquire(book, asset, to.investor(), balance);
        }
    }

    /// @dev Counts a holder as what he is now, if he is counted as something else.
    function _refreshKind(Book storage book, Party party) internal {
        Holder storage holder = book.holders[party.investor()];
        if (holder.wallets == 0) return;

        _countKind(book, holder.country, holder.classes, false);
        (holder.country, holder.classes) = (party.country(), party.classes());
        _countKind(book, holder.country, holder.classes, true);
    }

    function _countNetTotals(
        Book storage book,
        AssetRules storage asset,
        NetPosition[] memory positions,
        Party[] calldata parties
    ) private {
        bool keepsLots = asset.counts & RuleTraits.KEEPS_LOTS != 0;
        for (uint256 i = 0; i < positions.length; ++i) {
            if (!_isCounted(parties[i])) continue;
            uint32 investor = parties[i].investor();
            Holding storage holding = book.holdings[investor];
            positions[i].totalBefore = holding.total;
            if (keepsLots) positions[i].young = holding.young(book.olderLots[investor], asset.window);
        }
        for (uint256 i = 0; i < positions.length; ++i) {
            if (!_isCounted(parties[i])) continue;
            NetPosition memory position = positions[i];
            uint32 investor = parties[i].investor();
            Holding storage holding = book.holdings[investor];
            uint256 present = holding.total;
            uint256 next = present + position.balanceAfter - position.balanceBefore;
            holding.total = uint64(next); // at most the supply
            uint256 covered = present > position.totalBefore ? present : position.totalBefore;
            if (keepsLots && next > covered) {
                holding.add(book.olderLots[investor], next - covered, uint32(block.timestamp), asset.window);
            }
        }
        for (uint256 i = 0; i < positions.length; ++i) {
            if (_isCounted(parties[i])) positions[i].totalAfter = book.holdings[parties[i].investor()].total;
        }
    }

    function _acquire(Book storage book, AssetRules storage asset, uint32 investor, uint256 value) private {
        Holding storage holding = book.holdings[investor];
        holding.total += uint64(value); // at most the supply
        if (asset.counts & RuleTraits.KEEPS_LOTS != 0) {
            holding.add(book.olderLots[investor], value, uint32(block.timestamp), asset.window);
        }
    }

    function _addWallet(Book storage book, AssetRules storage asset, Party party) private {
        if (!_isCounted(party)) return;
        Holder storage holder = book.holders[party.investor()];
        if (++holder.wallets != 1) return;

        ++asset.holders;
        if (asset.counts & RuleTraits.COUNTS_KINDS == 0) return;
        (holder.country, holder.classes) = (party.country(), party.classes());
        _countKind(book, holder.country, holder.classes, true);
    }

    function _dropWallet(Book storage book, AssetRules storage asset, Party party) private {
        if (!_isCounted(party)) return;
        Holder storage holder = book.holders[party.investor()];
        if (--holder.wallets != 0) return;

        --asset.holders;
        if (asset.counts & RuleTraits.COUNTS_KINDS != 0) _countKind(book, holder.country, holder.classes, false);
    }

    function _countKind(Book storage book, uint16 country, uint16 classes, bool comes) private {
        if (comes) ++book.inCountry[country];
        else --book.inCountry[country];
        for (uint16 class = 1; class != 0; class <<= 1) {
            if (classes & class == 0) continue;
            if (comes) ++book.ofClass[class];
            else --book.ofClass[class];
        }
    }

    function _holdersAfter(
        Transfer memory transfer,
        Party from,
        Party to,
        Book storage book,
        uint256 holders
    ) private view returns (uint256) {
        if (transfer.value == 0 || from.isSameInvestor(to)) return holders;
        bool comes = transfer.toBalance == 0 && _isCounted(to) && book.holders[to.investor()].wallets == 0;
        bool leaves =
            transfer.fromBalance == transfer.value && _isCounted(from) && book.holders[from.investor()].wallets == 1;
        if (comes) ++holders;
        if (leaves) --holders;
        return holders;
    }

    /// @dev People count; nobody and the suite's own addresses do not.
    function _isCounted(Party party) internal pure returns (bool) {
        return !party.isNobody() && !party.isProtocol();
    }
}
