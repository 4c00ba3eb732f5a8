// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {AssetSlot} from "./AssetSlotLib.sol";
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
/// @param lastAsset one more than the place of the asset in which a delta of it was seen last
struct Party {
    address account;
    int256 cash;
    CashSlot slot;
    MandateKey mandate;
    int256 required;
    uint256 lastAsset;
}

/// @notice What the register is asked to move of one asset, and the prices between which it may be, engine units.
struct NetShares {
    address[] accounts;
    int256[] deltas;
    uint64 low;
    uint64 high;
}

/// @title What a chunk nets to
/// @notice In beats: read the accounts, take shares from the mandates, take and book cash, and only then let the register move the shares.
/// @dev A library of its own for the size of the desk's code only.
library ChunkSettlement {
    using MandateLib for AssetSlot;
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
        NetShares[] memory movements = _takeShares(cash, limits[currency], guard, vector, parties);
        _takeCash(cash.accounts[currency], currency, parties);

        for (uint256 i = 0; i < movements.length; ++i) {
            NetShares memory movement = movements[i];
            if (movement.accounts.length == 0) continue;
            shares.settleNet(vector.assets[i], movement.accounts, movement.deltas);
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

    function _takeShares(
        CashBook storage cash,
        mapping(uint256 asset => mapping(MandateKey => AssetSlot)) storage limits,
        IPriceGuard guard,
        NetVector calldata vector,
        Party[] memory parties
    ) private returns (NetShares[] memory movements) {
        NetVectorLib.checkAssets(vector.assets);
        movements = new NetShares[](vector.assets.length);
        uint256[] calldata words = vector.shares;
        uint256 from;

        for (uint256 i = 0; i < movements.length; ++i) {
            uint256 end = NetVectorLib.runEnd(words, from, i);
            uint256 asset = vector.assets[i];
            NetShares memory movement = _begin(cash, guard, vector.currency, asset, end - from);
            _takeRun(limits[asset], asset, i, words[from:end], parties, movement);
            movements[i] = movement;
            from = end;
        }

        require(from == words.length, ISettlementDesk.SettlementDeskSharesOutOfOrder(from));
    }

    function _begin(
        CashBook storage cash,
        IPriceGuard guard,
        address currency,
        uint256 asset,
        uint256 count
    ) private view returns (NetShares memory movement) {
        (uint8 code, uint64 low, uint64 high) = PriceBandLib.inUnits(
            guard,
            asset,
            currency,
            cash.engineUnits[currency]
        );
        require(code == 0, ISettlementDesk.SettlementDeskPriceNotUsable(asset, code));

        movement = NetShares(new address[](count), new int256[](count), low, high);
    }

    /// @dev All words of one asset.
    function _takeRun(
        mapping(MandateKey => AssetSlot) storage limits,
        uint256 asset,
        uint256 place,
        uint256[] calldata words,
        Party[] memory parties,
        NetShares memory movement
    ) private {
        uint256 last;

        for (uint256 i = 0; i < words.length; ++i) {
            uint256 word = words[i];
            (uint256 index, int256 delta) = NetVectorLib.readShares(word);
            require(index < parties.length, ISettlementDesk.SettlementDeskNoSuchPlace(word));
            uint256 rank = NetVectorLib.rank(index, delta);
            require(delta != 0 && rank > last, ISettlementDesk.SettlementDeskSharesOutOfOrder(i));
            last = rank;

            Party memory party = parties[index];
            _takeWord(limits, asset, place, party, delta, movement);
            movement.accounts[i] = party.account;
            movement.deltas[i] = delta;
        }
    }

    function _takeWord(
        mapping(MandateKey => AssetSlot) storage limits,
        uint256 asset,
        uint256 place,
        Party memory party,
        int256 delta,
        NetShares memory movement
    ) private {
        require(party.lastAsset <= place, ISettlementDesk.SettlementDeskAccountTwice(party.account, asset));
        party.lastAsset = place + 1;

        int256 required;
        (limits[party.mandate], required) = limits[party.mandate].takeShares(party.account, asset, delta);

        // The guard's band narrows the signed prices; which of the two asks for more cash counts.
        int256 banded = -delta * int256(uint256(delta > 0 ? movement.high : movement.low));
        party.required += required > banded ? required : banded;
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
