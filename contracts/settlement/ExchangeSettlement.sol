// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {CashBook, CashBookLib} from "./CashBook.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {Exchange, Leg} from "./SettlementTypes.sol";
import {SignatureLib} from "./SignatureLib.sol";

/// @title What several accounts give one another
/// @notice In beats: check and close the exchange, check who signed, then net the legs of one asset or currency after the other and
/// move what they come to.
/// @dev A library of its own for the size of the desk's code only.
library ExchangeSettlement {
    using CashBookLib for CashBook;
    using SettlementHashLib for Exchange;
    using SuccessionLib for IShareToken;

    /// @notice Legs that one exchange may have.
    uint256 internal constant MOST_LEGS = 64;

    /// @notice The exchange's id: what its parties sign.
    function digest(bytes32 domain, Exchange calldata exchange) public pure returns (bytes32) {
        return SignatureLib.digest(domain, exchange.structHash());
    }

    function settle(
        CashBook storage cash,
        mapping(bytes32 exchange => bool) storage closed,
        bytes32 domain,
        IShareToken shares,
        Exchange calldata exchange,
        address[] calldata parties,
        bytes[] calldata signatures
    ) external {
        Leg[] calldata legs = exchange.legs;
        require(
            legs.length > 0 && legs.length <= MOST_LEGS,
            ISettlementDesk.SettlementDeskListLength(legs.length, MOST_LEGS)
        );
        bytes32 id = digest(domain, exchange);
        _close(closed, id);
        require(block.timestamp <= exchange.expiry, ISettlementDesk.SettlementDeskExchangeExpired(id, exchange.expiry));
        _checkParties(shares, id, parties, signatures);

        emit ISettlementDesk.ExchangeSettled(id);

        _moveAll(cash, shares, legs, parties);
    }

    function cancel(
        mapping(bytes32 exchange => bool) storage closed,
        bytes32 domain,
        Exchange calldata exchange
    ) external {
        require(_isNamed(exchange.legs, msg.sender), ISettlementDesk.SettlementDeskNotAParty(msg.sender));
        bytes32 id = digest(domain, exchange);

        _close(closed, id);

        emit ISettlementDesk.ExchangeCancelled(id, msg.sender);
    }

    function _close(mapping(bytes32 exchange => bool) storage closed, bytes32 id) private {
        require(!closed[id], ISettlementDesk.SettlementDeskExchangeClosed(id));

        closed[id] = true;
    }

    /// @dev Who only pays or is paid cash is not seen by the register: that he was not lost has to be asked here (I-12).
    function _checkParties(
        IShareToken shares,
        bytes32 id,
        address[] calldata parties,
        bytes[] calldata signatures
    ) private view {
        require(
            parties.length == signatures.length,
            ISettlementDesk.SettlementDeskSignatureCount(signatures.length, parties.length)
        );

        for (uint256 i = 0; i < parties.length; ++i) {
            address party = parties[i];
            require(i == 0 || parties[i - 1] < party, ISettlementDesk.SettlementDeskPartiesOutOfOrder(i));
            address successor = shares.successorOf(party);
            require(successor == party, ISettlementDesk.SettlementDeskAccountLost(party, successor));
            SignatureLib.check(party, id, signatures[i]);
        }
    }

    /// @dev One run of legs after the other, each of one asset or one currency.
    function _moveAll(
        CashBook storage cash,
        IShareToken shares,
        Leg[] calldata legs,
        address[] calldata parties
    ) private {
        bool[] memory named = new bool[](parties.length);
        uint256 from = 0;

        while (from < legs.length) {
            (address currency, uint256 asset) = (legs[from].currency, legs[from].asset);
            int256[] memory deltas = new int256[](parties.length);
            uint256 end = from;
            while (end < legs.length && legs[end].currency == currency && legs[end].asset == asset) {
                _add(cash, legs[end], end, parties, deltas, named);
                ++end;
            }

            if (end < legs.length) _checkOrder(legs[from], legs[end], end);
            if (currency == address(0)) _moveShares(shares, asset, parties, deltas);
            else _moveCash(cash, currency, parties, deltas);
            from = end;
        }

        for (uint256 i = 0; i < named.length; ++i) {
            require(named[i], ISettlementDesk.SettlementDeskPartyWithoutLeg(parties[i]));
        }
    }

    /// @dev Adds a leg to what its run comes to: shares, or engine units.
    function _add(
        CashBook storage cash,
        Leg calldata leg,
        uint256 place,
        address[] calldata parties,
        int256[] memory deltas,
        bool[] memory named
    ) private view {
        bool isCash = leg.currency != address(0);
        require(
            leg.amount > 0 && leg.from != leg.to && (leg.asset == 0 || !isCash),
            ISettlementDesk.SettlementDeskLegInvalid(place)
        );
        int256 amount = int256(uint256(isCash ? cash.toUnits(leg.currency, leg.amount) : leg.amount));
        (uint256 from, uint256 to) = (_placeOf(parties, leg.from), _placeOf(parties, leg.to));

        deltas[from] -= amount;
        deltas[to] += amount;
        (named[from], named[to]) = (true, true);
    }

    function _checkOrder(Leg calldata last, Leg calldata next, uint256 place) private pure {
        bool ascends = last.currency == next.currency ? last.asset < next.asset : last.currency < next.currency;
        require(ascends, ISettlementDesk.SettlementDeskLegsOutOfOrder(place));
    }

    function _moveCash(
        CashBook storage cash,
        address currency,
        address[] calldata parties,
        int256[] memory deltas
    ) private {
        for (uint256 i = 0; i < deltas.length; ++i) {
            if (deltas[i] < 0) cash.move(currency, parties[i], deltas[i]);
        }
        for (uint256 i = 0; i < deltas.length; ++i) {
            if (deltas[i] > 0) cash.move(currency, parties[i], deltas[i]);
        }
    }

    /// @dev Legs that cancel one another out move nothing.
    function _moveShares(
        IShareToken shares,
        uint256 asset,
        address[] calldata parties,
        int256[] memory deltas
    ) private {
        uint256 count = 0;
        for (uint256 i = 0; i < deltas.length; ++i) {
            if (deltas[i] != 0) ++count;
        }
        if (count == 0) return;

        (address[] memory accounts, int256[] memory values) = (new address[](count), new int256[](count));
        uint256 place = 0;
        for (uint256 i = 0; i < deltas.length; ++i) {
            if (deltas[i] < 0) (accounts[place], values[place++]) = (parties[i], deltas[i]);
        }
        for (uint256 i = 0; i < deltas.length; ++i) {
            if (deltas[i] > 0) (accounts[place], values[place++]) = (parties[i], deltas[i]);
        }
        shares.settleNet(asset, accounts, values);
    }

    /// @dev Parties ascend, which was checked.
    function _placeOf(address[] calldata parties, address account) private pure returns (uint256) {
        (uint256 low, uint256 high) = (0, parties.length);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (parties[middle] < account) low = middle + 1;
            else high = middle;
        }
        require(low < parties.length && parties[low] == account, ISettlementDesk.SettlementDeskNotAParty(account));
        return low;
    }

    function _isNamed(Leg[] calldata legs, address account) private pure returns (bool) {
        for (uint256 i = 0; i < legs.length; ++i) {
            if (legs[i].from == account || legs[i].to == account) return true;
        }
        return false;
    }
}
