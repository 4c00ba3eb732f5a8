// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";

/// @notice How a `MockReceiver` meets shares.
enum Reception {
    Accept,
    Reject,
    BurnGas,
    Bomb,
    Reenter
}

/// @notice A wallet that is a contract, hostile about receiving ERC-1155: it can reject, burn all gas, answer with a huge
/// revert reason, or call somebody while it is being paid in shares. Does whatever it is told to by anybody.
contract MockReceiver is ERC1155Holder {
    error MockReceiverRejects(uint256 id, uint256 value);

    uint256 private constant BOMB_BYTES = 400_000;

    Reception public reception;
    address public target;
    bytes public payload;
    bool public attempted;
    bool public succeeded;
    bytes public answer;

    function setReception(Reception reception_) external {
        reception = reception_;
    }

    /// @notice What it calls in the hook when told to reenter.
    function arm(address target_, bytes calldata payload_) external {
        (reception, target, payload) = (Reception.Reenter, target_, payload_);
        (attempted, succeeded) = (false, false);
    }

    /// @notice Calls `to` as this wallet and returns or reverts as it does.
    function execute(address to, bytes calldata data) external returns (bytes memory) {
        (bool success, bytes memory result) = to.call(data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }

    function onERC1155Received(
        address operator,
        address from,
        uint256 id,
        uint256 value,
        bytes memory data
    ) public override returns (bytes4) {
        if (reception == Reception.Reject) revert MockReceiverRejects(id, value);
        if (reception == Reception.BurnGas) {
            assembly {
                invalid()
            }
        }
        if (reception == Reception.Bomb) {
            assembly {
                revert(mload(0x40), BOMB_BYTES)
            }
        }
        if (reception == Reception.Reenter) {
            attempted = true;
            (succeeded, answer) = target.call(payload);
        }
        return super.onERC1155Received(operator, from, id, value, data);
    }
}
