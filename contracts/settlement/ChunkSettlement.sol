// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {AssetSlot, AssetSlotLib} from "./AssetSlotLib.sol";
import {CashAccount, CashBook, CashBookLib} from "./CashBook.sol";
import {CashSlot} from "./CashSlotLib.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {MandateKey, MandateLib} from "./MandateLib.sol";
import {NetVectorLib} from "./NetVectorLib.sol";
import {PriceBandLib} from "./PriceBandLib.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {NetVector} from "./SettlementTypes.sol";

/// @notice An account while its chunk is being settled.
/// @param slot its cash and what is left of its mandate's
/// @param mandate the key of its live mandate
/// @param required what its net cash has to be at least by its mandate's prices, engine units
/// @param debited one more than the place of the asset that it gave last
struct Party {
    address account;
    int256 cash;
    CashSlot slot;
    MandateKey mandate;
    int256 required;
    uint256 debited;
}

/// @notice One asset while its share words are taken.
/// @param mark one more than its place
/// @param limits the slot of the mapping in which stands what is left of mandates in it
/// @param low the price below which the guard lets nobody sell, engine units
/// @param high the price above which it lets nobody buy
struct Run {
    uint256 asset;
    uint256 mark;
    uint256 limits;
    uint256 low;
    uint256 high;
}

