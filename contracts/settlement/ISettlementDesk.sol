// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {IPriceGuard} from "../valuation/IPriceGuard.sol";
import {ISettlementHolds} from "./ISettlementHolds.sol";
import {ISettlementLocks} from "./ISettlementLocks.sol";
import {ISettlementSuccession} from "./ISettlementSuccession.sol";
import {
    AssetLeft,
    Batch,
    BatchHeader,
    ChunkHeader,
    Exchange,
    Mandate,
    MandateCash,
    NetVector,
    Order,
    SignedTrade,
    Trade
} from "./SettlementTypes.sol";

/// @title The desk where shares meet cash
/// @notice Settles single trades of two signed orders each, exchanges that all their parties signed, or whole chunks of a batch by what
/// they net to. Any way shares and cash move together or not at all (I-10), and no account ends up worse than what it signed (D13).
///
/// Cash is deposited beforehand and kept in *engine units*, `10^k` base units of its currency, in 64 bits. What has a fraction
/// of a unit is refused, never rounded. Whoever wants his cash back asks for it and has it after `WITHDRAWAL_WINDOW`, needing nobody.
///
/// For chunks an account signs a *mandate*: per asset the most shares in and out and at which prices, the most cash out, and by how
/// much cash may fall short of the prices in total. What is consumed only grows; a new mandate replaces the old with fresh limits.
///
/// Where there is a price guard, an asset's trades happen within its band. A single trade's own price is held to it. Of a chunk the chain sees
/// sums only, so there the band narrows every mandate: net, no account pays more than the band's top per share it takes in, or gets less than
/// its bottom per share it gives, by more than the shortfall it signed. The prices of single trades within a chunk are in its receipts; against
/// those the chain cannot hold the band.
/// @dev Signatures are EIP-712 (`eip712Domain` tells the domain), by a key or by ERC-1271.
interface ISettlementDesk is ISettlementLocks, ISettlementHolds, ISettlementSuccession {
    // The brake

    /// @notice Nothing settles until the admin resumes. `by` is the guardian, or whoever proved that a chunk is wrong.
    event SettlementPaused(address indexed by);
    event SettlementResumed(address indexed by);

    /// @notice The desk is paused: it opens no batch and settles nothing. Cash can be withdrawn, mandates and orders revoked.
    /// @dev Find out why (`SettlementPaused`, `WrongChunkProved`); the admin resumes when the cause is gone.
    error SettlementDeskPaused();

    /// @notice Stops all settling. For the guardian.
    function pause() external;

    /// @notice Lets settling go on with the next batch. For the admin.
    /// @dev A batch that is open is closed: what was stopped in its middle, perhaps because a chunk was proved wrong, never settles.
    function resume() external;

    function isPaused() external view returns (bool);

    // Prices

    /// @notice `guard` says from now on which prices are possible; zero for any.
    event PriceGuardSet(IPriceGuard indexed guard);

    /// @notice The asset may not be traded now; `code` says why (docs/formats.md, section 9).
    /// @dev Look with `asset value`, and remove the cause.
    error SettlementDeskPriceNotUsable(uint256 asset, uint8 code);
    /// @notice The price of a share has to be from `low` to `high`, base units.
    /// @dev Trade within the band, or have the asset valued again.
    error SettlementDeskPriceOutsideBand(uint256 asset, uint256 price, uint256 low, uint256 high);

    /// @notice Names who says which prices are possible; zero for nobody. For compliance.
    function setPriceGuard(IPriceGuard guard) external;

    function priceGuard() external view returns (IPriceGuard);

    // Cash

    event CurrencyAllowed(address indexed currency, uint64 engineUnit);
    /// @notice `amount` base units arrived and are booked.
    event Deposited(address indexed account, address indexed currency, uint256 amount);
    event WithdrawalRequested(address indexed account, address indexed currency, uint256 amount, uint48 unlocksAt);
    event Withdrawn(address indexed account, address indexed currency, uint256 amount);
    /// @notice `amount` base units of a lost wallet are deposited for its successor; its mandates and orders are void.
    event CashRecovered(address indexed lost, address indexed successor, address indexed currency, uint256 amount);

