// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot, AssetSlotLib} from "../../../contracts/settlement/AssetSlotLib.sol";
import {CashAccount, CashBook, CashBookLib} from "../../../contracts/settlement/CashBook.sol";
import {CashSlot} from "../../../contracts/settlement/CashSlotLib.sol";
import {ISettlementDesk} from "../../../contracts/settlement/ISettlementDesk.sol";
import {MandateKey, MandateLib} from "../../../contracts/settlement/MandateLib.sol";
import {NetVector} from "../../../contracts/settlement/SettlementTypes.sol";
import {IShareToken} from "../../../contracts/shares/IShareToken.sol";
import {IPriceGuard} from "../../../contracts/valuation/IPriceGuard.sol";

/// @notice What a chunk comes to, told word by word as docs/formats.md, section 4, has it: the judge of `ChunkSettlement`, which says
/// the same by hand. Nothing here is unchecked, packed or assembled; an engine unit is a base unit.
library PlainChunk {
    using CashBookLib for CashBook;

    /// @param lastSide 1 after a debit, 2 after a credit of the asset
    struct Walk {
        uint256 asset;
        uint256 low;
        uint256 high;
        uint256 lastSide;
        uint256 lastAccount;
        uint256 count;
        address[] accounts;
        int256[] deltas;
        bool[] seen;
    }

    function settle(
        CashBook storage cash,
        mapping(address => mapping(uint256 => mapping(MandateKey => AssetSlot))) storage limits,
        IShareToken shares,
        IPriceGuard guard,
        NetVector calldata vector
    ) internal {
        _checkAccounts(cash, vector);
        _checkAssets(vector);
        int256[] memory required = new int256[](vector.accounts.length);
        Walk[] memory walks = new Walk[](vector.assets.length);
        uint256 next = 0;

        for (uint256 place = 0; place < walks.length; ++place) {
            walks[place] = _begin(guard, vector, place);
            while (next < vector.shares.length && vector.shares[next] / 2 ** 240 == place) {
                (uint256 index, int256 delta) = _read(walks[place], vector, next);
                required[index] += _takeShares(cash, limits[vector.currency], vector, walks[place], index, delta);
                ++next;
            }
        }
        require(next == vector.shares.length, ISettlementDesk.SettlementDeskSharesOutOfOrder(next));

        for (uint256 i = 0; i < vector.accounts.length; ++i) _takeCash(cash, vector, i, required[i]);
        for (uint256 place = 0; place < walks.length; ++place) _send(shares, walks[place]);
    }

    function _checkAccounts(CashBook storage cash, NetVector calldata vector) private view {
        int256 sum = 0;
        for (uint256 i = 0; i < vector.accounts.length; ++i) {
            uint256 word = vector.accounts[i];
            require(word % 2 ** 32 == 0, ISettlementDesk.SettlementDeskMalformedWord(word));
            address account = _account(vector, i);
            require(
                account > (i == 0 ? address(0) : _account(vector, i - 1)),
                ISettlementDesk.SettlementDeskAccountsOutOfOrder(i)
            );
            uint40 expiry = cash.accounts[vector.currency][account].slot.expiry();
            require(expiry > 0, ISettlementDesk.SettlementDeskMandateMissing(account, vector.currency));
            require(block.timestamp <= expiry, ISettlementDesk.SettlementDeskExpired(account, expiry));
            sum += _cash(vector, i);
        }
        require(sum == 0, ISettlementDesk.SettlementDeskCashNotZero(sum));
    }

    function _checkAssets(NetVector calldata vector) private pure {
        for (uint256 i = 1; i < vector.assets.length; ++i) {
            require(vector.assets[i - 1] < vector.assets[i], ISettlementDesk.SettlementDeskAssetsOutOfOrder(i));
        }
    }

    function _begin(
        IPriceGuard guard,
        NetVector calldata vector,
        uint256 place
    ) private view returns (Walk memory walk) {
        uint8 code;
        walk.asset = vector.assets[place];
        (code, walk.low, walk.high) = guard.tradeBand(walk.asset, vector.currency);
        require(code == 0, ISettlementDesk.SettlementDeskPriceNotUsable(walk.asset, code));
        walk.accounts = new address[](vector.shares.length);
        walk.deltas = new int256[](vector.shares.length);
        walk.seen = new bool[](vector.accounts.length);
    }

    /// @dev Debits by account, then credits by account, each account once.
    function _read(
        Walk memory walk,
        NetVector calldata vector,
        uint256 next
    ) private pure returns (uint256 index, int256 delta) {
        uint256 word = vector.shares[next];
        require(word % 2 ** 160 == 0, ISettlementDesk.SettlementDeskMalformedWord(word));
        index = (word / 2 ** 224) % 2 ** 16;
        delta = _signed((word / 2 ** 160) % 2 ** 64);
        require(index < vector.accounts.length, ISettlementDesk.SettlementDeskNoSuchPlace(word));
        uint256 side = delta < 0 ? 1 : 2;
        bool isInOrder = side > walk.lastSide || (side == walk.lastSide && index > walk.lastAccount);
        require(delta != 0 && isInOrder, ISettlementDesk.SettlementDeskSharesOutOfOrder(walk.count));
        require(!walk.seen[index], ISettlementDesk.SettlementDeskAccountTwice(_account(vector, index), walk.asset));

        walk.lastSide = side;
        walk.lastAccount = index;
        walk.seen[index] = true;
        walk.accounts[walk.count] = _account(vector, index);
        walk.deltas[walk.count] = delta;
        ++walk.count;
    }

    function _takeShares(
        CashBook storage cash,
        mapping(uint256 => mapping(MandateKey => AssetSlot)) storage limits,
        NetVector calldata vector,
        Walk memory walk,
        uint256 index,
        int256 delta
    ) private returns (int256 required) {
        address account = _account(vector, index);
        MandateKey key = MandateLib.keyOf(account, cash.accounts[vector.currency][account].slot.mandate());
        AssetSlot left = limits[walk.asset][key];
        limits[walk.asset][key] = _taken(left, account, walk.asset, delta);
        return _required(left, delta, walk.low, walk.high);
    }

    /// @dev The signed price or the guard's, whichever asks for more cash.
    function _required(AssetSlot left, int256 delta, uint256 low, uint256 high) private pure returns (int256) {
        int256 signed = -delta * int256(uint256(delta > 0 ? left.maxBuyPrice() : left.minSellPrice()));
        int256 banded = -delta * int256(delta > 0 ? high : low);
        return signed > banded ? signed : banded;
    }

    function _taken(AssetSlot left, address account, uint256 asset, int256 delta) private pure returns (AssetSlot) {
        (uint64 inLeft, uint64 outLeft) = (left.inLeft(), left.outLeft());
        uint256 value = uint256(delta > 0 ? delta : -delta);
        if (delta > 0) {
            require(value <= inLeft, ISettlementDesk.SettlementDeskTooManySharesIn(account, asset, value, inLeft));
            inLeft -= uint64(value);
        } else {
            require(value <= outLeft, ISettlementDesk.SettlementDeskTooManySharesOut(account, asset, value, outLeft));
            outLeft -= uint64(value);
        }
        return AssetSlotLib.pack(inLeft, outLeft, left.maxBuyPrice(), left.minSellPrice());
    }

    function _takeCash(CashBook storage cash, NetVector calldata vector, uint256 i, int256 required) private {
        address account = _account(vector, i);
        CashAccount storage entry = cash.accounts[vector.currency][account];
        entry.slot = MandateLib.takeCash(entry.slot, account, _cash(vector, i), required);
        cash.move(vector.currency, account, _cash(vector, i));
    }

    function _send(IShareToken shares, Walk memory walk) private {
        if (walk.count == 0) return;
        address[] memory accounts = new address[](walk.count);
        int256[] memory deltas = new int256[](walk.count);
        for (uint256 i = 0; i < walk.count; ++i) (accounts[i], deltas[i]) = (walk.accounts[i], walk.deltas[i]);
        shares.settleNet(walk.asset, accounts, deltas);
    }

    function _account(NetVector calldata vector, uint256 i) private pure returns (address) {
        return address(uint160(vector.accounts[i] / 2 ** 96));
    }

    function _cash(NetVector calldata vector, uint256 i) private pure returns (int256) {
        return _signed((vector.accounts[i] / 2 ** 32) % 2 ** 64);
    }

    /// @dev Two's complement of 64 bits.
    function _signed(uint256 bits) private pure returns (int256) {
        return bits < 2 ** 63 ? int256(bits) : int256(bits) - 2 ** 64;
    }
}
