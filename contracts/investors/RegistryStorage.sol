// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimVerifier} from "./IClaimVerifier.sol";
import {IInvestorRegistry, InvestorId} from "./IInvestorRegistry.sol";
import {InvestorFlags} from "./InvestorFlags.sol";
import {Party, PartyLib} from "./Party.sol";

/// @title Where the registry keeps what it knows (ERC-7201)
/// @dev Two slots answer who is behind a wallet: the wallet's and its investor's. Investors are numbered, so that a wallet's slot
/// has room for its successor and rules count under short keys.
abstract contract RegistryStorage is IInvestorRegistry {
    /// @dev Number and id of this suite's own addresses: one party, so that no rule takes them for an investor.
    uint32 internal constant PROTOCOL_NUMBER = 1;
    InvestorId internal constant PROTOCOL = InvestorId.wrap(keccak256("moiety.protocol"));

    /// @dev One slot. `losses` counts the lost wallets in the line that ends here.
    struct Wallet {
        uint32 investor;
        uint16 flags;
        uint8 losses;
        address successor;
    }

    /// @dev One slot.
    struct Standing {
        uint16 country;
        uint16 classes;
        uint16 flags;
        uint48 verifiedUntil;
    }

    struct Claim {
        IClaimVerifier verifier;
        bytes32 claimId;
    }

    /// @custom:storage-location erc7201:moiety.storage.InvestorRegistry
    struct RegistryState {
        mapping(address wallet => Wallet) wallets;
        mapping(uint32 number => Standing) standings;
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

    /// @dev Flags of the investor and of the wallet are of one set.
    function _partyOf(address account) internal view returns (Party) {
        RegistryState storage $ = _state();
        Wallet memory wallet = $.wallets[account];
        if (wallet.investor == 0) return Party.wrap(0);
        return _party(wallet.investor, $.standings[wallet.investor], wallet.flags);
    }

    function _party(uint32 number, Standing memory standing, uint16 walletFlags) internal pure returns (Party) {
        uint16 flags = standing.flags | walletFlags;
        return PartyLib.pack(number, standing.country, standing.classes, flags, standing.verifiedUntil);
    }

    /// @dev The number of an investor, who has to be registered; the protocol is none.
    function _known(InvestorId investor) internal view returns (uint32 number) {
        number = _state().numbers[investor];
        require(number > PROTOCOL_NUMBER, InvestorRegistryUnknownInvestor(investor));
    }

    /// @dev The slot of a wallet that belongs to an investor and still acts.
    function _acting(address account) internal view returns (Wallet storage wallet) {
        wallet = _state().wallets[account];
        require(wallet.investor > PROTOCOL_NUMBER, InvestorRegistryNoInvestorsWallet(account));
        require(wallet.flags & InvestorFlags.RETIRED == 0, InvestorRegistryWalletRetired(account, wallet.successor));
    }
}
