// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IShareToken} from "../shares/IShareToken.sol";

/// @title A receiver that looks around, moves on or refuses in its acceptance hook
contract MockHookReceiver is IERC1155Receiver {
    IShareToken private immutable SHARES;

    address public nextHolder;
    bool public rejects;
    uint256 public singleCalls;
    uint256 public batchCalls;
    uint256 public seenBalance;
    uint256 public seenSupply;
    uint256 public seenSenderBalance;

    constructor(IShareToken shares_) {
        SHARES = shares_;
    }

    /// @notice From now on passes on at once whatever it receives.
    function passOnTo(address next) external {
        nextHolder = next;
    }

    /// @notice From now on refuses.
    function reject() external {
        rejects = true;
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(
        address,
        address from,
        uint256 id,
        uint256 value,
        bytes calldata
    ) external returns (bytes4) {
        ++singleCalls;
        _look(from, id);
        if (nextHolder != address(0)) SHARES.safeTransferFrom(address(this), nextHolder, id, value, "");
        return rejects ? bytes4(0) : IERC1155Receiver.onERC1155Received.selector;
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(
        address,
        address from,
        uint256[] calldata ids,
        uint256[] calldata,
        bytes calldata
    ) external returns (bytes4) {
        ++batchCalls;
        _look(from, ids[0]);
        return rejects ? bytes4(0) : IERC1155Receiver.onERC1155BatchReceived.selector;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _look(address from, uint256 id) private {
        seenBalance = SHARES.balanceOf(address(this), id);
        seenSupply = SHARES.totalSupply(id);
        seenSenderBalance = SHARES.balanceOf(from, id);
    }
}
