// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {NetContext, NetPosition} from "../rules/ITransferRule.sol";
import {NetTable} from "../rules/NetTable.sol";
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
        bytes memory table = NetTable.make(accounts.length);
        _askParties($.investors, accounts, NetTable.partiesOf(table));

        _moveAll(id, RecordLib.refreshDue(id, asset), accounts, deltas, table);

        if (asset.flags & ShareState.RULED == 0) return;
        NetContext memory context = NetTable.contextOf(table);
        (context.id, context.supply) = (id, asset.supply);
        $.rules.moveNet(table);
    }

    function _moveAll(
        uint256 id,
        uint32 due,
        address[] calldata accounts,
        int256[] calldata deltas,
        bytes memory table
    ) private {
        Party[] memory parties = NetTable.partiesOf(table);
        NetPosition memory position = NetTable.first(table);
        int256 sum = 0;
        bool credits = false;

        for (uint256 i = 0; i < accounts.length; ++i) {
            int256 delta = deltas[i];
            require(delta != 0 && (delta > 0 || !credits), IShareToken.ShareTokenNetOutOfOrder(id, i));
            credits = delta > 0;
            sum += delta;
            position.account = accounts[i];
            if (credits) _credit(id, due, position, uint256(delta), parties[i]);
            else _debit(id, due, position, uint256(-delta), parties[i]);
            position = NetTable.next(position);
        }
        require(sum == 0, IShareToken.ShareTokenNetNotZero(id, sum));
    }

    function _debit(uint256 id, uint32 due, NetPosition memory position, uint256 value, Party party) private {
        address account = position.account;
        uint8 code = StandingLib.sendCode(party);
        if (code != ReasonCodes.ACCEPTED) revert IShareToken.ShareTokenPartyRefused(id, account, code);
        uint256 balance = PositionLib.debit(id, due, account, value);
        position.balanceBefore = balance;
        unchecked {
            position.balanceAfter = balance - value; // value <= balance
        }
        emit IERC1155.TransferSingle(msg.sender, account, msg.sender, id, value);
    }

    function _credit(uint256 id, uint32 due, NetPosition memory position, uint256 value, Party party) private {
        address account = position.account;
        uint8 code = StandingLib.receiveCode(party);
        if (code != ReasonCodes.ACCEPTED) revert IShareToken.ShareTokenPartyRefused(id, account, code);
        uint256 balance = PositionLib.credit(id, due, account, value);
        position.balanceBefore = balance;
        unchecked {
            position.balanceAfter = balance + value; // at most the supply
        }
        emit IERC1155.TransferSingle(msg.sender, msg.sender, account, id, value);
    }

    /// @dev Who is behind the accounts, written where the table wants it. By hand: the list goes out, and the answer comes in, as it is.
    function _askParties(
        IInvestorRegistry investors,
        address[] calldata accounts,
        Party[] memory parties
    ) private view {
        bytes4 selector = IInvestorRegistry.partiesOf.selector;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            let size := shl(5, accounts.length)
            mstore(call_, selector)
            mstore(add(call_, 0x04), 0x20)
            mstore(add(call_, 0x24), accounts.length)
            calldatacopy(add(call_, 0x44), accounts.offset, size)
            if iszero(staticcall(gas(), investors, call_, add(size, 0x44), 0x00, 0x00)) {
                returndatacopy(call_, 0x00, returndatasize())
                revert(call_, returndatasize())
            }
            returndatacopy(add(parties, 0x20), 0x40, size) // reverts if there is less
        }
    }
}
