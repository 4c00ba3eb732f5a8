// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title ERC-7572, metadata of the contract as a whole (draft, ERC-165 id 0xe8a3d485)
interface IERC7572 {
    event ContractURIUpdated();

    /// @notice Where the contract describes itself (JSON).
    function contractURI() external view returns (string memory);
}
