// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party, PartyLib} from "../investors/Party.sol";
import {LotLib} from "./LotLib.sol";
import {Movement, NetPosition} from "./ITransferRule.sol";
import {Transfer} from "./ITransferRules.sol";
import {NetTable} from "./NetTable.sol";
import {RuleTraits} from "./RuleTraits.sol";
import {RulesStorage} from "./RulesStorage.sol";

/// @title What is counted for all rules: holders, holders per kind, totals and lots per investor
/// @dev Everything goes by investor (D4). Protocol addresses are nobody; movements within one investor change no count (I-6).
abstract contract HolderLedger is RulesStorage {
    /// @dev What was seen in a chunk, and has to be looked at again.
    uint256 private constant COMES_TWICE = 1;
    uint256 private constant COMES_OR_LEAVES = 2;

    using LotLib for Holding;
    using LotLib for Book;
    using LotLib for uint256;

    /// @dev What is known of an asset and of a movement before it is made, each slot read once.
    function _read(
        Transfer calldata transfer,
        Party from,
        Party to
    ) internal view returns (AssetRules memory rules, Book storage book, Movement memory movement) {
        uint256 id = transfer.id;
        rules = _state().assets[id];
        book = _bookAt(id, rules.generation);
        movement.id = id;
        movement.from = transfer.from;
        movement.to = transfer.to;
        movement.value = transfer.value;
        movement.fromBalance = transfer.fromBalance;
        movement.toBalance = transfer.toBalance;
        movement.supply = transfer.supply;
        _compose(movement, from, to, rules, book);
    }

    /// @dev Completes the movement as rules see it by what is counted before it is made.
    function _compose(
        Movement memory movement,
        Party from,
        Party to,
        AssetRules memory rules,
        Book storage book
    ) internal view {
        uint8 counts = rules.counts;
        if (counts == 0) return;

        if (counts & RuleTraits.COUNTS_HOLDERS != 0) {
            movement.holdersBefore = rules.holders;
            movement.holdersAfter = _holdersAfter(movement, from, to, book, rules.holders);
        }
        if (counts & RuleTraits.COUNTS_TOTALS != 0) {
            if (_isCounted(from)) {
                uint32 investor = from.investor();
                uint256 holding = book.holdings[investor].read();
                movement.fromTotal = uint64(holding);
                if (counts & RuleTraits.KEEPS_LOTS != 0) {
                    movement.fromYoung = holding.young(book, investor, rules.window);
                }
            }
            if (_isCounted(to)) movement.toTotal = book.holdings[to.investor()].total;
        }
    }

    /// @dev Counts a movement that was made, with what was read before it.
    function _count(
        Movement memory movement,
        Party from,
        Party to,
        AssetRules memory rules,
        Book storage book
    ) internal {
        uint8 counts = rules.counts;
        uint256 value = movement.value;
        if (counts == 0 || value == 0 || movement.from == movement.to) return;

        if (counts & RuleTraits.COUNTS_HOLDERS != 0) {
            // The credit goes first: shares that go from one own wallet to another never take their investor off the list.
            if (movement.toBalance == 0) _addWallet(book, _state().assets[movement.id], to);
            if (movement.fromBalance == value) _dropWallet(book, _state().assets[movement.id], from);
        }
        if (counts & RuleTraits.COUNTS_TOTALS != 0 && !from.isSameInvestor(to)) {
            if (_isCounted(from)) _dispose(book, from.investor(), value);
            if (_isCounted(to)) _acquire(book, rules, to.investor(), value);
        }
    }

    /// @dev Counts a chunk and completes its table by what it does to each investor. Acquired is what an investor has more after the
    /// chunk than before it: credits that only make up for debits of the same chunk are no acquisition. Totals before the chunk are
    /// read of all before one is written: an investor may come with several wallets.
    function _countNet(uint256 id, bytes memory table, AssetRules memory rules) internal {
        Book storage book = _bookAt(id, rules.generation);
        uint256 seen = COMES_OR_LEAVES;
        if (rules.counts & RuleTraits.COUNTS_TOTALS != 0) {
            _openNetTotals(book, rules, table);
            seen = _countNetTotals(book, rules, table);
            if (seen & COMES_TWICE != 0) _closeNetTotals(book, table);
        }
        if (rules.counts & RuleTraits.COUNTS_HOLDERS != 0 && seen & COMES_OR_LEAVES != 0) {
            _countNetHolders(book, _state().assets[id], table);
        }
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

        uint32 investor = party.investor();
        uint64 total = book.holdings[investor].total + uint64(balance); // a balance, and all of them together are the supply
        if (asset.counts & RuleTraits.KEEPS_LOTS != 0) book.add(investor, total, balance, acquired, asset.window);
        else book.holdings[investor].total = total;
    }

    function _totalOf(uint256 id, uint32 investor) internal view returns (uint256 total, uint256 young) {
        AssetRules storage asset = _state().assets[id];
        Book storage book = _bookOf(id, asset);
        uint256 holding = book.holdings[investor].read();
        return (uint64(holding), holding.young(book, investor, asset.window));
    }

    /// @dev A wallet's holding goes to another investor, as acquired now.
    function _reassign(Book storage book, AssetRules storage asset, Party from, Party to, uint256 balance) internal {
        if (asset.counts & RuleTraits.COUNTS_HOLDERS != 0) {
            _addWallet(book, asset, to);
            _dropWallet(book, asset, from);
        }
        if (asset.counts & RuleTraits.COUNTS_TOTALS != 0) {
            _dispose(book, from.investor(), balance);
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

    function _countNetHolders(Book storage book, AssetRules storage asset, bytes memory table) private {
        Party[] memory parties = NetTable.partiesOf(table);
        NetPosition memory position = NetTable.first(table);
        for (uint256 i = 0; i < parties.length; ++i) {
            if (position.balanceBefore == 0) {
                if (position.balanceAfter != 0) _addWallet(book, asset, parties[i]);
            } else if (position.balanceAfter == 0) {
                _dropWallet(book, asset, parties[i]);
            }
            assembly ("memory-safe") {
                position := add(position, 0xc0)
            }
        }
    }

    // The next two are on the path of every position of every chunk: no call and no check in their loops that most positions do not need.

    /// @dev What every investor had before the chunk. `totalAfter` is where the holding stands, until it is known: a place is never
    /// zero, and only whoever is counted has one.
    function _openNetTotals(Book storage book, AssetRules memory rules, bytes memory table) private view {
        mapping(uint32 => Holding) storage holdings = book.holdings;
        Party[] memory parties = NetTable.partiesOf(table);
        NetPosition memory position = NetTable.first(table);
        uint256 window = rules.window; // zero if no rule keeps lots: then nothing is young
        for (uint256 i = 0; i < parties.length; ++i) {
            Party party;
            assembly ("memory-safe") {
                party := mload(add(add(parties, 0x20), shl(5, i)))
            }
            // The register has refused nobody's wallets already.
            if (Party.unwrap(party) & PartyLib.PROTOCOL_FLAG == 0) {
                uint256 word;
                assembly ("memory-safe") {
                    mstore(0x00, and(party, 0xffffffff)) // the investor's number
                    mstore(0x20, holdings.slot)
                    let place := keccak256(0x00, 0x40)
                    word := sload(place)
                    mstore(add(position, 0x80), place)
                }
                position.totalBefore = uint64(word);
                unchecked {
                    // The last lot is young, or none is.
                    if (block.timestamp < uint32(word >> 128) + window) {
                        position.young = word.young(book, party.investor(), rules.window);
                    }
                }
            }
            assembly ("memory-safe") {
                position := add(position, 0xc0)
            }
        }
    }

    /// @return seen COMES_TWICE if an investor came with more than one wallet: only then did a total move since it was read, because no
    /// position of a chunk is without a delta; COMES_OR_LEAVES if somebody counted held nothing before or afterwards
    function _countNetTotals(
        Book storage book,
        AssetRules memory rules,
        bytes memory table
    ) private returns (uint256 seen) {
        Party[] memory parties = NetTable.partiesOf(table);
        NetPosition memory position = NetTable.first(table);
        for (uint256 i = 0; i < parties.length; ++i) {
            uint256 place = position.totalAfter;
            if (place != 0) {
                uint256 word;
                assembly ("memory-safe") {
                    word := sload(place)
                }
                uint256 covered = position.totalBefore;
                uint256 next = uint64(word);
                if (next != covered) {
                    seen |= COMES_TWICE;
                    if (next > covered) covered = next;
                }
                {
                    (uint256 before, uint256 afterwards) = (position.balanceBefore, position.balanceAfter);
                    if (before == 0 || afterwards == 0) seen |= COMES_OR_LEAVES;
                    unchecked {
                        next = next + afterwards - before;
                    }
                }
                assert(next <= type(uint64).max); // at most the supply, unless it fell below zero
                position.totalAfter = next;
                assembly ("memory-safe") {
                    word := or(shl(64, shr(64, word)), next)
                }
                if (next > covered) word = _withLot(word, book, rules, parties[i].investor(), next - covered);
                assembly ("memory-safe") {
                    sstore(place, word)
                }
            }
            assembly ("memory-safe") {
                position := add(position, 0xc0)
            }
        }
    }

    /// @dev All positions of an investor say what he has in the end.
    function _closeNetTotals(Book storage book, bytes memory table) private view {
        Party[] memory parties = NetTable.partiesOf(table);
        NetPosition memory position = NetTable.first(table);
        for (uint256 i = 0; i < parties.length; ++i) {
            if (_isCounted(parties[i])) position.totalAfter = book.holdings[parties[i].investor()].total;
            assembly ("memory-safe") {
                position := add(position, 0xc0)
            }
        }
    }

    function _dispose(Book storage book, uint32 investor, uint256 value) private {
        Holding storage holding = book.holdings[investor];
        uint256 word = holding.read();
        holding.write(word.withTotal(uint64(word) - uint64(value))); // at most a balance
    }

    function _acquire(Book storage book, AssetRules memory rules, uint32 investor, uint256 value) private {
        Holding storage holding = book.holdings[investor];
        uint256 word = holding.read();
        word = word.withTotal(uint64(word) + uint64(value)); // at most the supply
        holding.write(_withLot(word, book, rules, investor, value));
    }

    /// @dev The holding with what was acquired now, if any rule wants to know since when.
    function _withLot(
        uint256 word,
        Book storage book,
        AssetRules memory rules,
        uint32 investor,
        uint256 amount
    ) private returns (uint256) {
        if (rules.counts & RuleTraits.KEEPS_LOTS == 0) return word;
        return word.withLot(book, investor, amount, uint32(block.timestamp), rules.window);
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
        Movement memory movement,
        Party from,
        Party to,
        Book storage book,
        uint256 holders
    ) private view returns (uint256) {
        if (movement.value == 0 || from.isSameInvestor(to)) return holders;
        bool comes = movement.toBalance == 0 && _isCounted(to) && book.holders[to.investor()].wallets == 0;
        bool leaves =
            movement.fromBalance == movement.value && _isCounted(from) && book.holders[from.investor()].wallets == 1;
        if (comes) ++holders;
        if (leaves) --holders;
        return holders;
    }

    /// @dev People count; nobody and the suite's own addresses do not.
    function _isCounted(Party party) internal pure returns (bool) {
        return party.isPerson();
    }
}
