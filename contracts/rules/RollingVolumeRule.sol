// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Party} from "../investors/Party.sol";
import {IRollingVolumeRule} from "./IRollingVolumeRule.sol";
import {IRule, ITrackingRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title Volumes within a rolling window, as IRollingVolumeRule describes
contract RollingVolumeRule is IRollingVolumeRule, PairRule {
    using SafeCast for uint256;

    uint256 private constant BUCKETS = 12;

    /// @dev `latest` is the number of the newest bucket since 1970; bucket n is kept in place n modulo 12.
    struct Ring {
        uint32 secondsPerBucket;
        uint64 latest;
        uint64[BUCKETS] volumes;
    }

    address public immutable transferRules;
    mapping(uint256 id => mapping(uint32 investor => Ring)) private _rings;

    constructor(address transferRules_) {
        transferRules = transferRules_;
    }

    /// @inheritdoc ITrackingRule
    function moved(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to,
        bool isForced
    ) external {
        require(msg.sender == transferRules, RollingVolumeRuleNotTransferRules(msg.sender));
        if (isForced || !_counts(movement, from, to)) return;

        Ring storage ring = _rings[movement.id][from.investor()];
        _turn(ring, _secondsPerBucket(parameters));
        uint256 place = ring.latest % BUCKETS;
        ring.volumes[place] = (ring.volumes[place] + movement.value).toUint64();
    }

    /// @inheritdoc ITrackingRule
    /// @dev What was sent cannot be read from holdings: it is kept while holders are counted anew.
    function reset(uint256) external pure {}

    /// @inheritdoc ITrackingRule
    function counted(uint256, address, Party, uint256) external pure {}

    /// @inheritdoc IRollingVolumeRule
    function sentBy(uint256 id, uint32 investor) external view returns (uint256) {
        return _sent(_rings[id][investor]);
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        if (!_counts(movement, from, to)) return true;

        uint256 most = uint64(bytes8(parameters));
        return movement.value <= most && _sent(_rings[movement.id][from.investor()]) <= most - movement.value;
    }

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(
            parameters.length == 12 && bytes8(parameters) != 0 && bytes4(parameters[8:]) != 0,
            TransferRuleInvalidParameters(ReasonCodes.VOLUME_EXCEEDED, parameters)
        );
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.VOLUME_EXCEEDED;
    }

    /// @inheritdoc IRule
    function traits() external pure override(IRule, PairRule) returns (uint8) {
        return RuleTraits.TRACKS | RuleTraits.GROSS_ONLY;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return "The sender would pass on more shares within the asset's window than an investor may.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer less, or wait until earlier transfers are out of the window.";
    }

    /// @dev Makes room for the present bucket and empties those that have left the window.
    function _turn(Ring storage ring, uint32 secondsPerBucket) private {
        if (ring.secondsPerBucket != secondsPerBucket) {
            uint256 sent = _sent(ring);
            delete ring.volumes;
            ring.secondsPerBucket = secondsPerBucket;
            ring.latest = uint64(block.timestamp / secondsPerBucket);
            ring.volumes[ring.latest % BUCKETS] = sent.toUint64();
            return;
        }

        uint64 current = uint64(block.timestamp / secondsPerBucket);
        uint256 passed = current - ring.latest;
        for (uint256 i = 0; i < passed && i < BUCKETS; ++i) ring.volumes[(current - i) % BUCKETS] = 0;
        ring.latest = current;
    }

    function _sent(Ring storage ring) private view returns (uint256 sent) {
        if (ring.secondsPerBucket == 0) return 0;

        uint256 passed = block.timestamp / ring.secondsPerBucket - ring.latest;
        for (uint256 age = 0; age + passed < BUCKETS; ++age) {
            sent += ring.volumes[(ring.latest + BUCKETS - age) % BUCKETS];
        }
    }

    function _counts(Movement calldata movement, Party from, Party to) private pure returns (bool) {
        if (movement.value == 0 || movement.from == address(0) || from.isProtocol()) return false;
        return !from.isSameInvestor(to);
    }

    /// @dev Eleven whole buckets span the window, and the twelfth is the one under way.
    function _secondsPerBucket(bytes calldata parameters) private pure returns (uint32) {
        uint256 window_ = uint32(bytes4(parameters[8:]));
        return uint32((window_ + BUCKETS - 2) / (BUCKETS - 1));
    }
}
