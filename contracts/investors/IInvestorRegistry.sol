// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClaimVerifier} from "./IClaimVerifier.sol";
import {Party} from "./Party.sol";

/// @notice A person or firm, by the registrar's own reference hashed with a secret salt. Nothing personal is on chain.
type InvestorId is bytes32;

/// @notice What the register knows of an investor. All zero for an unknown wallet.
/// @param investor whom the wallet belongs to; zero for nobody
/// @param country ISO 3166-1 numeric; 0 only for protocol addresses
/// @param classes bit set: 1 retail, 2 professional, 4 accredited, 8 institutional
/// @param flags bit set: 1 suspended, 2 liquidate only, 4 omnibus, 8 protocol (a desk or an escrow of this suite); read for a
/// wallet also 16 frozen, 32 retired
/// @param verifiedUntil last second in which the verification holds
struct Profile {
    InvestorId investor;
    uint16 country;
    uint16 classes;
    uint16 flags;
    uint48 verifiedUntil;
}

/// @title Investors and their wallets
/// @notice Rules count people, not wallets (D4): a wallet belongs to at most one investor, an investor may have many.
/// @dev Shares are never touched from here: an expired or suspended holder keeps what he has.
interface IInvestorRegistry {
    event InvestorSet(InvestorId indexed investor, uint16 country, uint16 classes, uint16 flags, uint48 verifiedUntil);
    event WalletAdded(InvestorId indexed investor, address indexed wallet);
    event WalletMoved(address indexed wallet, InvestorId indexed from, InvestorId indexed to);
    event WalletFrozen(address indexed wallet, bool frozen);
    /// @notice `lost` never acts again; `successor` stands for it from now on.
    event WalletRecovered(InvestorId indexed investor, address indexed lost, address indexed successor);
    event ProtocolAddressSet(address indexed account, bool isProtocol);
    event VerifierSet(IClaimVerifier indexed verifier, bool allowed);
    event ClaimAccepted(InvestorId indexed investor, address indexed wallet, IClaimVerifier verifier, bytes32 claimId);
    event ClaimRevoked(InvestorId indexed investor, IClaimVerifier indexed verifier, bytes32 claimId);
    event RulesSet(address indexed rules);

    /// @notice No investor is registered under this id.
    /// @dev Register the investor first, or correct the reference.
    error InvestorRegistryUnknownInvestor(InvestorId investor);
    /// @notice An investor is registered under this id.
    /// @dev Give this person another wallet with `addWallet`, or use another reference.
    error InvestorRegistryInvestorExists(InvestorId investor);
    /// @notice `wallet` belongs to `owner` already.
    /// @dev Name another wallet; `moveWallet` corrects a wrong registration.
    error InvestorRegistryWalletTaken(address wallet, InvestorId owner);
    /// @notice The profile has a zero id, a zero wallet, country 0 or above 999, no class, or flags that nobody sets by hand.
    /// @dev Correct the profile.
    error InvestorRegistryInvalidProfile(InvestorId investor, address wallet, uint16 country, uint16 classes);
    /// @notice The arrays have to be of one length.
    /// @dev Give one wallet per profile.
    error InvestorRegistryLengthsDiffer(uint256 profiles, uint256 wallets);
    /// @notice The wallet belongs to no investor.
    /// @dev Register it first; addresses of the suite itself are neither frozen, moved nor recovered.
    error InvestorRegistryNoInvestorsWallet(address wallet);
    /// @notice The wallet was lost and has a successor.
    /// @dev Act on the successor; `successorOf` names it.
    error InvestorRegistryWalletRetired(address wallet, address successor);
    /// @notice The wallet is frozen, or not frozen, already.
    /// @dev Do nothing; it is so already.
    error InvestorRegistryFreezeUnchanged(address wallet, bool frozen);
    /// @notice A lost wallet's successor is another wallet, new or of the same investor and not retired itself, at the end of a
    /// line of at most 16 losses.
    /// @dev Name another wallet of the investor.
    error InvestorRegistryInvalidSuccessor(address lost, address successor);
    /// @notice An investor has at most `limit` wallets.
    /// @dev Gather shares in fewer wallets; a wallet that is no longer used stays his.
    error InvestorRegistryTooManyWallets(InvestorId investor, uint256 limit);
    /// @notice Compliance has not put this verifier on its list.
    /// @dev Use a listed verifier, or ask compliance to list it.
    error InvestorRegistryVerifierNotAllowed(IClaimVerifier verifier);
    /// @notice The claim that the investor's verification rests on has not been taken back.
    /// @dev Revoke the claim at its verifier first.
    error InvestorRegistryClaimStands(InvestorId investor, bytes32 claimId);
    /// @notice The rules are set already.
    /// @dev Do nothing; they never change.
    error InvestorRegistryRulesSet(address rules);

