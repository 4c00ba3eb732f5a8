// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ITransferRules} from "../rules/ITransferRules.sol";
import {IClaimVerifier} from "./IClaimVerifier.sol";
import {IInvestorRegistry, InvestorId, Profile} from "./IInvestorRegistry.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {Party} from "./Party.sol";
import {RegistryStorage} from "./RegistryStorage.sol";
import {StandingLib} from "./StandingLib.sol";

/// @title Investors and their wallets, as IInvestorRegistry describes
contract InvestorRegistry is RegistryStorage, AccessManagedUpgradeable, UUPSUpgradeable {
    uint16 private constant LARGEST_COUNTRY = 999; // ISO 3166-1 numeric has three digits
    uint8 private constant MOST_LOSSES = 16;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the authority; called once, by the proxy's constructor.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        RegistryState storage $ = _state();
        $.standings[PROTOCOL_NUMBER] = Standing(0, 0, InvestorFlags.PROTOCOL, type(uint48).max, 0);
        $.ids[PROTOCOL_NUMBER] = PROTOCOL;
        $.numbers[PROTOCOL] = PROTOCOL_NUMBER;
        $.lastNumber = PROTOCOL_NUMBER;
    }

    // Registering

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
        _addWallet(investor, _known(investor), wallet);
    }

    /// @inheritdoc IInvestorRegistry
    function present(IClaimVerifier verifier, address wallet, bytes calldata claim) external {
        RegistryState storage $ = _state();
        require($.isVerifier[verifier], InvestorRegistryVerifierNotAllowed(verifier));
        (Profile memory profile, bytes32 claimId) = verifier.verify(wallet, claim);
        uint32 number = $.numbers[profile.investor];
        uint32 owner = $.parties[wallet].investor();

        if (number == 0) {
            profile.flags = 0; // a claim neither suspends nor lifts a suspension
            _register(profile, wallet);
            number = $.numbers[profile.investor];
        } else {
            _requireKind(profile.investor, wallet, profile.country, profile.classes);
            require(number > PROTOCOL_NUMBER, InvestorRegistryUnknownInvestor(profile.investor));
            if (owner == 0) _addWallet(profile.investor, number, wallet);
            else require(owner == number, InvestorRegistryWalletTaken(wallet, $.ids[owner]));
            Standing storage standing = $.standings[number];
            standing.country = profile.country;
            standing.classes = profile.classes;
            standing.verifiedUntil = profile.verifiedUntil;
            _spread(number, standing);
            _emitSet(profile.investor, standing);
        }
        $.claims[number] = Claim(verifier, claimId);

        emit ClaimAccepted(profile.investor, wallet, verifier, claimId);
    }

    // What is known of an investor

    /// @inheritdoc IInvestorRegistry
    function setStanding(InvestorId investor, uint16 flags, uint48 verifiedUntil) external restricted {
        uint32 number = _known(investor);
        Standing storage standing = _state().standings[number];
        require(
            flags & ~InvestorFlags.SETTABLE == 0,
            InvestorRegistryInvalidProfile(investor, address(0), standing.country, standing.classes)
        );

        standing.flags = flags;
        standing.verifiedUntil = verifiedUntil;
        _spread(number, standing);
        delete _state().claims[number]; // the registrar vouches from now on

        _emitSet(investor, standing);
    }

    /// @inheritdoc IInvestorRegistry
    function setKind(InvestorId investor, uint16 country, uint16 classes) external restricted {
        uint32 number = _known(investor);
        Standing storage standing = _state().standings[number];
        _requireKind(investor, address(0), country, classes);

        standing.country = country;
        standing.classes = classes;
        _spread(number, standing);

        _emitSet(investor, standing);
    }

    /// @inheritdoc IInvestorRegistry
    function enforceRevocation(InvestorId investor) external {
        RegistryState storage $ = _state();
        uint32 number = _known(investor);
        Claim memory claim = $.claims[number];
        Standing storage standing = $.standings[number];
        require(
            address(claim.verifier) != address(0) && claim.verifier.isRevoked(claim.claimId),
            InvestorRegistryClaimStands(investor, claim.claimId)
        );

        standing.verifiedUntil = uint48(block.timestamp - 1); // nobody lives to see 2^48 seconds
        _spread(number, standing);
        delete $.claims[number];

        emit ClaimRevoked(investor, claim.verifier, claim.claimId);
        _emitSet(investor, standing);
    }

    // Wallets

    /// @inheritdoc IInvestorRegistry
    function moveWallet(address account, InvestorId to, uint256[] calldata ids) external restricted {
        RegistryState storage $ = _state();
        uint32 number = _known(to);
        Party before = _acting(account);
        InvestorId from = $.ids[before.investor()];
        require(before.investor() != number, InvestorRegistryWalletTaken(account, to));

        _detach(before.investor(), account);
        _attach(to, number, account, before.flags() & InvestorFlags.OF_WALLET);

        emit WalletMoved(account, from, to);
        ITransferRules($.rules).reassign(account, before, $.parties[account], ids);
    }

    /// @inheritdoc IInvestorRegistry
    function setWalletFrozen(address account, bool frozen) external restricted {
        Party party = _acting(account);
        require(
            (party.flags() & InvestorFlags.FROZEN != 0) != frozen,
            InvestorRegistryFreezeUnchanged(account, frozen)
        );

        _setWalletFlags(account, frozen ? InvestorFlags.FROZEN : 0);

        emit WalletFrozen(account, frozen);
    }

    /// @inheritdoc IInvestorRegistry
    function recover(address lost, address successor) external restricted {
        RegistryState storage $ = _state();
        Party old = _acting(lost);
        InvestorId investor = $.ids[old.investor()];
        require(successor != lost, InvestorRegistryInvalidSuccessor(lost, successor));
        if ($.parties[successor].isNobody()) _addWallet(investor, old.investor(), successor);
        Party next = $.parties[successor];
        uint8 losses = $.lines[lost].losses;
        require(
            next.investor() == old.investor() && next.flags() & InvestorFlags.RETIRED == 0 && losses < MOST_LOSSES,
            InvestorRegistryInvalidSuccessor(lost, successor)
        );

        bool passesFreeze = old.flags() & ~next.flags() & InvestorFlags.FROZEN != 0;
        if (passesFreeze) _setWalletFlags(successor, InvestorFlags.FROZEN);
        if ($.lines[successor].losses <= losses) $.lines[successor].losses = losses + 1;
        _setWalletFlags(lost, (old.flags() & InvestorFlags.FROZEN) | InvestorFlags.RETIRED);
        $.lines[lost].successor = successor;

        emit WalletRecovered(investor, lost, successor);
        if (passesFreeze) emit WalletFrozen(successor, true);
    }

    // The suite itself

    /// @inheritdoc IInvestorRegistry
    function setVerifier(IClaimVerifier verifier, bool allowed) external restricted {
        _state().isVerifier[verifier] = allowed;

        emit VerifierSet(verifier, allowed);
    }

    /// @inheritdoc IInvestorRegistry
    function setProtocolAddress(address account, bool isProtocol) external restricted {
        RegistryState storage $ = _state();
        uint32 owner = $.parties[account].investor();
        require(account != address(0), InvestorRegistryInvalidProfile(PROTOCOL, account, 0, 0));
        require(owner == (isProtocol ? 0 : PROTOCOL_NUMBER), InvestorRegistryWalletTaken(account, $.ids[owner]));

        Party before = $.parties[account];

        $.parties[account] = isProtocol ? _party(PROTOCOL_NUMBER, $.standings[PROTOCOL_NUMBER], 0) : Party.wrap(0);

        emit ProtocolAddressSet(account, isProtocol);
        // Nobody counts what it holds: it lets go of all shares before it may be registered for somebody.
        if (!isProtocol) ITransferRules($.rules).reassign(account, before, Party.wrap(0), new uint256[](0));
    }

    /// @inheritdoc IInvestorRegistry
    function setRules(address rules) external restricted {
        RegistryState storage $ = _state();
        require($.rules == address(0), InvestorRegistryRulesSet($.rules));

        $.rules = rules;

        emit RulesSet(rules);
    }

    // Reading

    /// @inheritdoc IInvestorRegistry
    function partyOf(address wallet) external view returns (Party) {
        return _state().parties[wallet];
    }

    /// @inheritdoc IInvestorRegistry
    function pairOf(address from, address to) external view returns (Party, Party) {
        return (_state().parties[from], _state().parties[to]);
    }

    /// @inheritdoc IInvestorRegistry
    /// @dev By hand, because every position of a netted chunk pays for it: the answer is written as it is sent.
    function partiesOf(address[] calldata wallets) external view returns (Party[] memory) {
        mapping(address => Party) storage parties = _state().parties;
        assembly ("memory-safe") {
            let answer := mload(0x40)
            let size := shl(5, wallets.length)
            let wallet := wallets.offset
            let malformed := 0
            mstore(answer, 0x20)
            mstore(add(answer, 0x20), wallets.length)
            mstore(0x20, parties.slot)
            for {
                let place := add(answer, 0x40)
                let end := add(place, size)
            } lt(place, end) {
                place := add(place, 0x20)
                wallet := add(wallet, 0x20)
            } {
                mstore(0x00, calldataload(wallet))
                malformed := or(malformed, shr(160, mload(0x00)))
                mstore(place, sload(keccak256(0x00, 0x40)))
            }
            if malformed {
                revert(0x00, 0x00)
            }
            return(answer, add(size, 0x40))
        }
    }

    /// @inheritdoc IInvestorRegistry
    function partyByNumber(uint32 number) external view returns (Party) {
        RegistryState storage $ = _state();
        if (number == 0 || number > $.lastNumber) return Party.wrap(0);
        return _party(number, $.standings[number], 0);
    }

    /// @inheritdoc IInvestorRegistry
    function profileOf(address wallet) public view returns (Profile memory) {
        Party party = _state().parties[wallet];
        InvestorId investor = _state().ids[party.investor()];
        return Profile(investor, party.country(), party.classes(), party.flags(), party.verifiedUntil());
    }

    /// @inheritdoc IInvestorRegistry
    function profilesOf(address[] calldata wallets) external view returns (Profile[] memory profiles) {
        profiles = new Profile[](wallets.length);
        for (uint256 i = 0; i < wallets.length; ++i) profiles[i] = profileOf(wallets[i]);
    }

    /// @inheritdoc IInvestorRegistry
    function numberOf(InvestorId investor) external view returns (uint32) {
        return _state().numbers[investor];
    }

    /// @inheritdoc IInvestorRegistry
    function investorOf(uint32 number) external view returns (InvestorId) {
        return _state().ids[number];
    }

    /// @inheritdoc IInvestorRegistry
    function walletsOf(InvestorId investor) external view returns (address[] memory wallets) {
        RegistryState storage $ = _state();
        uint32 number = $.numbers[investor];
        wallets = new address[]($.standings[number].wallets);
        for (uint256 i = 0; i < wallets.length; ++i) wallets[i] = $.wallets[number][i];
    }

    /// @inheritdoc IInvestorRegistry
    function successorOf(address wallet) external view returns (address) {
        RegistryState storage $ = _state();
        while ($.lines[wallet].successor != address(0)) wallet = $.lines[wallet].successor; // at most MOST_LOSSES steps
        return wallet;
    }

    /// @inheritdoc IInvestorRegistry
    function isVerifier(IClaimVerifier verifier) external view returns (bool) {
        return _state().isVerifier[verifier];
    }

    /// @inheritdoc IInvestorRegistry
    function claimOf(InvestorId investor) external view returns (IClaimVerifier verifier, bytes32 claimId) {
        Claim storage claim = _state().claims[_state().numbers[investor]];
        return (claim.verifier, claim.claimId);
    }

    /// @inheritdoc IInvestorRegistry
    function sendCode(address wallet) external view returns (uint8) {
        return StandingLib.sendCode(_state().parties[wallet]);
    }

    /// @inheritdoc IInvestorRegistry
    function receiveCode(address wallet) external view returns (uint8) {
        return StandingLib.receiveCode(_state().parties[wallet]);
    }

    function _register(Profile memory profile, address wallet) private {
        RegistryState storage $ = _state();
        _requireKind(profile.investor, wallet, profile.country, profile.classes);
        require(
            InvestorId.unwrap(profile.investor) != 0 && profile.flags & ~InvestorFlags.SETTABLE == 0,
            InvestorRegistryInvalidProfile(profile.investor, wallet, profile.country, profile.classes)
        );
        require($.numbers[profile.investor] == 0, InvestorRegistryInvestorExists(profile.investor));

        uint32 number = ++$.lastNumber;
        $.numbers[profile.investor] = number;
        $.ids[number] = profile.investor;
        Standing storage standing = $.standings[number];
        standing.country = profile.country;
        standing.classes = profile.classes;
        standing.flags = profile.flags;
        standing.verifiedUntil = profile.verifiedUntil;

        _emitSet(profile.investor, standing);
        _addWallet(profile.investor, number, wallet);
    }

    function _addWallet(InvestorId investor, uint32 number, address account) private {
        uint32 owner = _state().parties[account].investor();
        require(account != address(0), InvestorRegistryInvalidProfile(investor, account, 0, 0));
        require(owner == 0, InvestorRegistryWalletTaken(account, _state().ids[owner]));

        _attach(investor, number, account, 0);

        emit WalletAdded(investor, account);
    }

    /// @dev The flags of the wallet itself, all of them; the investor's stay.
    function _setWalletFlags(address account, uint16 walletFlags) private {
        RegistryState storage $ = _state();
        uint32 number = $.parties[account].investor();
        $.parties[account] = _party(number, $.standings[number], walletFlags);
    }

    function _requireKind(InvestorId investor, address wallet, uint16 country, uint16 classes) private pure {
        require(
            country != 0 && country <= LARGEST_COUNTRY && classes != 0,
            InvestorRegistryInvalidProfile(investor, wallet, country, classes)
        );
    }

    function _emitSet(InvestorId investor, Standing storage standing) private {
        emit InvestorSet(investor, standing.country, standing.classes, standing.flags, standing.verifiedUntil);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