    /// @notice The desk does not take this currency.
    /// @dev Ask compliance to allow the currency.
    error SettlementDeskCurrencyUnknown(address currency);
    /// @notice The currency is allowed already.
    /// @dev Use it as it is; an engine unit never changes.
    error SettlementDeskCurrencySet(address currency, uint64 engineUnit);
    /// @notice An engine unit is a power of ten, and a currency a contract.
    /// @dev Name the address of an ERC-20 and a power of ten.
    error SettlementDeskInvalidCurrency(address currency, uint64 engineUnit);
    /// @notice There is nothing to deposit, to put on leave or to withdraw.
    /// @dev Name an amount; to withdraw, request a withdrawal first.
    error SettlementDeskZeroAmount();
    /// @notice `amount` base units are not a whole number of engine units.
    /// @dev Round the amount to a multiple of `engineUnit`.
    error SettlementDeskNotWholeUnits(uint256 amount, uint64 engineUnit);
    /// @notice `units` do not fit the 64 bits of a slot.
    /// @dev Use a smaller amount.
    error SettlementDeskTooLarge(uint256 units);
    /// @notice The account's cash is `shortBy` engine units less than what it has to pay.
    /// @dev Deposit at least the missing `shortBy` units.
    error SettlementDeskCashTooSmall(address account, address currency, uint256 shortBy);
    /// @notice Cash on leave is paid out only after the withdrawal window.
    /// @dev Withdraw from `unlocksAt` on.
    error SettlementDeskStillLocked(address account, address currency, uint48 unlocksAt);
    /// @notice The wallet was lost; `successor` stands for it.
    /// @dev Move its cash with `recoverCash`, and act with the successor.
    error SettlementDeskAccountLost(address account, address successor);
    /// @notice The wallet was not lost: nobody else may have its cash.
    /// @dev Have the registrar recover the wallet first.
    error SettlementDeskNotLost(address account);

    // Mandates

    event MandateRegistered(
        address indexed account,
        address indexed currency,
        bytes32 indexed id,
        uint64 nonce,
        uint64 expiry
    );
    event MandatesRevoked(address indexed account, address indexed currency, uint64 upToNonce);

    /// @notice The signature is not `signer`'s over `digest`.
    /// @dev Have `signer` sign exactly these values, for this desk on this chain.
    error SettlementDeskSignatureInvalid(address signer, bytes32 digest);
    /// @notice The nonce has to be above (for revocation, at least) `last`.
    /// @dev Use a nonce above `last`.
    error SettlementDeskNonceTooLow(address account, address currency, uint64 nonce, uint64 last);
    /// @notice The limits of a mandate ascend by asset, without repetition.
    /// @dev Sort the limits by asset and name each asset once.
    error SettlementDeskLimitsOutOfOrder(uint256 place);
    /// @notice A mandate names more assets than fit.
    /// @dev Name at most `most` assets in one mandate.
    error SettlementDeskTooManyLimits(uint256 limits, uint256 most);
    /// @notice What expires then cannot be used now; an expiry beyond the year 36,000 cannot be used at all.
    /// @dev Have `account` sign a new order or mandate with a later expiry.
    error SettlementDeskExpired(address account, uint64 expiry);
    /// @notice The account moves in the chunk without a live mandate for its currency.
    /// @dev Have `account` sign a mandate for this currency, and register it.
    error SettlementDeskMandateMissing(address account, address currency);
    /// @notice The mandate lets only `left` more shares of the asset in.
    /// @dev Have `account` sign a mandate with a higher `maxIn`, or run the batch again.
    error SettlementDeskTooManySharesIn(address account, uint256 asset, uint256 shares, uint256 left);
    /// @notice The mandate lets only `left` more shares of the asset out.
    /// @dev Have `account` sign a mandate with a higher `maxOut`, or run the batch again.
    error SettlementDeskTooManySharesOut(address account, uint256 asset, uint256 shares, uint256 left);
    /// @notice The mandate lets only `left` more engine units of cash out.
    /// @dev Have `account` sign a mandate with a higher `maxCashOut`, or run the batch again.
    error SettlementDeskTooMuchCashOut(address account, uint256 units, uint256 left);
    /// @notice Net cash falls `units` short of the mandate's prices, and only `left` is allowed.
    /// @dev Have `account` sign a mandate with other prices or a higher loss allowance, or run the batch again.
    error SettlementDeskShortOfPrices(address account, uint256 units, uint256 left);

