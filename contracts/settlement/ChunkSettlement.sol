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
/// @param call `settleNet` as it will be sent; both lists stand in it, so that nobody copies them there
struct NetShares {
    bytes call;
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
            _moveShares(shares, movement.call);
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

        movement.low = low;
        movement.high = high;
        bytes4 selector = IShareToken.settleNet.selector;
        bytes memory call_ = new bytes(0xa4 + count * 0x40);
        address[] memory accounts = movement.accounts;
        int256[] memory deltas = movement.deltas;
        assembly ("memory-safe") {
            let head := add(call_, 0x24)
            let second := add(0x80, shl(5, count))
            mstore(add(call_, 0x20), selector)
            mstore(head, asset)
            mstore(add(head, 0x20), 0x60)
            mstore(add(head, 0x40), second)
            accounts := add(head, 0x60)
            deltas := add(head, second)
            mstore(accounts, count)
            mstore(deltas, count)
        }
        (movement.call, movement.accounts, movement.deltas) = (call_, accounts, deltas);
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
            if (index >= parties.length) revert ISettlementDesk.SettlementDeskNoSuchPlace(word);
            uint256 rank = NetVectorLib.rank(index, delta);
            if (delta == 0 || rank <= last) revert ISettlementDesk.SettlementDeskSharesOutOfOrder(i);
            last = rank;

            Party memory party = parties[index];
            _takeWord(limits, asset, place + 1, party, delta, movement);
            movement.accounts[i] = party.account;
            movement.deltas[i] = delta;
        }
    }

    function _takeWord(
        mapping(MandateKey => AssetSlot) storage limits,
        uint256 asset,
        uint256 nextAsset,
        Party memory party,
        int256 delta,
        NetShares memory movement
    ) private {
        if (party.lastAsset >= nextAsset) revert ISettlementDesk.SettlementDeskAccountTwice(party.account, asset);
        party.lastAsset = nextAsset;

        uint256 place = _placeOf(limits, party.mandate);
        (AssetSlot left, int256 required) = _read(place).takeShares(party.account, asset, delta);
        _write(place, left);

        // The guard's band narrows the signed prices; which of the two asks for more cash counts.
        unchecked {
            // Deltas and prices have 64 bits, and there are fewer than 2^16 deltas of an account.
            int256 banded = -delta * int256(uint256(delta > 0 ? movement.high : movement.low));
            party.required += required > banded ? required : banded;
        }
    }

    /// @dev Where `limits[mandate]` stands, so that it is looked for once.
    function _placeOf(
        mapping(MandateKey => AssetSlot) storage limits,
        MandateKey mandate
    ) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            mstore(0x00, mandate)
            mstore(0x20, limits.slot)
            place := keccak256(0x00, 0x40)
        }
    }

    function _read(uint256 place) private view returns (AssetSlot slot) {
        assembly ("memory-safe") {
            slot := sload(place)
        }
    }

    function _write(uint256 place, AssetSlot slot) private {
        assembly ("memory-safe") {
            sstore(place, slot)
        }
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
