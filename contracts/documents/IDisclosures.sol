// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Role of the slot of `DocumentAnchor` that holds an asset's risk disclosures.
bytes32 constant DISCLOSURE_ROLE = keccak256("MOIETY:ROLE:DISCLOSURE:V1");

/// @title Who has read the risks
/// @notice The risk disclosures of an asset are the active bundle of its slot `DISCLOSURE_ROLE` in `DocumentAnchor`: the issuer sets
/// them by anchoring, and replaces them by superseding. A wallet acknowledges a bundle by calling, or by a signature (EIP-712,
/// also ERC-1271) that anybody may bring. An acknowledgement counts as long as the bundle does: when it is superseded,
/// everybody has to acknowledge the next one.
/// @dev There is no second list of what counts, so nothing can drift apart: what was superseded is not current here either.
/// WARNING: a wallet speaks for itself, not for the investor's other wallets.
interface IDisclosures {
    /// @notice `wallet` has acknowledged the disclosures of an asset. Comes once for a wallet and a bundle.
    event DisclosureAcknowledged(uint256 indexed id, address indexed wallet, bytes32 indexed bundleHash);

    /// @notice The bundle is not the one that counts now; `current` is zero if the asset has none.
    /// @dev Read and acknowledge the current one.
    error DisclosuresNotCurrent(uint256 id, bytes32 bundleHash, bytes32 current);
    /// @notice The acknowledgement was to be brought by `deadline`.
    /// @dev Sign again with a later deadline.
    error DisclosuresExpired(uint64 deadline, uint256 time);
    /// @notice The signature is not the wallet's over `digest`.
    /// @dev Have the wallet sign exactly these values, for this contract on this chain.
    error DisclosuresInvalidSignature(address wallet, bytes32 digest);

    /// @notice Acknowledges the current disclosures for the caller. A second time changes nothing.
    function acknowledge(uint256 id, bytes32 bundleHash) external;

    /// @notice Acknowledges for `wallet` by its signature. Anybody may bring it; a second time changes nothing.
    function acknowledgeFor(
        address wallet,
        uint256 id,
        bytes32 bundleHash,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice Whether `wallet` acknowledged the bundle that counts now. False for an asset without disclosures: where there is
    /// nothing to read, nobody has read it. Never reverts.
    function hasAcknowledged(uint256 id, address wallet) external view returns (bool);

    /// @notice When `wallet` acknowledged this bundle, current or not; 0 if never.
    function acknowledgedAt(uint256 id, address wallet, bytes32 bundleHash) external view returns (uint64);

    /// @notice The disclosures that count now; zero if the asset has none, or is not there.
    function currentDisclosure(uint256 id) external view returns (bytes32);

    /// @notice What a wallet signs (EIP-712 digest, domain included).
    function hashAcknowledgement(
        address wallet,
        uint256 id,
        bytes32 bundleHash,
        uint64 deadline
    ) external view returns (bytes32);
}
