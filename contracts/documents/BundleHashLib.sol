// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice One document of a bundle. `contentHash` is of the bytes that the normalisation profile makes of the document.
struct DocumentEntry {
    bytes32 contentHash;
    bytes32 role;
    bytes32 mimeTypeHash;
    bytes32 filenameHash;
    bytes32 normProfileId;
}

/// @title The hash of a bundle of documents, as ERC-8326 derives it
/// @notice Entries are in ascending order of role, file name, content, media type and profile; equal entries stay. The hash is that
/// of the schema and the entries' hashes. Bundles are hashed off chain; this is for contracts that check one, and for tests.
library BundleHashLib {
    bytes32 internal constant SCHEMA_V1 = keccak256("ERC-8326:BUNDLE:V1");

    /// @notice A bundle has at least one document.
    /// @dev Add the documents.
    error BundleHashLibEmpty();
    /// @notice The entry at `index` comes before the one in front of it.
    /// @dev Sort the entries, or let them be sorted by `computeCanonicalBundleHash`.
    error BundleHashLibUnsorted(uint256 index);

    /// @notice The hash of entries in any order. Sorts them where they are; its cost grows with the square of their number.
    function computeCanonicalBundleHash(DocumentEntry[] memory entries) internal pure returns (bytes32) {
        for (uint256 i = 1; i < entries.length; ++i) {
            DocumentEntry memory moved = entries[i];
            uint256 place = i;
            for (; place > 0 && _isBefore(moved, entries[place - 1]); --place) entries[place] = entries[place - 1];
            entries[place] = moved;
        }
        return computeBundleHash(entries);
    }

    /// @notice The hash of entries that are in order.
    function computeBundleHash(DocumentEntry[] memory entries) internal pure returns (bytes32) {
        require(entries.length != 0, BundleHashLibEmpty());

        bytes32[] memory words = new bytes32[](entries.length + 1);
        words[0] = SCHEMA_V1;
        for (uint256 i = 0; i < entries.length; ++i) {
            require(i == 0 || !_isBefore(entries[i], entries[i - 1]), BundleHashLibUnsorted(i));
            words[i + 1] = leafOf(entries[i]);
        }
        return keccak256(abi.encodePacked(words));
    }

    /// @notice The hash of one entry; the order of its fields is that of the struct, not that of sorting.
    function leafOf(DocumentEntry memory entry) internal pure returns (bytes32) {
        return keccak256(abi.encode(entry));
    }

    function _isBefore(DocumentEntry memory one, DocumentEntry memory other) private pure returns (bool) {
        if (one.role != other.role) return one.role < other.role;
        if (one.filenameHash != other.filenameHash) return one.filenameHash < other.filenameHash;
        if (one.contentHash != other.contentHash) return one.contentHash < other.contentHash;
        if (one.mimeTypeHash != other.mimeTypeHash) return one.mimeTypeHash < other.mimeTypeHash;
        return one.normProfileId < other.normProfileId;
    }
}