    // Trades

    event OrderCancelled(bytes32 indexed order, address indexed trader);
    /// @notice The trade at `place` of a list did not settle; `reason` is the error that says why, at most the first 256 bytes of it.
    event TradeRefused(bytes32 indexed trade, uint256 place, bytes reason);
    event TradeSettled(
        bytes32 indexed trade,
        bytes32 indexed buyOrder,
        bytes32 indexed sellOrder,
        uint64 quantity,
        uint128 price
    );

    /// @notice The two orders are not one that buys and one that sells.
    /// @dev Name a buying order (side 0) first and a selling order (side 1) second.
    error SettlementDeskSidesDoNotMatch(uint8 buySide, uint8 sellSide);
    /// @notice The orders are for different assets.
    /// @dev Match orders for one asset.
    error SettlementDeskAssetsDiffer(uint256 buyAsset, uint256 sellAsset);
    /// @notice The orders are in different currencies.
    /// @dev Match orders in one currency.
    error SettlementDeskCurrenciesDiffer(address buyCurrency, address sellCurrency);
    /// @notice The trade moves no shares.
    /// @dev Trade at least one share.
    error SettlementDeskQuantityZero();
    /// @notice Both orders are from the same wallet.
    /// @dev Match orders of different traders.
    error SettlementDeskSelfTrade(address trader);
    /// @notice This trade was settled before.
    /// @dev Give a new match its own match number.
    error SettlementDeskTradeSettled(bytes32 trade);
    /// @notice The price is above what the buyer pays.
    /// @dev Trade at or below the buyer's limit.
    error SettlementDeskPriceAboveLimit(uint128 price, uint128 limitPrice);
    /// @notice The price is below what the seller takes.
    /// @dev Trade at or above the seller's limit.
    error SettlementDeskPriceBelowLimit(uint128 price, uint128 limitPrice);
    /// @notice Only `left` of the order is neither filled nor cancelled.
    /// @dev Trade at most `left` shares.
    error SettlementDeskOverfilled(bytes32 order, uint64 quantity, uint64 left);
    /// @notice No tree of orders has this place: it has 1 to 24 levels, each with twice the places of the one above.
    /// @dev Give an order's place in its bulk order and one word for each level; or place 0 and none if it was signed by itself.
    error SettlementDeskNoSuchLeaf(uint256 place, uint256 levels);
    /// @notice A list has one to `most` entries.
    /// @dev Split the list, or leave an empty one out.
    error SettlementDeskListLength(uint256 count, uint256 most);
    /// @notice The trade failed, and could have had only `available` gas of the `needed` that every trade of a list may use.
    /// @dev Send the list with more gas, or a shorter list.
    error SettlementDeskGasTooLow(uint256 place, uint256 available, uint256 needed);
    /// @notice Only its trader may cancel an order.
    /// @dev Send it from the trader's own account.
    error SettlementDeskNotTrader(address caller, address trader);

    // Exchanges

    event ExchangeSettled(bytes32 indexed exchange);
    event ExchangeCancelled(bytes32 indexed exchange, address indexed party);

