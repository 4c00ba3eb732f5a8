// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot, AssetSlotLib} from "../../../contracts/settlement/AssetSlotLib.sol";
import {CashSlot} from "../../../contracts/settlement/CashSlotLib.sol";
import {NetVectorLib} from "../../../contracts/settlement/NetVectorLib.sol";
import {vm} from "../Vm.sol";

/// The words that chunks read and write: whatever is put in comes out, and no field touches its neighbour.
contract SlotsTest {
    CashSlot private constant EMPTY = CashSlot.wrap(0);

    function test_fuzz_cash_slot_gives_back_what_it_was_given(
        uint64 deposited,
        uint64 cashOut,
        uint64 shortfall,
        uint40 expiry,
        uint24 mandate
    ) external pure {
        CashSlot slot = EMPTY.withDeposited(deposited).withMandate(cashOut, shortfall, expiry, mandate);

        _assertCashSlot(slot, deposited, cashOut, shortfall, expiry, mandate);
    }

    function test_fuzz_cash_slot_takes_from_one_field_only(
        uint64 deposited,
        uint64 cashOut,
        uint64 shortfall,
        uint40 expiry,
        uint24 mandate,
        uint64 taken,
        uint64 missed
    ) external pure {
        CashSlot slot = EMPTY.withDeposited(deposited).withMandate(cashOut, shortfall, expiry, mandate);
        uint64 out = cashOut == type(uint64).max ? taken : taken % (cashOut + 1);
        uint64 short = shortfall == type(uint64).max ? missed : missed % (shortfall + 1);

        slot = slot.takeCashOut(out).takeShortfall(short).withDeposited(taken);

        _assertCashSlot(slot, taken, cashOut - out, shortfall - short, expiry, mandate);
    }

    function test_fuzz_asset_slot_gives_back_what_it_was_given(
        uint64 inLeft,
        uint64 outLeft,
        uint64 maxBuy,
        uint64 minSell
    ) external pure {
        AssetSlot slot = AssetSlotLib.pack(inLeft, outLeft, maxBuy, minSell);
        vm.assertEq(slot.inLeft(), inLeft, "in");
        vm.assertEq(slot.outLeft(), outLeft, "out");
        vm.assertEq(slot.maxBuyPrice(), maxBuy, "highest price");
        vm.assertEq(slot.minSellPrice(), minSell, "lowest price");
    }

    function test_fuzz_net_vector_words_are_read_as_they_are_written(
        address account,
        int64 cash,
        uint16 asset,
        uint16 place,
        int64 delta
    ) external pure {
        uint256 accountWord = uint256(bytes32(abi.encodePacked(account, cash, uint32(0))));
        uint256 sharesWord = uint256(bytes32(abi.encodePacked(asset, place, delta, uint160(0))));

        (address readAccount, int256 readCash) = NetVectorLib.readAccount(accountWord);
        (uint256 readPlace, int256 readDelta) = NetVectorLib.readShares(sharesWord);

        vm.assertTrue(readAccount == account && readCash == cash, "account word");
        vm.assertTrue(readPlace == place && readDelta == delta, "share word");
        vm.assertEq(NetVectorLib.assetPlace(sharesWord), asset, "asset");
    }

    function _assertCashSlot(
        CashSlot slot,
        uint64 deposited,
        uint64 cashOut,
        uint64 shortfall,
        uint40 expiry,
        uint24 mandate
    ) private pure {
        vm.assertEq(slot.deposited(), deposited, "deposited");
        vm.assertEq(slot.cashOutLeft(), cashOut, "cash out");
        vm.assertEq(slot.shortfallLeft(), shortfall, "shortfall");
        vm.assertEq(slot.expiry(), expiry, "expiry");
        vm.assertEq(slot.mandate(), mandate, "mandate");
    }
}