/// @title What a chunk nets to
/// @notice In beats: read the accounts, take shares from the mandates, take and book cash, and only then let the register move the shares.
/// @dev A library of its own for the size of the desk's code only.
library ChunkSettlement {
    using MandateLib for CashSlot;
    using SettlementHashLib for NetVector;

    /// @param expected the net hash that the chunk's header names
    function settle(
        CashBook storage cash,
        mapping(address currency => mapping(uint256 asset => mapping(MandateKey => AssetSlot))) storage limits,
        IShareToken shares,
        IPriceGuard guard,
        bytes32 expected,
        NetVector calldata vector
    ) external {
        bytes32 netHash = vector.netHash();
        require(netHash == expected, ISettlementDesk.SettlementDeskNetHashDiffers(netHash, expected));

        address currency = vector.currency;
        Party[] memory parties = _readParties(cash.accounts[currency], currency, vector.accounts);
        bytes[] memory calls = _takeShares(cash, limits[currency], guard, vector, parties);
        _takeCash(cash.accounts[currency], currency, parties);

        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].length != 0) _moveShares(shares, calls[i]);
        }
    }

    /// @dev Every account in a chunk needs a live mandate, whatever moves.
    function _readParties(
        mapping(address account => CashAccount) storage accounts,
        address currency,
        uint256[] calldata words
    ) private view returns (Party[] memory parties) {
        parties = new Party[](words.length);
        address last;
        int256 sum;

        for (uint256 i = 0; i < words.length; ++i) {
            (address account, int256 cash) = NetVectorLib.readAccount(words[i]);
            require(account > last, ISettlementDesk.SettlementDeskAccountsOutOfOrder(i));
            CashSlot slot = accounts[account].slot;
            uint40 expiry = slot.expiry();
            require(expiry > 0, ISettlementDesk.SettlementDeskMandateMissing(account, currency));
            require(block.timestamp <= expiry, ISettlementDesk.SettlementDeskExpired(account, expiry));

            Party memory party = parties[i];
            party.account = account;
            party.cash = cash;
            party.slot = slot;
            party.mandate = MandateLib.keyOf(account, slot.mandate());
            last = account;
            sum += cash;
        }

        require(sum == 0, ISettlementDesk.SettlementDeskCashNotZero(sum));
    }

    /// @return calls `settleNet` for each asset as it will be sent, so that nobody copies the lists there; empty where nothing moves
    function _takeShares(
        CashBook storage cash,
        mapping(uint256 asset => mapping(MandateKey => AssetSlot)) storage limits,
        IPriceGuard guard,
        NetVector calldata vector,
        Party[] memory parties
    ) private returns (bytes[] memory calls) {
        NetVectorLib.checkAssets(vector.assets);
        calls = new bytes[](vector.assets.length);
        uint256[] calldata words = vector.shares;
        uint256 from;

        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 end = NetVectorLib.runEnd(words, from, i);
            uint256 asset = vector.assets[i];
            Run memory run = _begin(cash, limits[asset], guard, vector.currency, asset, i);
            if (end != from) {
                calls[i] = _newCall(asset, end - from);
                _takeRun(run, words[from:end], parties, calls[i]);
            }
            from = end;
        }

        require(from == words.length, ISettlementDesk.SettlementDeskSharesOutOfOrder(from));
    }

    function _begin(
        CashBook storage cash,
        mapping(MandateKey => AssetSlot) storage limits,
        IPriceGuard guard,
        address currency,
        uint256 asset,
        uint256 place
    ) private view returns (Run memory run) {
        (uint8 code, uint64 low, uint64 high) = PriceBandLib.inUnits(
            guard,
            asset,
            currency,
            cash.engineUnits[currency]
        );
        require(code == 0, ISettlementDesk.SettlementDeskPriceNotUsable(asset, code));

        uint256 slot;
        assembly ("memory-safe") {
            slot := limits.slot
        }
        return Run(asset, place + 1, slot, low, high);
    }

    /// @dev A call of `settleNet` for `count` positions, which are still to be written.
    function _newCall(uint256 asset, uint256 count) private pure returns (bytes memory call_) {
        bytes4 selector = IShareToken.settleNet.selector;
        call_ = new bytes(0xa4 + count * 0x40);
        assembly ("memory-safe") {
            let head := add(call_, 0x24)
            let second := add(0x80, shl(5, count))
            mstore(add(call_, 0x20), selector)
            mstore(head, asset)
            mstore(add(head, 0x20), 0x60)
            mstore(add(head, 0x40), second)
            mstore(add(head, 0x60), count)
            mstore(add(head, second), count)
        }
    }

    /// @dev The register says why if it refuses.
    function _moveShares(IShareToken shares, bytes memory call_) private {
        assembly ("memory-safe") {
            if iszero(call(gas(), shares, 0, add(call_, 0x20), mload(call_), 0x00, 0x00)) {
                let free := mload(0x40)
                returndatacopy(free, 0x00, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    // The next two are on the path of every share position of every chunk: written by hand, without a call that is not needed.

    /// @dev All words of one asset: debits by account, then credits by account.
    /// @param call_ has room for as many positions as there are words
    function _takeRun(Run memory run, uint256[] calldata words, Party[] memory parties, bytes memory call_) private {
        uint256 last;
        Party memory party; // outside of the loop, which would make a new one each time

        for (uint256 i = 0; i < words.length; ++i) {
            uint256 word;
            uint256 index;
            int256 delta;
            uint256 rank;
            assembly ("memory-safe") {
                word := calldataload(add(words.offset, shl(5, i)))
                index := and(shr(224, word), 0xffff)
                delta := sar(192, shl(32, word))
                rank := add(index, shl(add(16, sgt(delta, 0)), 1)) // debits before credits, each by account
            }
            if (word << 96 != 0) revert ISettlementDesk.SettlementDeskMalformedWord(word);
            if (index >= parties.length) revert ISettlementDesk.SettlementDeskNoSuchPlace(word);
            if (rank <= last) revert ISettlementDesk.SettlementDeskSharesOutOfOrder(i);
            if (delta == 0) revert ISettlementDesk.SettlementDeskSharesOutOfOrder(i);
            last = rank;

            assembly ("memory-safe") {
                party := mload(add(add(parties, 0x20), shl(5, index)))
                let account := add(add(call_, 0xa4), shl(5, i))
                mstore(account, mload(party))
                mstore(add(account, shl(5, add(words.length, 1))), delta) // behind all accounts and the number of deltas
            }
            _take(run, party, delta);
        }
    }

    /// @dev Takes a delta from what is left of the mandate in the asset, and adds what it has to bring or may cost.
    /// @param delta of 64 bits, not zero
    function _take(Run memory run, Party memory party, int256 delta) private {
        (MandateKey mandate, uint256 limits) = (party.mandate, run.limits);
        uint256 place;
        uint256 left; // an AssetSlot
        assembly ("memory-safe") {
            mstore(0x00, mandate)
            mstore(0x20, limits)
            place := keccak256(0x00, 0x40)
            left := sload(place)
        }

        unchecked {
            // Each is taken from what is there, deltas and prices have 64 bits, and there are fewer than 2^16 deltas of an account.
            uint256 price;
            if (delta > 0) {
                if (party.debited == run.mark) {
                    revert ISettlementDesk.SettlementDeskAccountTwice(party.account, run.asset); // debits stood before
                }
                if (uint256(delta) > uint64(left)) _revertTooManyIn(run, party, delta, left);
                left -= uint256(delta);
                price = uint64(left >> AssetSlotLib.BUY);
                if (price > run.high) price = run.high; // the guard's band narrows the signed price
            } else {
                party.debited = run.mark;
                uint256 value = uint256(-delta);
                if (value > uint64(left >> AssetSlotLib.OUT)) _revertTooManyOut(run, party, value, left);
                left -= value << AssetSlotLib.OUT;
                price = left >> AssetSlotLib.SELL;
                if (price < run.low) price = run.low;
            }
            party.required -= delta * int256(price);
        }

        assembly ("memory-safe") {
            sstore(place, left)
        }
    }

    function _revertTooManyIn(Run memory run, Party memory party, int256 delta, uint256 left) private pure {
        uint64 inLeft = AssetSlot.wrap(left).inLeft();
        revert ISettlementDesk.SettlementDeskTooManySharesIn(party.account, run.asset, uint256(delta), inLeft);
    }

    function _revertTooManyOut(Run memory run, Party memory party, uint256 value, uint256 left) private pure {
        uint64 outLeft = AssetSlot.wrap(left).outLeft();
        revert ISettlementDesk.SettlementDeskTooManySharesOut(party.account, run.asset, value, outLeft);
    }

    function _takeCash(
        mapping(address account => CashAccount) storage accounts,
        address currency,
        Party[] memory parties
    ) private {
        for (uint256 i = 0; i < parties.length; ++i) {
            Party memory party = parties[i];
            CashAccount storage entry = accounts[party.account];
            CashSlot left = party.slot.takeCash(party.account, party.cash, party.required);
            entry.slot = CashBookLib.book(left, entry.owner, party.account, currency, party.cash);
        }
    }
}
