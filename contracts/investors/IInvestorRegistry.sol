// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice A person or firm, by the registrar's own reference hashed with a secret salt. Nothing personal is on chain.
type InvestorId is bytes32;

/// @notice What the rules need to know of the party behind a wallet. All zero for an unknown wallet.
/// @param investor whom the wallet belongs to; zero for nobody
/// @param country ISO 3166-1 numeric; 0 only for protocol addresses
/// @param classes bit set: 1 retail, 2 professional, 4 accredited, 8 institutional
/// @param flags bit set: 1 suspended, 2 liquidate only, 4 omnibus, 8 protocol (a desk or an escrow of this suite)
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
/// @dev Holdings are never touched from here: an expired or suspended holder keeps what he has.
interface IInvestorRegistry {
    event InvestorSet(InvestorId indexed investor, uint16 country, uint16 classes, uint16 flags, uint48 verifiedUntil);
    event WalletAdded(InvestorId indexed investor, address indexed wallet);
    event ProtocolAddressSet(address indexed account, bool isProtocol);

    /// @notice No investor is registered under this id.
    /// @dev Register the investor first, or correct the reference.
    error InvestorRegistryUnknownInvestor(InvestorId investor);
    /// @notice An investor is registered under this id.
    /// @dev Give this person another wallet with `addWallet`, or use another reference.
    error InvestorRegistryInvestorExists(InvestorId investor);
    /// @notice `wallet` belongs to `owner` already.
    /// @dev Name another wallet; one of these belongs to one investor for good.
    error InvestorRegistryWalletTaken(address wallet, InvestorId owner);
    /// @notice The profile has a zero id, a zero wallet, country 0 or above 999, no class, or the flag of protocol addresses.
    /// @dev Correct the profile.
    error InvestorRegistryInvalidProfile(InvestorId investor, address wallet, uint16 country, uint16 classes);
    /// @notice The arrays have to be of one length.
    /// @dev Give one wallet per profile.
    error InvestorRegistryLengthsDiffer(uint256 profiles, uint256 wallets);

    /// @notice Registers an investor with his first wallet. For the registrar.
    function register(Profile calldata profile, address wallet) external;

    /// @notice `register` for many; all or none. The caller chooses a page that fits a transaction.
    function registerMany(Profile[] calldata profiles, address[] calldata wallets) external;

    /// @notice Gives a known investor another wallet. For the registrar.
    function addWallet(InvestorId investor, address wallet) external;

    /// @notice Renews verification and changes suspension or liquidate-only. Country and class stay as they are,
    /// because counters of live assets depend on them. For the registrar.
    function setStanding(InvestorId investor, uint16 flags, uint48 verifiedUntil) external;

    /// @notice Marks an address of this suite (a desk, an escrow) that rules do not count and that may always hold.
    function setProtocolAddress(address account, bool isProtocol) external;

    /// @notice The profile behind `wallet`; all zero for an unknown wallet. Never reverts.
    function profileOf(address wallet) external view returns (Profile memory);

    /// @notice The profiles behind several wallets, in order.
    function profilesOf(address[] calldata wallets) external view returns (Profile[] memory);

    /// @notice 0 if `wallet` may send, else the reason code (docs/formats.md, section 5).
    function sendCode(address wallet) external view returns (uint8);

    /// @notice 0 if `wallet` may receive now, else the reason code.
    function receiveCode(address wallet) external view returns (uint8);
}