    /// @notice The exchange was settled or cancelled before.
    /// @dev Have the parties sign a new exchange with another salt.
    error SettlementDeskExchangeClosed(bytes32 exchange);
    /// @notice The exchange could be settled until `expiry` only.
    /// @dev Have the parties sign a new exchange with a later expiry.
    error SettlementDeskExchangeExpired(bytes32 exchange, uint64 expiry);
    /// @notice A leg moves something from one account to another, and a leg of cash names no asset.
    /// @dev Correct the leg, and have the parties sign again.
    error SettlementDeskLegInvalid(uint256 place);
    /// @notice The legs of an exchange ascend by currency, then asset; shares, which have no currency, come first.
    /// @dev Sort the legs, and have the parties sign again.
    error SettlementDeskLegsOutOfOrder(uint256 place);
    /// @notice The parties ascend, without repetition.
    /// @dev Sort the parties and their signatures.
    error SettlementDeskPartiesOutOfOrder(uint256 place);
    /// @notice There is one signature for each party.
    /// @dev Bring as many signatures as parties, in the same sequence.
    error SettlementDeskSignatureCount(uint256 signatures, uint256 parties);
    /// @notice A leg names the account, but it is not among those who signed, or who may cancel.
    /// @dev Bring the signature of every account that the legs name; only they may cancel.
    error SettlementDeskNotAParty(address account);
    /// @notice No leg names this party.
    /// @dev Leave the party and its signature out.
    error SettlementDeskPartyWithoutLeg(address account);

    // Batches and chunks

    event BatchOpened(
        uint64 indexed number,
        bytes32 batchHash,
        bytes32 chunksRoot,
        bytes32 positionsRoot,
        bytes32 fileHash
    );
    event ChunkSettled(uint64 indexed number, uint32 indexed index, bytes32 netHash);
    /// @notice No chunk of the batch settles any more; `settledChunks` did.
    event BatchClosed(uint64 indexed number, uint32 settledChunks);

    /// @notice Batches are opened one after another by number.
    /// @dev Prepare the batch again, with the number `expected`.
    error SettlementDeskWrongBatchNumber(uint64 number, uint64 expected);
    /// @notice The batch has no chunks or a mode that does not exist.
    /// @dev Prepare the batch again in mode 0 or 1, with at least one chunk.
    error SettlementDeskInvalidBatch(uint64 number, uint8 mode, uint32 chunkCount);
    /// @notice The batch before is still open.
    /// @dev Settle the rest of the open batch, or close it.
    error SettlementDeskBatchOpen(uint64 number);
    /// @notice No batch is open.
    /// @dev Open a batch first; if it was closed early, put its open trades into the next.
    error SettlementDeskNoBatchOpen();
    /// @notice Chunks settle by ascending index, each once.
    /// @dev Go on with chunk `next`; what was left out goes into the next batch.
    error SettlementDeskChunkOutOfOrder(uint32 index, uint32 next);
    /// @notice The proof does not lead from the chunk to the root of the open batch.
    /// @dev Send the chunk with the proof of the batch that is open.
    error SettlementDeskChunkNotProved(uint32 index, bytes32 leaf);
    /// @notice The net vector is not the one that the chunk's header names.
    /// @dev Send the net vector that belongs to the chunk.
    error SettlementDeskNetHashDiffers(bytes32 netHash, bytes32 expected);
    /// @notice A word that has bits where docs/formats.md has zeros.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskMalformedWord(uint256 word);
    /// @notice The accounts of a net vector ascend, without repetition and without the zero address.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskAccountsOutOfOrder(uint256 place);
    /// @notice The assets of a net vector ascend, without repetition.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskAssetsOutOfOrder(uint256 place);
    /// @notice Share words go by asset, debits before credits, then by account, with no zero delta.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskSharesOutOfOrder(uint256 place);
    /// @notice A share word points to an asset or account that is not in the vector.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskNoSuchPlace(uint256 word);
    /// @notice An account has one net delta per asset.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskAccountTwice(address account, uint256 asset);
    /// @notice The cash deltas of a chunk have to sum to zero.
    /// @dev Have the executor build the net vector again.
    error SettlementDeskCashNotZero(int256 sum);

