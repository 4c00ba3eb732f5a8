// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {NetTransfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title A chunk's net deltas of one asset: debits, then credits, then the rules on the end state
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

    function _debit(
        uint256 id,
        uint32 due,
        address account,
        uint256 value,
        Party party
    ) private returns (NetTransfer memory) {
        uint8 code = StandingLib.sendCode(party);
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPartyRefused(id, account, code));
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
        uint8 code = StandingLib.receiveCode(party);
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPartyRefused(id, account, code));
        uint256 balance = PositionLib.credit(id, due, account, value);
        emit IERC1155.TransferSingle(msg.sender, msg.sender, account, id, value);
        return NetTransfer(account, balance, balance + value);
    }
}
