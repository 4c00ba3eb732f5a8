// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {NetTransfer, Transfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title Shares that a desk settles: a chunk's net deltas of one asset (debits, then credits, then the rules on the end state), or a pair's
/// @dev A library of its own for the size of the token's code only.
library NetSettlement {
    function settle(uint256 id, address[] calldata accounts, int256[] calldata deltas) external {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = ShareState.listed(id);
        require(asset.state == AssetState.Active, IShareToken.ShareTokenStateForbids(id, asset.state));
        ShareState.requireUnpaused(id, asset);
        require(
            accounts.length == deltas.length,
            IERC1155Errors.ERC1155InvalidArrayLength(accounts.length, deltas.length)
        );
        Party[] memory parties = $.investors.partiesOf(accounts);
        NetTransfer[] memory transfers = new NetTransfer[](accounts.length);
        uint32 due = RecordLib.refreshDue(id, asset);
        int256 sum = 0;
        bool credits = false;

        for (uint256 i = 0; i < accounts.length; ++i) {
            int256 delta = deltas[i];
            require(delta != 0 && (delta > 0 || !credits), IShareToken.ShareTokenNetOutOfOrder(id, i));
            credits = delta > 0;
            sum += delta;
            transfers[i] =
                credits
                    ? _credit(id, due, accounts[i], uint256(delta), parties[i])
                    : _debit(id, due, accounts[i], uint256(-delta), parties[i]);
        }
        require(sum == 0, IShareToken.ShareTokenNetNotZero(id, sum));

        if (asset.flags & ShareState.RULED != 0) $.rules.moveNet(id, asset.supply, transfers, parties);
    }

    function settlePair(uint256 id, address from, address to, uint256 value) external {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = ShareState.listed(id);
        require(asset.state == AssetState.Active, IShareToken.ShareTokenStateForbids(id, asset.state));
        ShareState.requireUnpaused(id, asset);
        (Party sender, Party receiver) = $.investors.pairOf(from, to);
        _requireCode(id, from, StandingLib.sendCode(sender));
        _requireCode(id, to, StandingLib.receiveCode(receiver));
        uint32 due = RecordLib.refreshDue(id, asset);

        uint256 fromBalance = PositionLib.debit(id, due, from, value);
        uint256 toBalance = PositionLib.credit(id, due, to, value);

        emit IERC1155.TransferSingle(msg.sender, from, to, id, value);

        if (asset.flags & ShareState.RULED == 0) return;
        if (from == to) toBalance = fromBalance; // both are the balance before the movement
        Transfer memory transfer = Transfer(id, from, to, value, fromBalance, toBalance, asset.supply);
        uint8 code = $.rules.checkAndMove(transfer, sender, receiver);
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPairRefused(id, from, to, code));
    }

    function _requireCode(uint256 id, address account, uint8 code) private pure {
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPartyRefused(id, account, code));
    }

    function _debit(
        uint256 id,
        uint32 due,
        address account,
        uint256 value,
        Party party
    ) private returns (NetTransfer memory) {
        _requireCode(id, account, StandingLib.sendCode(party));
        uint256 balance = PositionLib.debit(id, due, account, value);
        emit IERC1155.TransferSingle(msg.sender, account, msg.sender, id, value);
        return NetTransfer(account, balance, balance - value);
    }

    function _credit(
        uint256 id,
        uint32 due,
        address account,
        uint256 value,
        Party party
    ) private returns (NetTransfer memory) {
        _requireCode(id, account, StandingLib.receiveCode(party));
        uint256 balance = PositionLib.credit(id, due, account, value);
        emit IERC1155.TransferSingle(msg.sender, msg.sender, account, id, value);
        return NetTransfer(account, balance, balance + value);
    }
}
