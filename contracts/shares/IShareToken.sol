// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC5216} from "../standards/IERC5216.sol";
import {IERC5615} from "../standards/IERC5615.sol";
import {IERC7572} from "../standards/IERC7572.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IAssetBoundTokenId} from "../standards/IERC8325.sol";

/// @notice Where an asset is in its life, and what may move:
/// Listed nothing · Offered issues · Active issues, transfers, redemptions · Suspended nothing ·
/// Redeeming redemptions · Retired nothing. Enforcement works in every state.
enum AssetState {
    Unlisted,
    Listed,
    Offered,
    Active,
    Suspended,
    Redeeming,
    Retired
}

/// @title The share register
/// @notice ERC-1155 with one id per real-world asset; one unit is one share, without decimals. Every ordinary movement
/// passes one funnel: who is behind both sides, then item by item asset state, spendable shares, records, debit and credit, and the
/// rules, which judge and count; events and one acceptance hook come after the last item. A batch with repeated ids is therefore the same singles in
/// order (I-2).
/// @dev Self and zero transfers are checked like others and change nothing but events.
interface IShareToken is
    IERC1155,
    IERC2981,
    IERC5216,
    IERC5267,
    IERC5615,
    IERC7572,
    IERC7943MultiToken,
    IAssetBoundTokenId
{
    event AssetListed(uint256 indexed id, bytes32 indexed anchorId, uint64 cap);
    event AssetStateChanged(uint256 indexed id, AssetState from, AssetState to);
    /// @notice `locked` is the new absolute number.
    event Locked(address indexed account, uint256 indexed id, uint256 locked);
    event PauseSet(bool paused, address indexed by);
    event AssetPauseSet(uint256 indexed id, bool paused, address indexed by);
    /// @notice Whether rules are asked about movements of `id` now.
    event RuledSet(uint256 indexed id, bool ruled);
    /// @notice All that the lost wallet had of `id` is its successor's now.
    event PositionRecovered(
        address indexed lost,
        address indexed successor,
        uint256 indexed id,
        uint256 balance,
        uint256 frozen,
        uint256 locked
    );
    event RoyaltySet(uint256 indexed id, address indexed receiver, uint96 basisPoints);
    event RegistrySet(bytes4 indexed interfaceId, address indexed registry);
    event RecordOpened(uint256 indexed id, uint32 indexed record, uint48 instant);
    event RecordCancelled(uint256 indexed id, uint32 indexed record);

    /// @notice No asset is listed under this id.
    /// @dev Check the id, or list the asset.
    error ShareTokenUnknownAsset(uint256 id);
    /// @notice An asset is listed under this id.
    /// @dev List the asset under another id.
    error ShareTokenAssetExists(uint256 id);
    /// @notice The cap is 0, or 2^63 or more, or the anchor is zero.
    /// @dev Correct the terms.
    error ShareTokenInvalidTerms(uint256 id, bytes32 anchorId, uint256 cap);
    /// @notice The registry does not say that `anchorId` is active and bound to this very token id.
    /// @dev Bind the anchor to this token and id first, or renew it.
    error ShareTokenAnchorNotBound(uint256 id, bytes32 anchorId);
    /// @notice In its present `state` the asset does not move like this.
    /// @dev Wait until the issuer moves the asset to a state that allows it.
    error ShareTokenStateForbids(uint256 id, AssetState state);
    /// @notice The asset cannot go from `from` to `to`.
    /// @dev Take a state that may follow `from`; retire an asset only when no shares are left.
    error ShareTokenNoSuchTransition(uint256 id, AssetState from, AssetState to);
    /// @notice The issue would exceed the cap, which is fixed for good.
    /// @dev Issue at most what the cap leaves.
    error ShareTokenCapExceeded(uint256 id, uint256 supply, uint256 cap);
    /// @notice The unfrozen shares would do, but `locked` of them are locked by a desk.
    /// @dev Move at most `spendable`, or wait until the desk releases its lock.
    error ShareTokenInsufficientUnlocked(
        address account,
        uint256 id,
        uint256 amount,
        uint256 spendable,
        uint256 locked
    );
    /// @notice Fewer shares are locked than are to be unlocked.
    /// @dev Unlock at most `locked`.
    error ShareTokenInsufficientLocked(address account, uint256 id, uint256 amount, uint256 locked);
    /// @notice The register as a whole is paused.
    /// @dev Wait until the guardian lifts the pause.
    error ShareTokenPaused();
    /// @notice Movements of this asset are paused.
    /// @dev Wait until the guardian lifts the pause of the asset.
    error ShareTokenAssetPaused(uint256 id);
    /// @notice The asset is paused, or not paused, already.
    /// @dev Do nothing; it is so already.
    error ShareTokenAssetPauseUnchanged(uint256 id, bool paused);
    /// @notice The caller may move `allowance` of the asset for the owner, and has no approval for all.
    /// @dev Ask the owner for a higher allowance, or move less.
    error ShareTokenInsufficientAllowance(
        address owner,
        address operator,
        uint256 id,
        uint256 allowance,
        uint256 needed
    );
    /// @notice The permit's last second has passed.
    /// @dev Have the owner sign another one.
    error ShareTokenPermitExpired(uint256 deadline);
    /// @notice The signature is not the owner's over exactly these values, this register, this chain and his next nonce.
    /// @dev Have the owner sign again, with `nonces(owner)`.
    error ShareTokenInvalidPermit(address owner, address operator, uint256 id);
    /// @notice The wallet was not lost: it has no successor.
    /// @dev Have the registrar recover the wallet first.
    error ShareTokenNotRetired(address account);
    /// @notice A royalty is at most a tenth of the price.
    /// @dev Set at most 1,000 basis points.
    error ShareTokenRoyaltyTooHigh(uint256 id, uint256 basisPoints);
    /// @notice Only the rules of the register say whether they are to be asked.
    /// @dev Do not call this; compliance sets rules with `TransferRules.setRules`.
    error ShareTokenNotRules(address caller);
    /// @notice A party of a trade, or of a netted chunk, may not send (or receive) at all.
    /// @dev Look `code` up in the table of reasons, and run the batch again without this account's trades.
    error ShareTokenPartyRefused(uint256 id, address account, uint8 code);
    /// @notice A rule of the asset refuses the movement, with `code`.
    /// @dev Look `code` up in the table of reasons; `explain` names the rule.
    error ShareTokenPairRefused(uint256 id, address from, address to, uint8 code);
    /// @notice The register is paused, or not paused, already.
    /// @dev Do nothing; it is so already.
    error ShareTokenPauseUnchanged(bool paused);
    /// @notice Force does not move shares from an account to itself, because that could undo a freeze.
    /// @dev Name another receiver; to unfreeze, call `setFrozenTokens`.
    error ShareTokenForcedToSelf(address account);
    /// @notice An amount or a record instant does not fit the register's 64 (48) bits.
    /// @dev Use a smaller number.
    error ShareTokenTooLarge(uint256 value);
    /// @notice A record's instant is now or later, and after the last record that stands.
    /// @dev Name an instant from `earliest` on.
    error ShareTokenRecordTooEarly(uint256 id, uint256 instant, uint256 earliest);
    /// @notice As many records are pending as may be.
    /// @dev Wait until one has passed. A cancelled one counts until the one before it has.
    error ShareTokenTooManyRecords(uint256 id, uint256 pending);
    /// @notice The asset has no record of this number.
    /// @dev Check the number; `recordCount` says how many there are.
    error ShareTokenUnknownRecord(uint256 id, uint32 record);
    /// @notice The record's instant has not passed yet, so balances may still change.
    /// @dev Read it once `instant` has passed.
    error ShareTokenRecordNotReadable(uint256 id, uint32 record, uint48 instant);
    /// @notice The record was cancelled.
    /// @dev Use another record.
    error ShareTokenRecordIsCancelled(uint256 id, uint32 record);
    /// @notice Only a record before its instant can be cancelled.
    /// @dev Leave it; a record that has passed stands.
    error ShareTokenRecordPast(uint256 id, uint32 record, uint48 instant);
    /// @notice Debits and credits of a net settlement have to be equal.
    /// @dev Have the executor build the net vector again.
    error ShareTokenNetNotZero(uint256 id, int256 sum);
    /// @notice A net settlement names no zero deltas and lists all debits before the credits.
    /// @dev Have the executor build the net vector again.
    error ShareTokenNetOutOfOrder(uint256 id, uint256 place);

    /// @notice Lists an asset: the anchor has to be active and bound to this token and id. Cap is fixed for good. For the issuer.
    function listAsset(uint256 id, bytes32 anchorId, uint64 cap, string calldata uri_) external;

    /// @notice Moves an asset along its life. For the issuer and, from Offered to Active or back to Listed, the offering desk.
    function setAssetState(uint256 id, AssetState state) external;

    /// @notice Issues shares under the same rules as a transfer. For a desk.
    function mint(address to, uint256 id, uint256 value, bytes calldata data) external;

    /// @notice Redeems spendable shares. For a desk.
    function burn(address from, uint256 id, uint256 value) external;

    /// @notice `burn` item by item; repeated ids are the same singles in order. For a desk.
    function burnBatch(address from, uint256[] calldata ids, uint256[] calldata values) external;

    /// @notice Lets `operator` move up to `value` of `id` for the owner who signed it (EIP-712, also ERC-1271 contracts):
    /// `Permit(address owner,address operator,uint256 id,uint256 value,uint256 nonce,uint256 deadline)`. Anybody may bring it.
    function permit(
        address owner,
        address operator,
        uint256 id,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice The nonce that the owner's next permit has to carry.
    function nonces(address owner) external view returns (uint256);

    /// @notice Moves all that a lost wallet has of these assets to its successor: balance, frozen, locked (I-12). Nothing blocks it,
    /// and what records say of the lost wallet stays true. Open: the registrar has named the successor. The caller chooses a page that fits.
    function recoverPositions(address lost, uint256[] calldata ids) external;

    /// @notice Adds to (`lock`) or takes from (`unlock`) what a desk has locked. Locked is not frozen (D16). What was locked of a
    /// lost wallet is unlocked at its successor. For a desk.
    function lock(address account, uint256 id, uint256 value) external;
    function unlock(address account, uint256 id, uint256 value) external;

    /// @notice Applies a chunk's net share deltas of one asset: all debits, then all credits, then the rules judge the end state.
    /// Events are account → caller and caller → account; no acceptance hook is called, because every account has signed a
    /// mandate that names the asset, and no receiver may block the others (I-14). For the settlement desk.
    /// @param deltas debits (negative) first; they sum to zero
    function settleNet(uint256 id, address[] calldata accounts, int256[] calldata deltas) external;

    /// @notice Moves shares from seller to buyer, who both signed for it. The rules judge the pair, so that assets with rules that cannot
    /// be judged net settle too (D18). No acceptance hook is called. For the settlement desk.
    function settlePair(uint256 id, address from, address to, uint256 value) external;

    /// @notice Opens a record (D6) for the end of the last block with timestamp ≤ `instant`; `instant` is now or later and after
    /// the last record that was not cancelled. At most 8 are pending. Records are numbered 0, 1, 2 … per asset. For a desk or the paying agent.
    function openRecord(uint256 id, uint48 instant) external returns (uint32 record);

    /// @notice Cancels a record before its instant; its number is not used again.
    function cancelRecord(uint256 id, uint32 record) external;

    /// @notice The instant of a record and whether it was cancelled.
    function recordAt(uint256 id, uint32 record) external view returns (uint48 instant, bool cancelled);

    /// @notice How many records were opened, cancelled ones included.
    function recordCount(uint256 id) external view returns (uint32);

    /// @notice The balance at a record; readable once `block.timestamp > instant`.
    function balanceOfAt(address account, uint256 id, uint32 record) external view returns (uint256);

    /// @notice The supply at a record; readable once `block.timestamp > instant`.
    function supplyAt(uint256 id, uint32 record) external view returns (uint256);

    /// @notice How many accounts ever held the asset.
    function everHeldCount(uint256 id) external view returns (uint256);

    /// @notice A page of the accounts that ever held the asset, in the order in which they came, with what they hold now (maybe
    /// nothing). Shorter at the end of the list.
    function holdersPage(
        uint256 id,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances);

    /// @notice `holdersPage` with what they held at a record; who came later held nothing.
    function holdersPageAt(
        uint256 id,
        uint32 record,
        uint256 first,
        uint256 count
    ) external view returns (address[] memory accounts, uint256[] memory balances);

    /// @notice Shares that `account` could spend now: balance − frozen − locked, not below zero.
    function spendableOf(address account, uint256 id) external view returns (uint256);
    function lockedOf(address account, uint256 id) external view returns (uint256);
    function stateOf(uint256 id) external view returns (AssetState);
    function capOf(uint256 id) external view returns (uint256);

    function isAssetPaused(uint256 id) external view returns (bool);

    /// @notice In how many assets the account holds shares.
    function heldAssetsOf(address account) external view returns (uint256);

    /// @notice Whether the rules are asked about movements of `id`; without rules only the parties' standing counts.
    function isRuled(uint256 id) external view returns (bool);

    /// @notice The book that answers `interfaceId` about the assets of this register: documents, valuations, impact, custody …
    function registryOf(bytes4 interfaceId) external view returns (address);

    /// @notice The book of investors this register works with (`IInvestorRegistry`).
    function investors() external view returns (address);

    /// @notice The rules this register obeys (`ITransferRules`); whoever wants to know why it refuses asks there.
    function rules() external view returns (address);

    /// @notice Whether the register as a whole is paused (guardian).
    function paused() external view returns (bool);
    function pause() external;
    function unpause() external;

    /// @notice Stops ordinary movements of one asset, or lets them go on. For the guardian.
    function setAssetPaused(uint256 id, bool paused) external;

    /// @notice Who gets how much of the price when shares are resold (ERC-2981), in basis points; at most a tenth. For the issuer.
    function setRoyalty(uint256 id, address receiver, uint96 basisPoints) external;

    /// @notice Sets ERC-7572's `contractURI`. For the issuer.
    function setContractURI(string calldata uri_) external;

    /// @notice Names a book for `registryOf`. For the admin.
    function setRegistry(bytes4 interfaceId, address registry) external;

    /// @notice Whether movements of `id` have to be put to the rules. For the rules.
    function setRuled(uint256 id, bool ruled) external;
}
