// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimVerifier} from "./IClaimVerifier.sol";
import {IInvestorRegistry, InvestorId} from "./IInvestorRegistry.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {Party, PartyLib} from "./Party.sol";

/// @title Where the registry keeps what it knows (ERC-7201)
/// @dev One slot answers who is behind a wallet: the wallet's own word carries its investor's standing, too. What changes of an
/// investor is therefore written to each of his wallets, of which he has a limited number; transfers are many, and changes few.
abstract contract RegistryStorage is IInvestorRegistry {
    /// @dev Number and id of this suite's own addresses: one party, so that no rule takes them for an investor.
    uint32 internal constant PROTOCOL_NUMBER = 1;
    InvestorId internal constant PROTOCOL = InvestorId.wrap(keccak256("moiety.protocol"));
    uint32 internal constant MOST_WALLETS = 100;

    /// @dev One slot. `wallets` counts them.
    struct Standing {
        uint16 country;
        uint16 classes;
        uint16 flags;
        uint48 verifiedUntil;
        uint32 wallets;
    }

    /// @dev One slot. Who stands for a lost wallet, and how many lost wallets are in the line that ends here.
    struct Line {
        address successor;
        uint8 losses;
    }

    struct Claim {
        IClaimVerifier verifier;
        bytes32 claimId;
    }

    /// @custom:storage-location erc7201:moiety.storage.InvestorRegistry
    struct RegistryState {
        mapping(address wallet => Party) parties;
        mapping(uint32 number => Standing) standings;
        mapping(uint32 number => mapping(uint256 place => address)) wallets;
        mapping(address wallet => Line) lines;
        mapping(uint32 number => InvestorId) ids;
        mapping(InvestorId => uint32 number) numbers;
        mapping(uint32 number => Claim) claims;
        mapping(IClaimVerifier => bool) isVerifier;
        uint32 lastNumber;
        address rules;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.InvestorRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x06f354aa37bc09d7e164b8c5a82c94cbfc9450b1661bd7ede903be454695d100;

    function _state() internal pure returns (RegistryState storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @dev What a wallet's word is to say: the investor's standing, and the flags of the wallet itself.
    function _party(uint32 number, Standing memory standing, uint16 walletFlags) internal pure returns (Party) {
        uint16 flags = standing.flags | walletFlags;
        return PartyLib.pack(number, standing.country, standing.classes, flags, standing.verifiedUntil);
    }

    /// @dev Writes an investor's standing to all of his wallets, at most MOST_WALLETS.
    function _spread(uint32 number, Standing memory standing) internal {
        RegistryState storage $ = _state();
        for (uint256 i = 0; i < standing.wallets; ++i) {
            address wallet = $.wallets[number][i];
            $.parties[wallet] = _party(number, standing, $.parties[wallet].flags() & InvestorFlags.OF_WALLET);
        }
    }

    /// @dev Puts a wallet that is nobody's on an investor's list.
    function _attach(InvestorId investor, uint32 number, address wallet, uint16 walletFlags) internal {
        RegistryState storage $ = _state();
        Standing memory standing = $.standings[number];
        require(standing.wallets < MOST_WALLETS, InvestorRegistryTooManyWallets(investor, MOST_WALLETS));

        $.wallets[number][standing.wallets] = wallet;
        $.standings[number].wallets = standing.wallets + 1;
        $.parties[wallet] = _party(number, standing, walletFlags);
    }

    /// @dev Takes a wallet off an investor's list; the last one takes its place.
    function _detach(uint32 number, address wallet) internal {
        RegistryState storage $ = _state();
        mapping(uint256 => address) storage wallets = $.wallets[number];
        uint32 last = --$.standings[number].wallets;
        uint256 place = 0;
        while (wallets[place] != wallet) ++place;
        wallets[place] = wallets[last];
        delete wallets[last];
    }

    /// @dev The number of an investor, who has to be registered; the protocol is none.
    function _known(InvestorId investor) internal view returns (uint32 number) {
        number = _state().numbers[investor];
        require(number > PROTOCOL_NUMBER, InvestorRegistryUnknownInvestor(investor));
    }

    /// @dev Who is behind a wallet that belongs to an investor and still acts.
    function _acting(address account) internal view returns (Party party) {
        party = _state().parties[account];
        require(party.investor() > PROTOCOL_NUMBER, InvestorRegistryNoInvestorsWallet(account));
        require(
            party.flags() & InvestorFlags.RETIRED == 0,
            InvestorRegistryWalletRetired(account, _state().lines[account].successor)
        );
    }
}