    /// @notice Registers an investor with his first wallet. For the registrar.
    function register(Profile calldata profile, address wallet) external;

    /// @notice `register` for many; all or none. The caller chooses a page that fits a transaction.
    function registerMany(Profile[] calldata profiles, address[] calldata wallets) external;

    /// @notice Gives a known investor another wallet. For the registrar.
    function addWallet(InvestorId investor, address wallet) external;

    /// @notice Corrects to whom a wallet belongs. What it holds is counted for the other investor from now on, as acquired now.
    /// For the registrar.
    /// @param ids exactly the assets in which the wallet holds shares, ascending
    function moveWallet(address wallet, InvestorId to, uint256[] calldata ids) external;

    /// @notice Renews verification and changes suspension, liquidate-only and omnibus. For the registrar.
    function setStanding(InvestorId investor, uint16 flags, uint48 verifiedUntil) external;

    /// @notice Changes country and classes. Holders per country and class follow by `TransferRules.refreshKinds`, or at the
    /// investor's next movement to or from zero shares; until then he is counted as he was. For the registrar.
    function setKind(InvestorId investor, uint16 country, uint16 classes) external;

    /// @notice Freezes one wallet as a whole, or lifts it: it neither sends nor receives. For the registrar.
    function setWalletFrozen(address wallet, bool frozen) external;

    /// @notice Retires a lost wallet for good and names the wallet that stands for it from now on (I-12); a freeze passes on. What it
    /// holds follows by `ShareToken.recoverPositions`, page by page; its orders and mandates are void. For the registrar.
    /// @param successor a new wallet, or another one of the same investor
    function recover(address lost, address successor) external;

    /// @notice Registers the investor behind `wallet`, or renews what is known of him, by a claim. Open: only the claim counts. A
    /// suspension stays what it is.
    function present(IClaimVerifier verifier, address wallet, bytes calldata claim) external;

    /// @notice Ends a verification whose claim was taken back. Open: only the verifier's word counts.
    function enforceRevocation(InvestorId investor) external;

    /// @notice Puts a verifier on the list, or takes it off; what it verified stays. For compliance.
    function setVerifier(IClaimVerifier verifier, bool allowed) external;

    /// @notice Marks an address of this suite (a desk, an escrow) that rules do not count and that may always hold; or ends that,
    /// once it holds no shares.
    function setProtocolAddress(address account, bool isProtocol) external;

    /// @notice Sets the rules that count investors; once, at deployment. For the admin.
    function setRules(address rules) external;

    /// @notice Who is behind a wallet, in one word; zero for nobody. Never reverts.
    function partyOf(address wallet) external view returns (Party);

    /// @notice `partyOf` of the two sides of a movement; the zero address is nobody.
    function pairOf(address from, address to) external view returns (Party, Party);

    /// @notice `partyOf` several wallets, in order.
    function partiesOf(address[] calldata wallets) external view returns (Party[] memory);

    /// @notice An investor by number, as `partyOf` one of his wallets that is neither frozen nor retired.
    function partyByNumber(uint32 number) external view returns (Party);

    /// @notice The profile behind `wallet`; all zero for an unknown wallet. Never reverts.
    function profileOf(address wallet) external view returns (Profile memory);

    /// @notice The profiles behind several wallets, in order.
    function profilesOf(address[] calldata wallets) external view returns (Profile[] memory);

    /// @notice An investor's number and back; zero if there is none.
    function numberOf(InvestorId investor) external view returns (uint32);
    function investorOf(uint32 number) external view returns (InvestorId);

    /// @notice All wallets of an investor, also frozen and retired ones.
    function walletsOf(InvestorId investor) external view returns (address[] memory);

    /// @notice The wallet that stands for `wallet` now: itself, unless it was lost.
    function successorOf(address wallet) external view returns (address);

    function isVerifier(IClaimVerifier verifier) external view returns (bool);

    /// @notice The claim that an investor's verification rests on; zero if the registrar vouches for it.
    function claimOf(InvestorId investor) external view returns (IClaimVerifier verifier, bytes32 claimId);

    /// @notice 0 if `wallet` may send, else the reason code (docs/formats.md, section 5).
    function sendCode(address wallet) external view returns (uint8);

    /// @notice 0 if `wallet` may receive now, else the reason code.
    function receiveCode(address wallet) external view returns (uint8);
}
