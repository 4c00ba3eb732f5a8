// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Exhibit, PlacedMovement, PlacedRecords, Position, Wrong} from "./DisputeTypes.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {NetVector, Order, Transfer} from "./SettlementTypes.sol";

/// @title Who catches the operator in a wrong chunk stops the desk
/// @notice A chunk commits to its instructions, their receipts, what each of them moved, and the net vector that settles. From the published
/// batch file anybody can see whether these four agree. Where they do not, one of the functions here takes the proof and pauses the
/// desk; when the admin resumes it, the open batch is closed, so that a wrong chunk that has not settled by then never does. Each is open to anybody: it does nothing unless the proof is
/// valid, and of a chunk made by the rules there is none.
///
/// What the chain cannot see is not proved here: a batch file that is withheld, signatures, eligibility, and instructions
/// other than trades and transfers (docs/security.md).
/// @dev *Neighbours* show where in the ascending tree a movement stands, or that it is missing: the last movement that does not come behind the
/// wanted one, and the one after it. At an edge of the tree there is only one, in an empty tree none.
interface ISettlementDisputes {
    /// @notice `by` proved that chunk `index` of batch `number` is wrong; the desk is paused.
    event WrongChunkProved(uint64 indexed number, uint32 indexed index, Wrong kind, address indexed by);

    /// @notice The batch has no such chunk.
    /// @dev Take number, chunk and proof from the batch file that belongs to the header's `fileHash`.
    error SettlementDisputesChunkNotProved(uint64 number, uint32 index);
    /// @notice The chunk was proved wrong before; it pauses the desk once.
    /// @dev Nothing more needs to be proved of this chunk.
    error SettlementDisputesProvedBefore(uint64 number, uint32 index);
    /// @notice The movement is not the one that stands at `place` of the chunk.
    /// @dev Take the movement and its proof from the batch file again.
    error SettlementDisputesMovementNotProved(uint256 place);
    /// @notice These movements do not stand next to one another, or not around what they should show.
    /// @dev Bring the last movement that does not come behind the wanted one and the one after it; at an edge of the tree only one, in an empty tree none.
    error SettlementDisputesNotNeighbours();
    /// @notice The records are not those at `index` of the chunk.
    /// @dev Take instruction, receipt and proofs from the batch file again.
    error SettlementDisputesRecordsNotProved(uint256 index);
    /// @notice The vector is another than the one that the chunk committed to.
    /// @dev Bring the chunk's own net vector.
    error SettlementDisputesVectorDiffers(bytes32 netHash, bytes32 expected);
    /// @notice The instruction is of another kind.
    /// @dev Use the function for instructions of this kind, if there is one.
    error SettlementDisputesKindDiffers(uint8 kind, uint8 expected);
    /// @notice What was signed, as it was given, makes `id`; the instruction has `expected`.
    /// @dev Bring the very orders or transfer that the instruction names.
    error SettlementDisputesIdDiffers(bytes32 id, bytes32 expected);
    /// @notice Nothing is wrong with the movement at `place` and the one before it.
    /// @dev There is nothing to dispute here.
    error SettlementDisputesOrderIsRight(uint256 place);
    /// @notice The net vector says `net`, and so do the movements.
    /// @dev There is nothing to dispute here.
    error SettlementDisputesNetIsRight(int256 net);
    /// @notice Nothing is wrong with the receipt at `index` and the movement.
    /// @dev There is nothing to dispute here.
    error SettlementDisputesReceiptIsRight(uint256 index);
    /// @notice The instruction at `index` was not accepted before: it is another one, one of the two was refused, the other one comes later, or
    /// the other one's chunk never settled, so that it may be tried again.
    /// @dev There is nothing to dispute here.
    error SettlementDisputesNotRepeated(uint256 index);
    /// @notice The instruction moves `delta` of the position, and so it should.
    /// @dev There is nothing to dispute here.
    error SettlementDisputesMovementIsRight(int256 delta);

    /// @notice Stops the desk if a movement stands in the wrong place, moves nothing, belongs to no instruction of the chunk, or has a `total`
    /// that is not the position's sum so far.
    /// @param neighbours the movement before and the wrong one; or only the wrong one, the first of all
    function disputeOrder(Exhibit calldata exhibit, PlacedMovement[] calldata neighbours) external;

    /// @notice Stops the desk if the net vector moves something else of `position` than its movements add up to.
    /// @param neighbours the position's last movement (or, if it has none, the last of those before it) and the one after it
    function disputeNet(
        Exhibit calldata exhibit,
        NetVector calldata vector,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external;

    /// @notice Stops the desk if a receipt is not that of its instruction, or if an instruction moved something though it was refused or is of a
    /// kind that moves nothing (holds, voids, expiries, freezes, cancels).
    /// @param moved the movement of this instruction; none, if the receipt by itself is wrong
    function disputeReceipt(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        PlacedMovement[] calldata moved
    ) external;

    /// @notice Stops the desk if a trade was accepted against its orders, or moved something else of `position` than its receipt says.
    /// @param neighbours the trade's movement of `position`; or, if it has none, those between which it is missing; none, if the orders
    /// by themselves do not allow the trade
    function disputeTrade(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        Order calldata buy,
        Order calldata sell,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external;

    /// @notice Stops the desk if a transfer was accepted against what its sender signed, or moved something else of `position` than its receipt says.
    /// @param neighbours as in `disputeTrade`
    function disputeTransfer(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        Transfer calldata transfer,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external;

    /// @notice Stops the desk if an instruction was accepted again: twice in a batch, or in a batch after one in which it has settled.
    /// @param first the chunk in which it was accepted first
    /// @param again the chunk that is wrong
    function disputeRepeat(
        Exhibit calldata first,
        PlacedRecords calldata firstRecords,
        Exhibit calldata again,
        PlacedRecords calldata againRecords
    ) external;

    /// @notice Whether the chunk's movements of `position` add up to `net`, which is zero if there are none: a participant's proof that
    /// his net delta is, or is not, the sum of his accepted instructions.
    /// @param neighbours as in `disputeNet`
    function isNetProved(
        Exhibit calldata exhibit,
        Position calldata position,
        int64 net,
        PlacedMovement[] calldata neighbours
    ) external view returns (bool);

    /// @notice Whether the chunk was proved wrong.
    function isDisputed(uint64 number, uint32 index) external view returns (bool);

    /// @notice The desk whose chunks are judged here.
    function desk() external view returns (ISettlementDesk);
}
