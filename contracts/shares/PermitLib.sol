// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IERC5216} from "../standards/IERC5216.sol";
import {IShareToken} from "./IShareToken.sol";
import {ShareState} from "./ShareState.sol";

/// @title Allowances per asset (ERC-5216), also by signature
/// @dev A library of its own for the size of the token's code only.
library PermitLib {
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address operator,uint256 id,uint256 value,uint256 nonce,uint256 deadline)"
    );

    function approve(address owner, address operator, uint256 id, uint256 amount) external {
        _approve(owner, operator, id, amount);
    }

    /// @notice Checks the permit against the token's EIP-712 domain and its owner's next nonce, and sets the allowance.
    function permit(
        bytes32 domain,
        address owner,
        address operator,
        uint256 id,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external {
        require(block.timestamp <= deadline, IShareToken.ShareTokenPermitExpired(deadline));
        uint256 nonce = ShareState.get().nonces[owner]++;
        bytes32 words = keccak256(abi.encode(PERMIT, owner, operator, id, value, nonce, deadline));
        require(
            SignatureChecker.isValidSignatureNow(owner, MessageHashUtils.toTypedDataHash(domain, words), signature),
            IShareToken.ShareTokenInvalidPermit(owner, operator, id)
        );

        _approve(owner, operator, id, value);
    }

    function _approve(address owner, address operator, uint256 id, uint256 amount) private {
        require(operator != address(0), IERC1155Errors.ERC1155InvalidOperator(operator));

        ShareState.get().allowances[owner][operator][id] = amount;

        emit IERC5216.Approval(owner, operator, id, amount);
    }
}
