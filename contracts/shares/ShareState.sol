// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";

/// @dev One slot. `cursor` counts the records up to which the past of this position is settled; `isListed` says that the
/// account is on the list of those that ever held.
struct Position {
    uint64 balance;
    uint64 frozen;
    uint64 locked;
    uint32 cursor;
    bool isListed;
}

/// @dev First slot: all that a movement reads. `due` counts the records whose instant had passed when last looked at,
/// `nextInstant` is that of the first one after them, or the largest number if there is none.
struct Asset {
    uint64 supply;
    uint64 cap;
    AssetState state;
    uint32 due;
    uint32 supplyCursor;
    uint48 nextInstant;
    uint8 flags;
    bytes32 anchorId;
}

/// @dev One slot.
struct Royalty {
    address receiver;
    uint96 basisPoints;
}

struct AssetRecord {
    uint48 instant;
    bool cancelled;
}

/// @custom:storage-location erc7201:moiety.storage.ShareToken
struct RegisterStorage {
    bool paused;
    IInvestorRegistry investors;
    ITransferRules rules;
    address anchors;
    mapping(uint256 id => Asset) assets;
    mapping(uint256 id => mapping(address account => Position)) positions;
    mapping(address account => mapping(address operator => bool)) approvals;
    mapping(uint256 id => string) uris;
    mapping(uint256 id => AssetRecord[]) records;
    mapping(uint256 id => mapping(address account => Checkpoints.Trace208)) pastBalances;
    mapping(uint256 id => Checkpoints.Trace208) pastSupply;
    mapping(uint256 id => address[]) holders;
    mapping(address account => uint256) heldAssets;
    mapping(address account => mapping(address operator => mapping(uint256 id => uint256))) allowances;
    mapping(address owner => uint256) nonces;
    mapping(uint256 id => Royalty) royalties;
    mapping(bytes4 interfaceId => address) registries;
    string contractURI;
}

/// @title Where the register keeps what it knows (ERC-7201)
/// @notice One place for the token and for the libraries that act for it.
/// @dev D10: one slot per (account, id), so that a regulated transfer touches the slots of a plain one.
library ShareState {
    /// @dev Bits of `Asset.flags`.
    uint8 internal constant RULED = 1;
    uint8 internal constant PAUSED = 2;

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.ShareToken")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0xc6e9f77308e8d4b9bb4387d9895545a042255fc81ffd1f88230105a0a3f72800;

    function get() internal pure returns (RegisterStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @notice The asset, which has to be listed.
    function listed(uint256 id) internal view returns (Asset storage asset) {
        asset = get().assets[id];
        require(asset.state != AssetState.Unlisted, IShareToken.ShareTokenUnknownAsset(id));
    }

    function requireUnpaused(uint256 id, Asset storage asset) internal view {
        require(!get().paused, IShareToken.ShareTokenPaused());
        require(asset.flags & PAUSED == 0, IShareToken.ShareTokenAssetPaused(id));
    }
}
