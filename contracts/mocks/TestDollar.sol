// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title A dollar for tests and the demo
/// @notice Behaves like USDC: 6 decimals, ERC-2612 permit, and an owner who mints, pauses and blacklists. The blacklist is
/// what it is hostile about: a blacklisted account neither sends nor receives, nor spends for others.
contract TestDollar is ERC20Permit, Ownable, Pausable {
    event Blacklisted(address indexed account, bool blacklisted);

    /// @notice `account` is on the owner's blacklist.
    error TestDollarBlacklisted(address account);

    mapping(address account => bool) private _blacklisted;

    constructor(address owner_) ERC20("Test Dollar", "TUSD") ERC20Permit("Test Dollar") Ownable(owner_) {}

    /// @notice Makes `value` new base units for `account`.
    function mint(address account, uint256 value) external onlyOwner {
        _mint(account, value);
    }

    /// @notice Puts `account` on the blacklist, or takes it off.
    function blacklist(address account, bool blacklisted) external onlyOwner {
        _blacklisted[account] = blacklisted;

        emit Blacklisted(account, blacklisted);
    }

    /// @notice Stops every movement.
    function pause() external onlyOwner {
        _pause();
    }

    /// @notice Lets movements go on.
    function unpause() external onlyOwner {
        _unpause();
    }

    /// @notice Whether `account` is on the blacklist.
    function isBlacklisted(address account) external view returns (bool) {
        return _blacklisted[account];
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function _update(address from, address to, uint256 value) internal override whenNotPaused {
        _requireNotBlacklisted(msg.sender);
        _requireNotBlacklisted(from);
        _requireNotBlacklisted(to);

        super._update(from, to, value);
    }

    function _requireNotBlacklisted(address account) private view {
        require(!_blacklisted[account], TestDollarBlacklisted(account));
    }
}
