// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {BatchRecordLib} from "./BatchRecordLib.sol";
import {Exhibit, PlacedMovement, PlacedRecords, Position, Wrong} from "./DisputeTypes.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";
import {ISettlementDisputes} from "./ISettlementDisputes.sol";
import {CASH, MovementLib, SHARES} from "./MovementLib.sol";
import {NetVectorLib} from "./NetVectorLib.sol";
import {PositionalMerkle} from "./PositionalMerkle.sol";
import {SettlementHashLib} from "./SettlementHashLib.sol";
import {BUY, SELL, ChunkHeader, Movement, NetVector, Order, Trade, Transfer} from "./SettlementTypes.sol";

/// @title The disputes of a settlement desk
/// @notice See `ISettlementDisputes`. A contract of its own, so that the code that moves money stays small; it has no power but to pause the desk,
/// as a guardian.
contract SettlementDisputes is ISettlementDisputes {
    using BatchRecordLib for bytes;
    using BitMaps for BitMaps.BitMap;
    using MovementLib for Movement;
    using MovementLib for PlacedMovement[];
    using SettlementHashLib for NetVector;
    using SettlementHashLib for Order;
    using SettlementHashLib for Trade;
    using SettlementHashLib for Transfer;

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @inheritdoc ISettlementDisputes
    ISettlementDesk public immutable desk;

    mapping(uint64 number => BitMaps.BitMap) private _disputed;

    constructor(ISettlementDesk desk_) {
        desk = desk_;
    }

    /// @inheritdoc ISettlementDisputes
    function disputeOrder(Exhibit calldata exhibit, PlacedMovement[] calldata neighbours) external {
        _checkExhibit(exhibit);
        neighbours.check(exhibit.chunk);
        uint256 count = neighbours.length;
        require(count == 2 || (count == 1 && neighbours[0].place == 0), SettlementDisputesNotNeighbours());

        PlacedMovement calldata judged = neighbours[count - 1];
        bool isWrong = _isWrong(exhibit.chunk, judged.movement);
        isWrong =
            isWrong ||
            (
                count == 1
                    ? judged.movement.total != judged.movement.delta
                    : _isOutOfOrder(neighbours[0].movement, judged.movement)
            );
        require(isWrong, SettlementDisputesOrderIsRight(judged.place));

        _stop(exhibit, Wrong.Order);
    }

    /// @inheritdoc ISettlementDisputes
    function disputeNet(
        Exhibit calldata exhibit,
        NetVector calldata vector,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external {
        _checkExhibit(exhibit);
        bytes32 netHash = vector.netHash();
        require(netHash == exhibit.chunk.netHash, SettlementDisputesVectorDiffers(netHash, exhibit.chunk.netHash));
        int256 net = neighbours.netOf(exhibit.chunk, position);
        require(net != _deltaIn(vector, position), SettlementDisputesNetIsRight(net));

        _stop(exhibit, Wrong.Net);
    }

    /// @inheritdoc ISettlementDisputes
    function disputeReceipt(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        PlacedMovement[] calldata moved
    ) external {
        (BatchRecordLib.Instruction memory asked, BatchRecordLib.Receipt memory got) = _read(exhibit, records);
        moved.check(exhibit.chunk);
        require(moved.length <= 1, SettlementDisputesNotNeighbours());
        bool isOther = got.id != asked.id || got.index != records.index || got.chunk != exhibit.chunk.index;
        bool mayMove = got.isAccepted && !BatchRecordLib.movesNothing(asked.kind);
        bool hasMoved = moved.length == 1 && moved[0].movement.instruction == records.index;
        require(isOther || (hasMoved && !mayMove), SettlementDisputesReceiptIsRight(records.index));

        _stop(exhibit, Wrong.Receipt);
    }

    /// @inheritdoc ISettlementDisputes
    function disputeTrade(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        Order calldata buy,
        Order calldata sell,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external {
        (BatchRecordLib.Instruction memory asked, BatchRecordLib.Receipt memory got) = _read(exhibit, records);
        _checkKind(asked.kind, BatchRecordLib.TRADE);
        uint128 price = uint128(uint256(asked.price) * desk.engineUnit(buy.currency));
        Trade memory trade = Trade(
            _digestOf(buy.structHash()),
            _digestOf(sell.structHash()),
            asked.quantity,
            price,
            asked.number
        );
        _checkId(trade.structHash(), asked.id);

        if (_isAllowed(asked, got, buy, sell, price)) {
            int256 delta = neighbours.deltaOf(exhibit.chunk, position, records.index);
            require(delta != _deltaBy(buy, sell, got, position), SettlementDisputesMovementIsRight(delta));
        }

        _stop(exhibit, Wrong.Trade);
    }

    /// @inheritdoc ISettlementDisputes
    function disputeTransfer(
        Exhibit calldata exhibit,
        PlacedRecords calldata records,
        Transfer calldata transfer,
        Position calldata position,
        PlacedMovement[] calldata neighbours
    ) external {
        (BatchRecordLib.Instruction memory asked, BatchRecordLib.Receipt memory got) = _read(exhibit, records);
        _checkKind(asked.kind, BatchRecordLib.TRANSFER);
        _checkId(transfer.structHash(), asked.id);

        if (_isAllowed(asked, got, transfer)) {
            int256 delta = neighbours.deltaOf(exhibit.chunk, position, records.index);
            require(delta != _deltaBy(transfer, got, position), SettlementDisputesMovementIsRight(delta));
        }

        _stop(exhibit, Wrong.Transfer);
    }

    /// @inheritdoc ISettlementDisputes
    function disputeRepeat(
        Exhibit calldata first,
        PlacedRecords calldata firstRecords,
        Exhibit calldata again,
        PlacedRecords calldata againRecords
    ) external {
        _checkChunk(first); // also if it was proved wrong before: what it committed to, it committed to
        (, BatchRecordLib.Receipt memory before) = _recordsOf(first.chunk, firstRecords);
        (, BatchRecordLib.Receipt memory got) = _read(again, againRecords);
        bool isSame = before.id == got.id && got.id != 0 && before.isAccepted && got.isAccepted;
        // A chunk that never settled leaves its instructions free for a later batch, and for none of its own.
        bool isBehind =
            first.number == again.number
                ? firstRecords.index < againRecords.index
                : first.number < again.number && desk.isChunkSettled(first.number, first.chunk.index);
        require(isSame && isBehind, SettlementDisputesNotRepeated(againRecords.index));

        _stop(again, Wrong.Repeat);
    }

    /// @inheritdoc ISettlementDisputes
    function isNetProved(
        Exhibit calldata exhibit,
        Position calldata position,
        int64 net,
        PlacedMovement[] calldata neighbours
    ) external view returns (bool) {
        return
            desk.isChunkProved(exhibit.number, exhibit.chunk, exhibit.chunkProof) &&
            neighbours.netOf(exhibit.chunk, position) == net;
    }

    /// @inheritdoc ISettlementDisputes
    function isDisputed(uint64 number, uint32 index) external view returns (bool) {
        return _disputed[number].get(index);
    }

    function _stop(Exhibit calldata exhibit, Wrong kind) private {
        _disputed[exhibit.number].set(exhibit.chunk.index);

        emit WrongChunkProved(exhibit.number, exhibit.chunk.index, kind, msg.sender);

        desk.pause();
    }

    function _checkExhibit(Exhibit calldata exhibit) private view {
        (uint64 number, uint32 index) = (exhibit.number, exhibit.chunk.index);
        _checkChunk(exhibit);
        require(!_disputed[number].get(index), SettlementDisputesProvedBefore(number, index));
    }

    function _checkChunk(Exhibit calldata exhibit) private view {
        require(
            desk.isChunkProved(exhibit.number, exhibit.chunk, exhibit.chunkProof),
            SettlementDisputesChunkNotProved(exhibit.number, exhibit.chunk.index)
        );
    }

    function _read(
        Exhibit calldata exhibit,
        PlacedRecords calldata records
    ) private view returns (BatchRecordLib.Instruction memory, BatchRecordLib.Receipt memory) {
        _checkExhibit(exhibit);
        return _recordsOf(exhibit.chunk, records);
    }

    function _recordsOf(
        ChunkHeader calldata chunk,
        PlacedRecords calldata records
    ) private pure returns (BatchRecordLib.Instruction memory, BatchRecordLib.Receipt memory) {
        uint256 first = chunk.firstInstruction;
        uint256 index = records.index;
        require(
            index >= first &&
                records.instruction.length == BatchRecordLib.INSTRUCTION_BYTES &&
                records.receipt.length == BatchRecordLib.RECEIPT_BYTES &&
                _isRecord(
                    chunk,
                    chunk.instructionsRoot,
                    records.instruction,
                    index - first,
                    records.instructionProof
                ) &&
                _isRecord(chunk, chunk.receiptsRoot, records.receipt, index - first, records.receiptProof),
            SettlementDisputesRecordsNotProved(index)
        );

        return (records.instruction.readInstruction(), records.receipt.readReceipt());
    }

    function _isRecord(
        ChunkHeader calldata chunk,
        bytes32 root,
        bytes calldata record,
        uint256 place,
        bytes32[] calldata proof
    ) private pure returns (bool) {
        return PositionalMerkle.isProved(root, chunk.instructionCount, PositionalMerkle.leafOf(record), place, proof);
    }

    function _checkKind(uint8 kind, uint8 expected) private pure {
        require(kind == expected, SettlementDisputesKindDiffers(kind, expected));
    }

    function _checkId(bytes32 structHash, bytes32 expected) private view {
        bytes32 id = _digestOf(structHash);
        require(id == expected, SettlementDisputesIdDiffers(id, expected));
    }

    /// @dev In the domain of the desk, which its traders signed for.
    function _digestOf(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256("Moiety SettlementDesk"),
                keccak256("1"),
                block.chainid,
                address(desk)
            )
        );
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @dev A movement that is wrong whatever stands before it.
    function _isWrong(ChunkHeader calldata chunk, Movement calldata movement) private pure returns (bool) {
        uint256 first = chunk.firstInstruction;
        uint256 instruction = movement.instruction;
        return
            (movement.kind != SHARES && movement.kind != CASH) ||
            movement.delta == 0 ||
            instruction < first ||
            instruction >= first + chunk.instructionCount;
    }

    function _isOutOfOrder(Movement calldata before, Movement calldata movement) private pure returns (bool) {
        Position memory position = Position(movement.kind, movement.account, movement.unit);
        bool isSame = before.isOf(position);
        int256 sum = isSame ? int256(before.total) : int256(0);
        return before.compare(position, movement.instruction) >= 0 || movement.total != sum + int256(movement.delta);
    }

    /// @dev What the net vector moves of `position`; it is malformed, and cannot settle, if it names it twice.
    function _deltaIn(NetVector calldata vector, Position calldata position) private pure returns (int256 delta) {
        uint256[] calldata accounts = vector.accounts;
        bool isCash = position.kind == CASH && position.unit == uint160(vector.currency);
        bool isShares = position.kind == SHARES;

        for (uint256 i = 0; i < accounts.length; ++i) {
            (address account, int256 cash) = NetVectorLib.readAccount(accounts[i]);
            if (account != position.account) continue;
            if (isCash) delta += cash;
            if (isShares) delta += _sharesIn(vector, position.unit, i);
        }
    }

    function _sharesIn(NetVector calldata vector, uint256 asset, uint256 place) private pure returns (int256 delta) {
        uint256[] calldata words = vector.shares;

        for (uint256 i = 0; i < words.length; ++i) {
            uint256 assetPlace = NetVectorLib.assetPlace(words[i]);
            if (assetPlace >= vector.assets.length || vector.assets[assetPlace] != asset) continue;
            (uint256 account, int256 moved) = NetVectorLib.readShares(words[i]);
            if (account == place) delta += moved;
        }
    }

    /// @dev Whether the two orders by themselves allow what the receipt says; a refusal is always allowed.
    function _isAllowed(
        BatchRecordLib.Instruction memory asked,
        BatchRecordLib.Receipt memory got,
        Order calldata buy,
        Order calldata sell,
        uint128 price
    ) private pure returns (bool) {
        if (!got.isAccepted) return true;
        bool isPair = buy.side == BUY && sell.side == SELL && buy.trader != sell.trader;
        bool isSame = buy.asset == sell.asset && buy.currency == sell.currency;
        bool isWithin = price <= buy.limitPrice && price >= sell.limitPrice;
        bool isFilling = got.quantity <= buy.quantity && got.quantity <= sell.quantity;
        bool isPaid = got.cash == uint256(got.quantity) * asked.price;

        return isPair && isSame && isWithin && isFilling && isPaid && _isWithinQuantity(asked, got);
    }

    function _isAllowed(
        BatchRecordLib.Instruction memory asked,
        BatchRecordLib.Receipt memory got,
        Transfer calldata transfer
    ) private pure returns (bool) {
        if (!got.isAccepted) return true;
        bool isPair = transfer.from != transfer.to;

        return isPair && got.cash == 0 && asked.quantity == transfer.quantity && _isWithinQuantity(asked, got);
    }

    /// @dev All that was asked for, or, if that may be, some of it.
    function _isWithinQuantity(
        BatchRecordLib.Instruction memory asked,
        BatchRecordLib.Receipt memory got
    ) private pure returns (bool) {
        if (!asked.isPartial) return got.quantity == asked.quantity && got.quantity > 0;
        return got.quantity > 0 && got.quantity <= asked.quantity;
    }

    /// @dev A refusal has quantity and cash of its own in no receipt that counts: it moves nothing.
    function _deltaBy(
        Order calldata buy,
        Order calldata sell,
        BatchRecordLib.Receipt memory got,
        Position calldata position
    ) private pure returns (int256) {
        if (!got.isAccepted) return 0;
        bool isBuyer = position.account == buy.trader;
        if (!isBuyer && position.account != sell.trader) return 0;

        if (position.kind == SHARES && position.unit == buy.asset) {
            return isBuyer ? int256(uint256(got.quantity)) : -int256(uint256(got.quantity));
        }
        if (position.kind == CASH && position.unit == uint160(buy.currency)) {
            return isBuyer ? -int256(uint256(got.cash)) : int256(uint256(got.cash));
        }
        return 0;
    }

    function _deltaBy(
        Transfer calldata transfer,
        BatchRecordLib.Receipt memory got,
        Position calldata position
    ) private pure returns (int256) {
        bool isItsAsset = position.kind == SHARES && position.unit == transfer.asset;
        if (!got.isAccepted || !isItsAsset) return 0;
        if (position.account == transfer.to) return int256(uint256(got.quantity));
        if (position.account == transfer.from) return -int256(uint256(got.quantity));
        return 0;
    }
}
