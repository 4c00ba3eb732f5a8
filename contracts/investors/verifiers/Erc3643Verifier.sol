// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnswerLib} from "../../calls/AnswerLib.sol";
import {BoundedCallLib} from "../../calls/BoundedCallLib.sol";
import {BoundedReadLib} from "../../calls/BoundedReadLib.sol";
import {IClaimTopicsRegistry, IIdentityRegistry, ITrustedIssuersRegistry} from "../../standards/IERC3643.sol";
import {IClaimVerifier} from "../IClaimVerifier.sol";
import {InvestorId, Profile} from "../IInvestorRegistry.sol";
import {ClaimVerifier} from "./ClaimVerifier.sol";
import {Finding, IErc3643Verifier, TopicMeaning} from "./IErc3643Verifier.sol";
import {OnchainClaimLib} from "./OnchainClaimLib.sol";

/// @title Investors of an existing ERC-3643 identity registry (see `IErc3643Verifier`)
contract Erc3643Verifier is IErc3643Verifier, ClaimVerifier {
    using AnswerLib for bytes;
    using BoundedReadLib for address;
    using OnchainClaimLib for address;

    /// @notice Verifications are renewed at least this often.
    uint48 public constant LONGEST_TERM = 731 days;
    /// @notice Topics that a source may require, topics that may mean something here, and trusted issuers of one topic; as many as
    /// ERC-3643's own registry allows topics.
    uint256 public constant MOST_ENTRIES = 15;
    /// @notice Gas after which an examination is given up. Fits a transaction, so that a revoked claim can always be enforced.
    uint256 public constant EXAMINATION_GAS = 8_000_000;

    uint16 private constant LARGEST_COUNTRY = 999; // ISO 3166-1 numeric has three digits
    /// The source's own check walks through all topics and issuers.
    uint256 private constant VERIFIED_GAS = 2_000_000;
    uint256 private constant SOURCE_GAS = 200_000;
    uint256 private constant WORD_BYTES = 32;
    uint256 private constant LIST_BYTES = WORD_BYTES * (2 + MOST_ENTRIES);

    struct Source {
        uint48 term;
        TopicMeaning[] topics;
    }

    /// @dev What a claim id stands for, as far as it is needed to look again.
    struct Word {
        address source;
        uint16 classes;
        address wallet;
        uint16 country;
    }

    /// @dev One examination under way. Below `gasFloor` it is given up.
    struct Examination {
        address identity;
        address issuers;
        uint256 gasFloor;
    }

    mapping(address source => Source) private _sources;
    mapping(bytes32 claimId => Word) private _words;

    constructor(address authority_, address investors_) ClaimVerifier(authority_, investors_) {}

    /// @inheritdoc IErc3643Verifier
    function setSource(address source, uint48 term, TopicMeaning[] calldata topics) external restricted {
        require(
            source != address(0) &&
                term <= LONGEST_TERM &&
                topics.length <= MOST_ENTRIES &&
                (term == 0) == (topics.length == 0),
            Erc3643VerifierInvalidSource(source, term, topics.length)
        );

        Source storage entry = _sources[source];
        entry.term = term;
        delete entry.topics;
        for (uint256 i = 0; i < topics.length; ++i) {
            require(topics[i].classes != 0, Erc3643VerifierInvalidSource(source, term, topics.length));
            entry.topics.push(topics[i]);
        }

        emit SourceSet(source, term, topics);
    }

    /// @inheritdoc IClaimVerifier
    function verify(
        address wallet,
        bytes calldata claim
    ) external onlyRegistry returns (Profile memory profile, bytes32 claimId) {
        address source = _decode(claim);
        Finding memory finding = examine(source, wallet);
        claimId = claimIdOf(source, wallet, finding.identity, finding.country, finding.classes);
        uint48 verifiedUntil = uint48(block.timestamp) + _sources[source].term;

        _words[claimId] = Word(source, finding.classes, wallet, finding.country);

        emit WalletVerified(claimId, source, wallet, finding);
        return (Profile(finding.investor, finding.country, finding.classes, 0, verifiedUntil), claimId);
    }

    /// @inheritdoc IClaimVerifier
    /// @dev The id is made of what was said, so what is said now has to make it again. More classes than then do not revoke it.
    function isRevoked(bytes32 claimId) external view returns (bool) {
        Word memory word = _words[claimId];
        if (word.source == address(0)) return false;

        try this.examine(word.source, word.wallet) returns (Finding memory finding) {
            return
                word.classes & ~finding.classes != 0 ||
                claimIdOf(word.source, word.wallet, finding.identity, finding.country, word.classes) != claimId;
        } catch (bytes memory reason) {
            // Too little gas is the caller's doing; it must not end anybody's verification.
            require(
                reason.length >= 4 && bytes4(reason) != BoundedCallLib.BoundedCallLibGasTooLow.selector,
                Erc3643VerifierGasTooLow()
            );
            return true;
        }
    }

    /// @inheritdoc IErc3643Verifier
    function termOf(address source) external view returns (uint48) {
        return _sources[source].term;
    }

    /// @inheritdoc IErc3643Verifier
    function topicsOf(address source) external view returns (TopicMeaning[] memory) {
        return _sources[source].topics;
    }

    /// @inheritdoc IErc3643Verifier
    function examine(address source, address wallet) public view returns (Finding memory finding) {
        uint256 gasFloor = gasleft() > EXAMINATION_GAS ? gasleft() - EXAMINATION_GAS : 0;
        require(_sources[source].term != 0, Erc3643VerifierUnknownSource(source));

        bytes memory question = abi.encodeCall(IIdentityRegistry.isVerified, (wallet));
        require(_read(source, VERIFIED_GAS, question) == 1, Erc3643VerifierNotVerified(source, wallet));

        finding.identity = _readAddress(source, abi.encodeCall(IIdentityRegistry.identity, (wallet)));
        require(finding.identity != address(0), Erc3643VerifierNoIdentity(source, wallet));
        uint256 country = _read(source, SOURCE_GAS, abi.encodeCall(IIdentityRegistry.investorCountry, (wallet)));
        require(country != 0 && country <= LARGEST_COUNTRY, Erc3643VerifierInvalidCountry(source, wallet, country));

        address issuers = _readAddress(source, abi.encodeCall(IIdentityRegistry.issuersRegistry, ()));
        finding.investor = investorOf(source, finding.identity);
        finding.country = uint16(country);
        finding.classes = _provenClasses(source, Examination(finding.identity, issuers, gasFloor));
        require(finding.classes != 0, Erc3643VerifierNoClass(finding.identity));
    }

    /// @inheritdoc IErc3643Verifier
    function investorOf(address source, address identity) public view returns (InvestorId) {
        return InvestorId.wrap(keccak256(abi.encode(block.chainid, source, identity)));
    }

    /// @inheritdoc IErc3643Verifier
    function claimIdOf(
        address source,
        address wallet,
        address identity,
        uint16 country,
        uint16 classes
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(source, wallet, identity, country, classes));
    }

    /// @dev Every required topic has to be proven; the others that mean something add their classes if they are.
    function _provenClasses(address source, Examination memory under) private view returns (uint16 classes) {
        address topicsRegistry = _readAddress(source, abi.encodeCall(IIdentityRegistry.topicsRegistry, ()));
        uint256[] memory required = _readList(topicsRegistry, abi.encodeCall(IClaimTopicsRegistry.getClaimTopics, ()));
        for (uint256 i = 0; i < required.length; ++i) {
            require(_isProven(under, required[i]), Erc3643VerifierTopicUnproven(under.identity, required[i]));
        }

        TopicMeaning[] memory topics = _sources[source].topics;
        for (uint256 i = 0; i < topics.length; ++i) {
            bool isProven = _contains(required, topics[i].topic) || _isProven(under, topics[i].topic);
            if (isProven) classes |= topics[i].classes;
        }
    }

    function _isProven(Examination memory under, uint256 topic) private view returns (bool) {
        uint256[] memory issuers = _readList(
            under.issuers,
            abi.encodeCall(ITrustedIssuersRegistry.getTrustedIssuersForClaimTopic, (topic))
        );

        for (uint256 i = 0; i < issuers.length; ++i) {
            require(gasleft() > under.gasFloor, Erc3643VerifierTooExpensive(under.identity, EXAMINATION_GAS));
            if (under.identity.isVouchedFor(topic, address(uint160(issuers[i])))) return true;
        }
        return false;
    }

    function _readAddress(address target, bytes memory question) private view returns (address) {
        uint256 word = _read(target, SOURCE_GAS, question);
        require(word <= type(uint160).max, Erc3643VerifierUnreadable(target, bytes4(question)));
        return address(uint160(word));
    }

    function _read(address target, uint256 gasLimit, bytes memory question) private view returns (uint256) {
        (bool success, bytes memory answer) = target.tryRead(gasLimit, WORD_BYTES, question);
        (bool found, uint256 word) = answer.wordAt(0);
        require(success && found, Erc3643VerifierUnreadable(target, bytes4(question)));
        return word;
    }

    function _readList(address target, bytes memory question) private view returns (uint256[] memory) {
        (bool success, bytes memory answer) = target.tryRead(SOURCE_GAS, LIST_BYTES, question);
        (bool found, uint256[] memory list) = answer.words(MOST_ENTRIES);
        require(success && found, Erc3643VerifierUnreadable(target, bytes4(question)));
        return list;
    }

    function _contains(uint256[] memory list, uint256 value) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == value) return true;
        }
        return false;
    }

    /// @dev One word, an address; checked by hand because Solidity's decoder gives up without words.
    function _decode(bytes calldata claim) private pure returns (address) {
        require(
            claim.length == WORD_BYTES && uint256(bytes32(claim)) <= type(uint160).max,
            Erc3643VerifierMalformed(claim.length)
        );
        return address(uint160(uint256(bytes32(claim))));
    }
}