    /// @notice Allows a currency, for good: its engine unit never changes. For compliance or the issuer.
    /// @dev WARNING: a currency that changes balances by itself (rebasing) breaks the desk's books. Do not allow one.
    function allowCurrency(address currency, uint64 engineUnit) external;

    /// @notice Deposits `amount` base units of the caller; booked is what arrives.
    function deposit(address currency, uint256 amount) external;

    /// @notice Deposits `amount` base units of the caller for `account`, whose they are from then on.
    function depositFor(address currency, address account, uint256 amount) external;

    /// @notice `deposit` with an ERC-2612 permit. A permit that somebody else sent first does no harm.
    function depositWithPermit(
        address currency,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Puts `amount` base units of the caller's deposit on leave; `withdraw` pays them after `WITHDRAWAL_WINDOW`.
    /// @dev Until then it still covers what was already on its way: a chunk does not fail because of a request. A further
    /// request starts the wait anew for all that is leaving.
    function requestWithdrawal(address currency, uint256 amount) external;

    /// @notice Pays the caller what was on leave long enough. Needs no operator and no role.
    function withdraw(address currency) external;

    /// @notice Deposits what a lost wallet has here, on leave or not, for the wallet that stands for it, and ends the lost one's
    /// mandates for this currency for good (I-12). Open: the registrar has named the successor.
    function recoverCash(address currency, address lost) external;

    /// @notice Registers a signed mandate; anyone may bring it. It replaces the account's mandate for this currency.
    function registerMandate(Mandate calldata mandate, bytes calldata signature) external;

    /// @notice Ends the caller's live mandate for `currency` and rules out every nonce up to `upToNonce`.
    function revokeMandates(address currency, uint64 upToNonce) external;

    /// @notice Ends what is left of an order of the caller. The executor has to be told as well: chunks do not look here.
    function cancelOrder(Order calldata order) external;

    /// @notice Settles one trade gross, out of deposits; the rules judge the pair, so that every asset can be traded. For the settlement
    /// operator, because between the two limits the price is his choice.
    function settleTrade(SignedTrade calldata trade) external;

    /// @notice Settles the trades of a list in sequence, each by itself: of one that is refused nothing remains but `TradeRefused`. For the
    /// settlement operator.
    /// @dev A trade is only called refused if it could have had `TRADE_GAS`; what needs more settles by itself.
    /// @return settled how many did
    function settleTrades(SignedTrade[] calldata trades) external returns (uint256 settled);

    /// @notice Carries out what all parties signed: cash out of deposits, shares out of wallets, several assets and currencies, all of it
    /// or nothing. Per asset and currency, debits come before credits, and the rules judge what the legs come to together. Open: all parties
    /// signed all of it, so that whoever has the signatures can do no more than they want.
    /// @dev No price guard is asked: nobody chooses a price here. An asset whose rules cannot be judged net cannot be in an exchange.
    /// @param exchange its legs ascend by currency, then asset; legs of one asset or currency in any sequence
    /// @param parties all accounts from which or to which anything goes, ascending
    /// @param signatures of the parties, in their sequence, over the exchange
    function settleExchange(
        Exchange calldata exchange,
        address[] calldata parties,
        bytes[] calldata signatures
    ) external;

    /// @notice Voids an exchange before it is settled. For any of its parties.
    function cancelExchange(Exchange calldata exchange) external;

    /// @notice Opens the next batch. For the settlement operator.
    function openBatch(BatchHeader calldata header) external;

    /// @notice Settles a chunk of the open batch, all of it or nothing. A chunk may be left out for good by settling a later one;
    /// with the last one the batch closes. For the settlement operator.
    /// @param proof of the chunk's leaf under the batch's `chunksRoot`
    /// @param unlocks how many of the shares that a debtor has locked at the desk are unlocked just before: words
    /// `uint16 asset place ‖ uint16 account place ‖ uint64 quantity ‖ 160 zero bits`, ascending; not part of what was committed to
    function settleChunk(
        ChunkHeader calldata chunk,
        bytes32[] calldata proof,
        NetVector calldata vector,
        uint256[] calldata unlocks
    ) external;

    /// @notice Closes the open batch though not all of it has settled. For the settlement operator, a day after opening for anyone.
    function closeBatch() external;

    /// @notice The register on which this desk settles.
    function shares() external view returns (IShareToken);

    /// @notice Base units in one engine unit of `currency`; 0 if the currency is not allowed.
    function engineUnit(address currency) external view returns (uint64);

    /// @notice An account's cash in engine units: usable, leaving, and when the leaving part may go.
    function cashOf(
        address account,
        address currency
    ) external view returns (uint64 deposited, uint64 leaving, uint48 unlocksAt);

    /// @notice Id of the mandate that rules the account's chunks in `currency`, expired or not; zero if there is none.
    function liveMandate(address account, address currency) external view returns (bytes32 id);

    /// @notice What is left of the live mandate's money; all zero if there is none.
    function mandateCash(address account, address currency) external view returns (MandateCash memory);

    /// @notice What is left of the live mandate in one asset, its prices narrowed to the guard's band of now; all zero if there is none,
    /// if it does not name the asset, or while the asset's price is not usable.
    function mandateLimit(address account, address currency, uint256 asset) external view returns (AssetLeft memory);

    /// @notice The highest nonce that was registered or revoked.
    function mandateNonce(address account, address currency) external view returns (uint64);

    /// @notice Shares of an order that were traded here; the most that fits if it was cancelled.
    function filledOf(bytes32 order) external view returns (uint64);

    function isTradeSettled(Trade calldata trade) external view returns (bool);

    /// @notice Whether the exchange was settled or cancelled.
    function isExchangeClosed(bytes32 exchange) external view returns (bool);

    /// @notice The last batch that was opened; 0 before the first.
    function lastBatch() external view returns (uint64 number);

    function batchOf(uint64 number) external view returns (Batch memory);

    function isChunkSettled(uint64 number, uint32 index) external view returns (bool);

    // Proofs. Records are bytes as docs/formats.md fixes them (sections 2 and 3). What is proved is that the operator committed to it.

    /// @notice Whether batch `number` has this chunk. Whether it settled, `isChunkSettled` says.
    function isChunkProved(
        uint64 number,
        ChunkHeader calldata chunk,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice Whether `record` is the instruction (80 bytes) or the receipt (64 bytes) at `index` of batch `number`, in its chunk `chunk`.
    /// @dev An outcome is final if its receipt is proved and its chunk has settled.
    /// @param chunkProof of the chunk's leaf under the batch's `chunksRoot`
    /// @param proof of the record's leaf under the chunk's `instructionsRoot` or `receiptsRoot`
    function isRecordProved(
        uint64 number,
        ChunkHeader calldata chunk,
        bytes32[] calldata chunkProof,
        bytes calldata record,
        uint256 index,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice Whether `record`, 71 bytes, is a position after the batch with this header, as if all of it had settled.
    /// @param path which of the two every node on the way up is: bit *d* is set if it is the right one at depth *d*
    function isPositionProved(
        BatchHeader calldata header,
        bytes calldata record,
        uint256 path,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice The ids: EIP-712 digests, domain included.
    function hashOrder(Order calldata order) external view returns (bytes32);
    function hashTrade(Trade calldata trade) external view returns (bytes32);
    function hashExchange(Exchange calldata exchange) external view returns (bytes32);
    function hashMandate(Mandate calldata mandate) external view returns (bytes32);
}
