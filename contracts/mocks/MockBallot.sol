// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SuccessionLib} from "../investors/SuccessionLib.sol";
import {IShareToken} from "../shares/IShareToken.sol";

/// @title A desk that counts votes, for tests
/// @notice Stands for desks of which an investor has something by a record: what counts is the wallet that held, who may use it is
/// the wallet that stands for it now.
contract MockBallot {
    using SuccessionLib for IShareToken;

    IShareToken public immutable shares;
    uint256 public immutable id;
    uint32 public immutable record;

    uint256 public votes;
    mapping(address holder => bool) public hasVoted;

    error MockBallotNotSpokenFor(address caller, address holder);
    error MockBallotVoted(address holder);

    constructor(IShareToken shares_, uint256 id_, uint32 record_) {
        shares = shares_;
        id = id_;
        record = record_;
    }

    /// @notice Casts the votes of `holder` at the record.
    function vote(address holder) external {
        require(msg.sender == shares.successorOf(holder), MockBallotNotSpokenFor(msg.sender, holder));
        require(!hasVoted[holder], MockBallotVoted(holder));

        hasVoted[holder] = true;
        votes += shares.balanceOfAt(holder, id, record);
    }
}
