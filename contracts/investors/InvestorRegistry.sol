// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IInvestorRegistry, InvestorId, Profile} from "./IInvestorRegistry.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {StandingLib} from "./StandingLib.sol";

/// @title Investors and their wallets, as IInvestorRegistry describes
contract InvestorRegistry is IInvestorRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using InvestorFlags for uint16;

    uint16 private constant LARGEST_COUNTRY = 999; // ISO 3166-1 numeric has three digits
    /// @dev Protocol addresses are one party of their own, so that no rule takes them for an investor.
    InvestorId private constant PROTOCOL = InvestorId.wrap(keccak256("moiety.protocol"));

    /// @dev One slot. The id is the key, and not repeated.
    struct Standing {
        uint16 country;
        uint16 classes;
        uint16 flags;
        uint48 verifiedUntil;
    }

    /// @custom:storage-location erc7201:moiety.storage.InvestorRegistry
    struct RegistryStorage {
        mapping(address wallet => InvestorId) investorOf;
        mapping(InvestorId => Standing) standingOf;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.InvestorRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x06f354aa37bc09d7e164b8c5a82c94cbfc9450b1661bd7ede903be454695d100;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the authority; called once, by the proxy's constructor.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _storage().standingOf[PROTOCOL] = Standing(0, 0, InvestorFlags.PROTOCOL, type(uint48).max);
    }

    /// @inheritdoc IInvestorRegistry
    function register(Profile calldata profile, address wallet) external restricted {
        _register(profile, wallet);
    }

    /// @inheritdoc IInvestorRegistry
    function registerMany(Profile[] calldata profiles, address[] calldata wallets) external restricted {
        require(profiles.length == wallets.length, InvestorRegistryLengthsDiffer(profiles.length, wallets.length));

        for (uint256 i = 0; i < profiles.length; ++i) _register(profiles[i], wallets[i]);
    }

    /// @inheritdoc IInvestorRegistry
    function addWallet(InvestorId investor, address wallet) external restricted {
        require(_isInvestor(investor), InvestorRegistryUnknownInvestor(investor));

        _addWallet(investor, wallet);
    }

    /// @inheritdoc IInvestorRegistry
    function setStanding(InvestorId investor, uint16 flags, uint48 verifiedUntil) external restricted {
        require(_isInvestor(investor), InvestorRegistryUnknownInvestor(investor));
        Standing storage standing = _storage().standingOf[investor];
        require(
            !flags.isProtocol(),
            InvestorRegistryInvalidProfile(investor, address(0), standing.country, standing.classes)
        );

        standing.flags = flags;
        standing.verifiedUntil = verifiedUntil;

        emit InvestorSet(investor, standing.country, standing.classes, flags, verifiedUntil);
    }

    /// @inheritdoc IInvestorRegistry
    function setProtocolAddress(address account, bool isProtocol) external restricted {
        InvestorId owner = _storage().investorOf[account];
        InvestorId expected = isProtocol ? InvestorId.wrap(0) : PROTOCOL;
        require(account != address(0), InvestorRegistryInvalidProfile(PROTOCOL, account, 0, 0));
        require(InvestorId.unwrap(owner) == InvestorId.unwrap(expected), InvestorRegistryWalletTaken(account, owner));

        _storage().investorOf[account] = isProtocol ? PROTOCOL : InvestorId.wrap(0);

        emit ProtocolAddressSet(account, isProtocol);
    }

    /// @inheritdoc IInvestorRegistry
    function profileOf(address wallet) public view returns (Profile memory profile) {
        RegistryStorage storage $ = _storage();
        profile.investor = $.investorOf[wallet];
        Standing storage standing = $.standingOf[profile.investor];
        profile.country = standing.country;
        profile.classes = standing.classes;
        profile.flags = standing.flags;
        profile.verifiedUntil = standing.verifiedUntil;
    }

    /// @inheritdoc IInvestorRegistry
    function profilesOf(address[] calldata wallets) external view returns (Profile[] memory profiles) {
        profiles = new Profile[](wallets.length);
        for (uint256 i = 0; i < wallets.length; ++i) profiles[i] = profileOf(wallets[i]);
    }

    /// @inheritdoc IInvestorRegistry
    function sendCode(address wallet) external view returns (uint8) {
        return StandingLib.sendCode(profileOf(wallet));
    }

    /// @inheritdoc IInvestorRegistry
    function receiveCode(address wallet) external view returns (uint8) {
        return StandingLib.receiveCode(profileOf(wallet));
    }

    function _register(Profile calldata profile, address wallet) private {
        Standing storage standing = _storage().standingOf[profile.investor];
        require(
            InvestorId.unwrap(profile.investor) != 0 &&
                profile.country != 0 &&
                profile.country <= LARGEST_COUNTRY &&
                profile.classes != 0 &&
                !profile.flags.isProtocol(),
            InvestorRegistryInvalidProfile(profile.investor, wallet, profile.country, profile.classes)
        );
        require(
            standing.country == 0 && InvestorId.unwrap(profile.investor) != InvestorId.unwrap(PROTOCOL),
            InvestorRegistryInvestorExists(profile.investor)
        );

        standing.country = profile.country;
        standing.classes = profile.classes;
        standing.flags = profile.flags;
        standing.verifiedUntil = profile.verifiedUntil;

        emit InvestorSet(profile.investor, profile.country, profile.classes, profile.flags, profile.verifiedUntil);
        _addWallet(profile.investor, wallet);
    }

    function _addWallet(InvestorId investor, address wallet) private {
        InvestorId owner = _storage().investorOf[wallet];
        require(wallet != address(0), InvestorRegistryInvalidProfile(investor, wallet, 0, 0));
        require(InvestorId.unwrap(owner) == 0, InvestorRegistryWalletTaken(wallet, owner));

        _storage().investorOf[wallet] = investor;

        emit WalletAdded(investor, wallet);
    }

    /// @dev Only the protocol party has country 0, and it is not an investor.
    function _isInvestor(InvestorId investor) private view returns (bool) {
        return _storage().standingOf[investor].country != 0;
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _storage() private pure returns (RegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
