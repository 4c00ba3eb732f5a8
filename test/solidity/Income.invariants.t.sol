// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IncomeDesk} from "../../contracts/income/IncomeDesk.sol";
import {
    Distribution,
    DistributionKind,
    DistributionPhase,
    ListLeaf,
    RecordIncome
} from "../../contracts/income/IncomeTypes.sol";
import {DesksWorld} from "./helpers/DesksWorld.sol";
import {IncomeListActs} from "./helpers/IncomeListActs.sol";
import {vm} from "./Vm.sol";

/// @notice Both kinds of distribution side by side, so that they have every occasion to take each other's money.
contract IncomeHandler is IncomeListActs {}

contract IncomeInvariants {
    IncomeHandler private _handler;
    address[] private _targets;

    function setUp() public {
        _handler = new IncomeHandler();
        _targets.push(address(_handler));
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function invariant_paid_outstanding_and_carried_are_what_was_deposited() public view {
        DesksWorld world = _handler.world();
        IncomeDesk desk = world.income();
        uint256 accounted = desk.carriedOf(1, address(world.dollar())) + desk.carriedOf(2, address(world.dollar()));
        uint256 held = accounted;
        for (uint256 number = 1; number <= desk.distributionCount(); ++number) {
            Distribution memory income = desk.distributionOf(number);
            accounted += income.paid + income.reclaimed + desk.outstandingOf(number);
            if (income.phase != DistributionPhase.Payable) accounted += desk.heldOf(number);
            held += desk.heldOf(number);
            vm.assertLe(income.paid + income.reclaimed, income.total, "I-7 no more than there is");
            vm.assertLe(income.taxWithdrawn, income.withheld, "I-7 no more tax than was withheld");
            if (income.kind == DistributionKind.Record) _checkSums(desk, number, income.total);
        }
        vm.assertEq(accounted, _handler.deposited(), "I-7");
        vm.assertEq(world.dollar().balanceOf(address(desk)), held, "I-7 the money is there");
    }

    function invariant_gross_is_net_plus_tax() public view {
        DesksWorld world = _handler.world();
        IncomeDesk desk = world.income();
        uint256 paid = 0;
        uint256 waiting = 0;
        uint256 reclaimed = 0;
        for (uint256 number = 1; number <= desk.distributionCount(); ++number) {
            Distribution memory income = desk.distributionOf(number);
            paid += income.paid;
            waiting += income.withheld - income.taxWithdrawn;
            reclaimed += income.reclaimed;
        }
        uint256 net = 0;
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) net += world.dollar().balanceOf(world.wallet(i));
        uint256 tax = world.dollar().balanceOf(_handler.TAX_OFFICE()) + waiting;
        vm.assertEq(net + tax, paid, "I-7 gross is net plus tax (P61)");
        vm.assertEq(world.dollar().balanceOf(_handler.RECLAIMER()), reclaimed, "I-7 reclaimed is what was left");
    }

    function invariant_everybody_has_got_or_will_get_what_is_his() public view {
        IncomeDesk desk = _handler.world().income();
        for (uint256 number = 1; number <= desk.distributionCount(); ++number) {
            Distribution memory income = desk.distributionOf(number);
            bool isList = income.kind == DistributionKind.List;
            uint256 paid = isList ? _paidByList(desk, number) : _paidByRecord(desk, number, income);
            vm.assertEq(income.paid, paid, "I-7 nobody is paid twice");
        }
    }

    function invariant_who_refuses_stops_nobody() public view {
        vm.assertTrue(!_handler.hasBlocked(), "I-14");
    }

    function _checkSums(IncomeDesk desk, uint256 number, uint256 total) private view {
        RecordIncome memory terms = desk.recordIncomeOf(number);
        vm.assertEq(terms.perShare * terms.supply, total, "I-7 a distribution's total");
        vm.assertEq(terms.received + terms.carriedIn, total + terms.remainder, "I-7 a distribution adds up");
    }

    /// What the holders who were paid were due by the record; the others are due it still, until the end.
    function _paidByRecord(
        IncomeDesk desk,
        uint256 number,
        Distribution memory income
    ) private view returns (uint256 paid) {
        bool isOver = income.expiresAt != 0 && block.timestamp > income.expiresAt;
        for (uint256 i = 0; i < _handler.world().register().WALLETS(); ++i) {
            address holder = _handler.world().wallet(i);
            uint256 due = _handler.due(number, holder);
            bool isPaid = desk.isPaid(number, holder);
            if (isPaid) paid += due;
            (uint256 gross, ) = desk.dueTo(number, holder);
            vm.assertEq(gross, isPaid || isOver ? 0 : due, "I-7 due by the record");
        }
    }

    function _paidByList(IncomeDesk desk, uint256 number) private view returns (uint256 paid) {
        for (uint256 i = 0; i < _handler.LEAVES(); ++i) {
            ListLeaf memory leaf = _handler.leafOf(number, i);
            if (desk.isListedPaid(number, i)) paid += leaf.gross;
        }
    }
}
