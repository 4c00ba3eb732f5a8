// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Movement, NetMovement} from "../rules/ITransferRule.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState} from "./IShareToken.sol";
import {ShareRecords} from "./ShareRecords.sol";

/// @title The funnel: every way in which shares come, go and move
/// @dev Beats of one item: asset state, spendable shares, records, debit and credit, then the rules judge and count. The
/// rules come last because they are other contracts: whatever they call back into finds the register final, and a refusal
/// undoes everything. They judge by the balances that the movement carries, never by asking the register.
abstract contract ShareLedger is ShareRecords, IERC1155Errors {
    using AssetLife for AssetState;

    /// @dev An ordinary movement of one item; zero `from` issues, zero `to` redeems.
    function _move(address from, address to, uint256 id, uint256 value) internal {
        RegisterStorage storage $ = _register();
        Asset storage asset = _listed(id);
        _requireStateAllows(id, asset.state, from, to);
        require(!$.paused, ShareTokenPaused());
        Movement memory movement = Movement(id, from, to, value, 0, 0);

        if (from == address(0)) _increaseSupply(id, asset, value);
        else movement.fromBalance = _debitSpendable(id, asset, from, value);
        if (to == address(0)) _decreaseSupply(id, asset, value);
        else movement.toBalance = _credit(id, asset, to, value);
        if (from == to) movement.toBalance = movement.fromBalance; // both are the balance before the movement

        _requireAccepted($.rules.checkAndMove(movement), movement);
    }

    /// @dev Enforcement: free shares go first, then frozen, then locked ones (D16). No rule and no receiver is asked (D17).
    function _force(address from, address to, uint256 id, uint256 value) internal {
        RegisterStorage storage $ = _register();
        Asset storage asset = _listed(id);
        Position storage position = $.positions[id][from];
        uint256 balance = position.balance;
        require(value <= balance, ERC1155InsufficientBalance(from, balance, value, id));
        uint256 free = _spendable(position);

        _settlePosition(id, asset, from, position);
        uint256 left = balance - value;
        if (value > free) _consumeHeld(id, from, position, value - free, left);
        position.balance = uint64(left); // left <= balance
        uint256 toBalance = _credit(id, asset, to, value);

        emit TransferSingle(msg.sender, from, to, id, value);
        emit ForcedTransfer(from, to, id, value);

        $.rules.moveForced(Movement(id, from, to, value, balance, toBalance));
    }

    /// @dev A chunk's net deltas of one asset: debits, then credits, then the rules on the end state.
    function _settleNet(uint256 id, address[] calldata accounts, int256[] calldata deltas) internal {
        RegisterStorage storage $ = _register();
        Asset storage asset = _listed(id);
        require(asset.state == AssetState.Active, ShareTokenStateForbids(id, asset.state));
        require(!$.paused, ShareTokenPaused());
        require(accounts.length == deltas.length, ERC1155InvalidArrayLength(accounts.length, deltas.length));
        NetMovement[] memory movements = new NetMovement[](accounts.length);
        int256 sum = 0;
        bool credits = false;

        for (uint256 i = 0; i < accounts.length; ++i) {
            int256 delta = deltas[i];
            require(delta != 0 && (delta > 0 || !credits), ShareTokenNetOutOfOrder(id, i));
            credits = delta > 0;
            sum += delta;
            movements[i] =
                credits
                    ? _creditNet(id, asset, accounts[i], uint256(delta))
                    : _debitNet(id, asset, accounts[i], uint256(-delta));
        }
        require(sum == 0, ShareTokenNetNotZero(id, sum));

        $.rules.moveNet(id, movements);
    }

    function _lock(address account, uint256 id, uint256 value) internal {
        Asset storage asset = _listed(id);
        Position storage position = _register().positions[id][account];
        _requireStateAllows(id, asset.state, account, account);
        _requireSpendable(id, account, position, value);

        position.locked += uint64(value); // value <= balance

        emit Locked(account, id, position.locked);
    }

    function _unlock(address account, uint256 id, uint256 value) internal {
        Position storage position = _register().positions[id][account];
        uint256 locked = position.locked;
        require(value <= locked, ShareTokenInsufficientLocked(account, id, value, locked));

        position.locked = uint64(locked - value); // value <= locked

        emit Locked(account, id, locked - value);
    }

    function _setFrozen(address account, uint256 id, uint256 amount) internal {
        _listed(id);
        require(amount <= type(uint64).max, ShareTokenTooLarge(amount));

        _register().positions[id][account].frozen = uint64(amount);

        emit Frozen(account, id, amount);
    }

    /// @dev What the holder may dispose of: balance less frozen less locked, not below zero.
    function _spendable(Position storage position) internal view returns (uint256) {
        uint256 held = uint256(position.frozen) + position.locked;
        return position.balance > held ? position.balance - held : 0;
    }

    function _requireStateAllows(uint256 id, AssetState state, address from, address to) private pure {
        require(state.allows(from, to), ShareTokenStateForbids(id, state));
    }

    /// @dev Each shortage has its own error: of shares, of unfrozen shares (ERC-7943), of unlocked ones.
    function _requireSpendable(uint256 id, address account, Position storage position, uint256 value) private view {
        uint256 balance = position.balance;
        require(value <= balance, ERC1155InsufficientBalance(account, balance, value, id));
        uint256 unfrozen = balance > position.frozen ? balance - position.frozen : 0;
        require(value <= unfrozen, ERC7943InsufficientUnfrozenBalance(account, id, value, unfrozen));
        uint256 spendable = _spendable(position);
        require(value <= spendable, ShareTokenInsufficientUnlocked(account, id, value, spendable, position.locked));
    }

    function _requireAccepted(uint8 code, Movement memory movement) private pure {
        if (code == ReasonCodes.ACCEPTED) return;
        if (code == ReasonCodes.SENDER_UNKNOWN || code == ReasonCodes.SENDER_SUSPENDED) {
            revert ERC7943CannotSend(movement.from);
        }
        if (code >= ReasonCodes.RECEIVER_UNKNOWN && code <= ReasonCodes.RECEIVER_LIQUIDATE_ONLY) {
            revert ERC7943CannotReceive(movement.to);
        }
        revert ERC7943CannotTransfer(movement.from, movement.to, movement.id, movement.value);
    }

    function _debitSpendable(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (uint256 balance) {
        Position storage position = _register().positions[id][account];
        _requireSpendable(id, account, position, value);
        balance = position.balance;

        _settlePosition(id, asset, account, position);
        position.balance = uint64(balance - value); // value <= balance
    }

    function _credit(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (uint256 balance) {
        Position storage position = _register().positions[id][account];
        balance = position.balance;

        _settlePosition(id, asset, account, position);
        position.balance = uint64(balance + value); // at most the supply, which is at most the cap, below 2^63
    }

    function _debitNet(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (NetMovement memory) {
        uint256 balance = _debitSpendable(id, asset, account, value);
        emit TransferSingle(msg.sender, account, msg.sender, id, value);
        return NetMovement(account, balance, balance - value);
    }

    function _creditNet(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) private returns (NetMovement memory) {
        require(account != address(0), ERC1155InvalidReceiver(account));
        uint256 balance = _credit(id, asset, account, value);
        emit TransferSingle(msg.sender, msg.sender, account, id, value);
        return NetMovement(account, balance, balance + value);
    }

    /// @dev Frozen shares are used up first and say so before the transfer event (ERC-7943); what is locked can then be at
    /// most what is left.
    function _consumeHeld(
        uint256 id,
        address account,
        Position storage position,
        uint256 needed,
        uint256 left
    ) private {
        uint256 frozen = position.frozen;
        if (frozen != 0) {
            frozen = needed < frozen ? frozen - needed : 0;
            position.frozen = uint64(frozen); // not above what it was
            emit Frozen(account, id, frozen);
        }
        if (position.locked > left) {
            position.locked = uint64(left); // below `locked`
            emit Locked(account, id, left);
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
