// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClaimVerifier} from "../IClaimVerifier.sol";
import {InvestorId} from "../IInvestorRegistry.sol";

/// @notice What a proven claim topic means here.
/// @param topic number of the topic in the source
/// @param classes bit set that an investor has who proves it, as in `Profile`
struct TopicMeaning {
    uint256 topic;
    uint16 classes;
}

/// @notice What a source says about a wallet now.
struct Finding {
    address identity;
    InvestorId investor;
    uint16 country;
    uint16 classes;
}

/// @title Investors of an existing ERC-3643 identity registry
/// @notice Takes over investors whom an ERC-3643 registry, the *source*, knows: the wallet's ONCHAINID identity, its country, and
/// the topics for which it has claims. Compliance says which sources count, for how long (the claims themselves never expire), and
/// what a topic means here. Anybody may present a wallet; the claim is `abi.encode(source)`.
/// @dev The source's own word (`isVerified`) is necessary and not enough: it believes identity contracts that answer with another
/// issuer's claim (ERC-3643#101). So each claim is checked here once more: it has to name the very issuer it was asked for and the
/// topic, and that issuer has to confirm it and not to have revoked its signature in any encoding (onchain-id#170).
/// Identities are written by whom they are about. They get bounded gas, their answers bounded memory, an examination as a whole bounded
/// gas; whatever is not an answer counts as no claim, a claim of more than 4 kB included. An examination needs well over 2 million gas to
/// start, most of which stays unused: neither a hostile identity by burning it nor a sender by saving it can choose what is found out.
interface IErc3643Verifier is IClaimVerifier {
    event SourceSet(address indexed source, uint48 term, TopicMeaning[] topics);
    event WalletVerified(bytes32 indexed claimId, address indexed source, address indexed wallet, Finding finding);

    /// @notice The bytes are not `abi.encode(source)`.
    /// @dev Encode the address of the identity registry, 32 bytes.
    error Erc3643VerifierMalformed(uint256 length);
    /// @notice A source has an address, a term of at most the longest, and one to fifteen topics that mean some class each.
    /// @dev Correct term and topics; a term of 0 without topics takes the source away.
    error Erc3643VerifierInvalidSource(address source, uint48 term, uint256 topics);
    /// @notice Compliance takes no investors from there.
    /// @dev Ask compliance to add the source, or name another one.
    error Erc3643VerifierUnknownSource(address source);
    /// @notice `target`, a part of the source, gave no answer, none of the right form, or a list of more than fifteen.
    /// @dev Ask the operator of the source.
    error Erc3643VerifierUnreadable(address target, bytes4 question);
    /// @notice The source does not count the wallet as verified.
    /// @dev Ask the operator of the source what is missing.
    error Erc3643VerifierNotVerified(address source, address wallet);
    /// @notice The source knows no identity of the wallet.
    /// @dev Have the operator of the source register the wallet.
    error Erc3643VerifierNoIdentity(address source, address wallet);
    /// @notice The country is 0 or above 999.
    /// @dev Have the operator of the source correct the investor's country.
    error Erc3643VerifierInvalidCountry(address source, address wallet, uint256 country);
    /// @notice No trusted issuer stands behind a claim of this topic, which the source requires.
    /// @dev Have a trusted issuer issue the claim and add it to the identity.
    error Erc3643VerifierTopicUnproven(address identity, uint256 topic);
    /// @notice No proven topic gives a class.
    /// @dev Have a trusted issuer issue a claim of a topic that means a class here.
    error Erc3643VerifierNoClass(address identity);
    /// @notice To look at this identity's claims takes more gas than an examination may.
    /// @dev Remove needless claims and issuers, or use a plainer identity contract.
    error Erc3643VerifierTooExpensive(address identity, uint256 mostGas);
    /// @notice There was too little gas to find out whether the claim still stands.
    /// @dev Send the transaction again with more gas.
    error Erc3643VerifierGasTooLow();

    /// @notice Takes investors of `source` from now on, verified for `term` seconds at a time, in the classes that `topics` mean; a
    /// term of 0 without topics takes the source away. For compliance.
    /// @dev WARNING: what the source said before is measured against the new meaning at once. Taken away, or meaning less, it
    /// revokes what it said.
    function setSource(address source, uint48 term, TopicMeaning[] calldata topics) external;

    /// @notice Seconds for which the source's investors are verified at a time; 0 if it is not one.
    function termOf(address source) external view returns (uint48);

    function topicsOf(address source) external view returns (TopicMeaning[] memory);

    /// @notice What `source` says about `wallet` now; reverts with the reason if that is nothing valid.
    function examine(address source, address wallet) external view returns (Finding memory);

    /// @notice One person is one investor, however many wallets the identity has.
    function investorOf(address source, address identity) external view returns (InvestorId);

    /// @notice The id of the word that `source` gave: it changes with identity, country and classes.
    function claimIdOf(
        address source,
        address wallet,
        address identity,
        uint16 country,
        uint16 classes
    ) external pure returns (bytes32);
}
