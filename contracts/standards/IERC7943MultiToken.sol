// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title ERC-7943 uRWA, MultiToken face (final, ERC-165 id 0x41c4fbad)
/// @notice What a regulator can ask of and do to a multi-token of real-world assets.
interface IERC7943MultiToken is IERC165 {
    /// @notice `amount` of `tokenId` was moved by force. Always comes with the canonical transfer event.
    event ForcedTransfer(address indexed from, address indexed to, uint256 indexed tokenId, uint256 amount);

    /// @notice The frozen amount of `account` is now `amount`: an absolute number, which may exceed the balance.
    event Frozen(address indexed account, uint256 indexed tokenId, uint256 amount);

    /// @notice `account` may not send anything at all.
    /// @dev Ask `transfer check` why, and the registrar to lift it.
    error ERC7943CannotSend(address account);

    /// @notice `account` may not receive anything at all.
    /// @dev Ask `transfer check` why, and the registrar to verify or release the account.
    error ERC7943CannotReceive(address account);

    /// @notice A rule of the asset refuses exactly this transfer; `ITransferRules.explain` says which and what to do.
    /// @dev Ask `transfer check` for every reason and its next step.
    error ERC7943CannotTransfer(address from, address to, uint256 tokenId, uint256 amount);

    /// @notice The balance would do, but too much of it is frozen. Used only when `unfrozen < amount <= balance`.
    /// @dev Move at most `unfrozen`, or ask the registrar to unfreeze.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 tokenId, uint256 amount, uint256 unfrozen);

    /// @notice Moves `amount` whatever the holder wants; consumes frozen shares where the free ones do not suffice.
    function forcedTransfer(address from, address to, uint256 tokenId, uint256 amount) external returns (bool result);

    /// @notice Sets (never adds to) how much of `tokenId` is frozen for `account`.
    function setFrozenTokens(address account, uint256 tokenId, uint256 amount) external returns (bool result);

    /// @notice Whether `account` may send at all. No amount, no asset; never reverts.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether `account` may receive at all. No amount, no asset; never reverts.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice The absolute frozen amount, which may exceed the balance.
    function getFrozenTokens(address account, uint256 tokenId) external view returns (uint256 amount);

    /// @notice Whether every permission for this transfer is there. A plain shortage of balance or allowance is not a
    /// missing permission and does not make it false. Never reverts.
    function canTransfer(
        address from,
        address to,
        uint256 tokenId,
        uint256 amount
    ) external view returns (bool allowed);
}
