// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {NetTransfer, Transfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState} from "./IShareToken.sol";
import {ShareRecords} from "./ShareRecords.sol";

/// @title The funnel: every way in which shares come, go and move
/// @dev Beats: who is behind both sides; then of each item asset state, spendable shares, records, debit and credit, and the rules,
/// which judge and count. The rules come last because they are other contracts: whatever they call back into finds the register
/// final, and a refusal undoes everything. They judge by the balances that the movement carries, never by asking the register.
abstract contract ShareLedger is ShareRecords, IERC1155Errors {
    using AssetLife for AssetState;

    /// @dev The two sides of a movement, both fit for it; zero `from` issues, zero `to` redeems.
    function _fitParties(address from, address to) internal view returns (Party sender, Party receiver) {
        (sender, receiver) = _register().investors.pairOf(from, to);
        require(from == address(0) || StandingLib.sendCode(sender) == ReasonCodes.ACCEPTED, ERC7943CannotSend(from));
        require(to == address(0) || StandingLib.receiveCode(receiver) == ReasonCodes.ACCEPTED, ERC7943CannotReceive(to));
    }

    /// @dev An ordinary movement of one item between fit parties.
    function _move(address from, address to, uint256 id, uint256 value, Party sender, Party receiver) internal {
        Asset storage asset = _listed(id);
        _requireOpen(id, asset, from, to);
        Transfer memory transfer = Transfer(id, from, to, value, 0, 0, 0);

        if (from == address(0)) _increaseSupply(id, asset, value);
        else transfer.fromBalance = _debitSpendable(id, asset, from, value);
        if (to == address(0)) _decreaseSupply(id, asset, value);
        else transfer.toBalance = _credit(id, asset, to, value);

        if (asset.flags & RULED == 0) return;
        transfer.supply = asset.supply;
        if (from == to) transfer.toBalance = transfer.fromBalance; // both are the balance before the movement
        uint8 code = _register().rules.checkAndMove(transfer, sender, receiver);
        require(code == ReasonCodes.ACCEPTED, ERC7943CannotTransfer(from, to, id, value));
    }

    /// @dev Enforcement: free shares go first, then frozen, then locked ones (D16). No rule and no receiver is asked (D17).
    function _force(address from, address to, uint256 id, uint256 value) internal {
        (Party sender, Party receiver) = _register().investors.pairOf(from, to);
        require(StandingLib.receiveCode(receiver) == ReasonCodes.ACCEPTED, ERC7943CannotReceive(to));
        Asset storage asset = _listed(id);
        Position storage slot = _register().positions[id][from];
        Position memory position = slot;
        require(value <= position.balance, ERC1155InsufficientBalance(from, position.balance, value, id));
        uint256 free = _spendable(position);
        Transfer memory transfer = Transfer(id, from, to, value, position.balance, 0, asset.supply);

        _settlePosition(id, asset, from, position);
        position.balance -= uint64(value); // value <= balance
        if (value > free) _consumeHeld(id, from, position, value - free);
        _write(from, slot, position, transfer.fromBalance);
        transfer.toBalance = _credit(id, asset, to, value);

        emit TransferSingle(msg.sender, from, to, id, value);
        emit ForcedTransfer(from, to, id, value);

        if (asset.flags & RULED != 0) _register().rules.moveForced(transfer, sender, receiver);
    }

    /// @dev All that a lost wallet has of one asset goes to the wallet that stands for it.
    function _recover(address lost, address successor, uint256 id, Party before, Party next) internal {
        Asset storage asset = _listed(id);
        Position storage from = _register().positions[id][lost];
        Position storage to = _register().positions[id][successor];
        Position memory old = from;
        Position memory merged = to;
        if (old.balance == 0 && old.frozen == 0) return; // nothing is locked without a balance
        Transfer memory transfer = Transfer(id, lost, successor, old.balance, old.balance, merged.balance, asset.supply);

        _settlePosition(id, asset, lost, old);
        _settlePosition(id, asset, successor, merged);
        merged.balance += old.balance; // at most the supply
        merged.locked += old.locked;
        uint256 frozen = uint256(merged.frozen) + old.frozen;
        merged.frozen = frozen > type(uint64).max ? type(uint64).max : uint64(frozen); // more than everything is everything
        _write(lost, from, Position(0, 0, 0, old.cursor), transfer.fromBalance);
        _write(successor, to, merged, transfer.toBalance);

        if (old.frozen != 0) emit Frozen(lost, id, 0);
        if (old.locked != 0) emit Locked(lost, id, 0);
        emit TransferSingle(msg.sender, lost, successor, id, old.balance);
        if (old.frozen != 0) emit Frozen(successor, id, merged.frozen);
        if (old.locked != 0) emit Locked(successor, id, merged.locked);
        emit PositionRecovered(lost, successor, id, old.balance, old.frozen, old.locked);

        if (asset.flags & RULED != 0) _register().rules.moveForced(transfer, before, next);
    }

    /// @dev A chunk's net deltas of one asset: debits, then credits, then the rules on the end state.
    function _settleNet(uint256 id, address[] calldata accounts, int256[] calldata deltas) internal {
        RegisterStorage storage $ = _register();
        Asset storage asset = _listed(id);
        require(asset.state == AssetState.Active, ShareTokenStateForbids(id, asset.state));
        _requireUnpaused(id, asset);
        require(accounts.length == deltas.length, ERC1155InvalidArrayLength(accounts.length, deltas.length));
        Party[] memory parties = $.investors.partiesOf(accounts);
        NetTransfer[] memory transfers = new NetTransfer[](accounts.length);
        int256 sum = 0;
        bool credits = false;

        for (uint256 i = 0; i < accounts.length; ++i) {
            int256 delta = deltas[i];
            require(delta != 0 && (delta > 0 || !credits), ShareTokenNetOutOfOrder(id, i));
            credits = delta > 0;
            uint8 code = credits ? StandingLib.receiveCode(parties[i]) : StandingLib.sendCode(parties[i]);
            require(code == ReasonCodes.ACCEPTED, ShareTokenPartyRefused(id, accounts[i], code));
            sum += delta;
            transfers[i] = credits
                ? _creditNet(id, asset, accounts[i], uint256(delta))
                : _debitNet(id, asset, accounts[i], uint256(-delta));
        }
        require(sum == 0, ShareTokenNetNotZero(id, sum));

        if (asset.flags & RULED != 0) $.rules.moveNet(id, asset.supply, transfers, parties);
    }

    function _lock(address account, uint256 id, uint256 value) internal {
        Asset storage asset = _listed(id);
        Position storage slot = _register().positions[id][account];
        require(asset.state.allows(account, account), ShareTokenStateForbids(id, asset.state));
        _requireSpendable(id, account, slot, value);

        slot.locked += uint64(value); // value <= balance

        emit Locked(account, id, slot.locked);
    }

    function _unlock(address account, uint256 id, uint256 value) internal {
        uint256 locked = _register().positions[id][account].locked;
        if (locked == 0) {
            account = _register().investors.successorOf(account); // itself, unless it was lost
            locked = _register().positions[id][account].locked;
        }
        require(value <= locked, ShareTokenInsufficientLocked(account, id, value, locked));

        _register().positions[id][account].locked = uint64(locked - value); // value <= locked

        emit Locked(account, id, locked - value);
    }

    function _setFrozen(address account, uint256 id, uint256 amount) internal {
        _listed(id);
        require(amount <= type(uint64).max, ShareTokenTooLarge(amount));

        _register().positions[id][account].frozen = uint64(amount);

        emit Frozen(account, id, amount);
    }

    /// @dev What the holder may dispose of: balance less frozen less locked, not below zero.
    function _spendable(Position memory position) internal pure returns (uint256) {
        uint256 held = uint256(position.frozen) + position.locked;
        return position.balance > held ? position.balance - held : 0;
    }

    function _isPaused(Asset storage asset) internal view returns (bool) {
        return _register().paused || asset.flags & PAUSED != 0;
    }

    function _requireOpen(uint256 id, Asset storage asset, address from, address to) private view {
        require(asset.state.allows(from, to), ShareTokenStateForbids(id, asset.state));
        _requireUnpaused(id, asset);
    }

    function _requireUnpaused(uint256 id, Asset storage asset) private view {
        require(!_register().paused, ShareTokenPaused());
        require(asset.flags & PAUSED == 0, ShareTokenAssetPaused(id));
    }

    /// @dev Each shortage has its own error: of shares, of unfrozen shares (ERC-7943), of unlocked ones.
    function _requireSpendable(uint256 id, address account, Position memory position, uint256 value) private pure {
        uint256 spendable = _spendable(position);
        if (value <= spendable) return;
        uint256 balance = position.balance;
        require(value <= balance, ERC1155InsufficientBalance(account, balance, value, id));
        uint256 unfrozen = balance > position.frozen ? balance - position.frozen : 0;
        require(value <= unfrozen, ERC7943InsufficientUnfrozenBalance(account, id, value, unfrozen));
        revert ShareTokenInsufficientUnlocked(account, id, value, spendable, position.locked);
    }

    function _debitSpendable(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (uint256 balance) {
        Position storage slot = _register().positions[id][account];
        Position memory position = slot;
        _requireSpendable(id, account, position, value);
        balance = position.balance;

        _settlePosition(id, asset, account, position);
        position.balance = uint64(balance - value); // value <= balance
        _write(account, slot, position, balance);
    }

    function _credit(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (uint256 balance) {
        Position storage slot = _register().positions[id][account];
        Position memory position = slot;
        balance = position.balance;

        _settlePosition(id, asset, account, position);
        position.balance = uint64(balance + value); // at most the supply, which is at most the cap, below 2^63
        _write(account, slot, position, balance);
    }

    /// @dev Writes a position, and counts the assets of an account when it comes to hold one or ceases to.
    function _write(address account, Position storage slot, Position memory position, uint256 before) private {
        slot.balance = position.balance;
        slot.frozen = position.frozen;
        slot.locked = position.locked;
        slot.cursor = position.cursor;
        if (before == 0 && position.balance != 0) ++_register().heldAssets[account];
        if (before != 0 && position.balance == 0) --_register().heldAssets[account];
    }

    function _debitNet(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (NetTransfer memory) {
        uint256 balance = _debitSpendable(id, asset, account, value);
        emit TransferSingle(msg.sender, account, msg.sender, id, value);
        return NetTransfer(account, balance, balance - value);
    }

    function _creditNet(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (NetTransfer memory) {
        require(account != address(0), ERC1155InvalidReceiver(account));
        uint256 balance = _credit(id, asset, account, value);
        emit TransferSingle(msg.sender, msg.sender, account, id, value);
        return NetTransfer(account, balance, balance + value);
    }

    /// @dev Frozen shares are used up first and say so before the transfer event (ERC-7943); what is locked can then be at
    /// most what is left.
    function _consumeHeld(uint256 id, address account, Position memory position, uint256 needed) private {
        if (position.frozen != 0) {
            position.frozen = needed < position.frozen ? position.frozen - uint64(needed) : 0;
            emit Frozen(account, id, position.frozen);
        }
        if (position.locked > position.balance) {
            position.locked = position.balance;
            emit Locked(account, id, position.locked);
        }
    }

    function _increaseSupply(uint256 id, Asset storage asset, uint256 value) private {
        uint256 room = asset.cap - asset.supply;
        require(value <= room, ShareTokenCapExceeded(id, asset.supply, asset.cap));

        _settleSupply(id, asset);
        asset.supply += uint64(value); // value <= room
    }

    function _decreaseSupply(uint256 id, Asset storage asset, uint256 value) private {
        _settleSupply(id, asset);
        asset.supply -= uint64(value); // the debit before showed value <= balance <= supply
    }
}
