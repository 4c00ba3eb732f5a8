// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Distribution, RecordIncome, RecordTerms} from "../../contracts/income/IncomeTypes.sol";
import {DesksWorld} from "./helpers/DesksWorld.sol";
import {vm} from "./Vm.sol";

/// @notice Pays income of two assets in any order, while shares move and the currency blacklists holders. Every wallet's
/// due is noted when a distribution is declared, from the register's balances at that moment: the record is the second before.
contract IncomeHandler {
    DesksWorld public immutable world;
    uint256 public deposited;
    mapping(uint256 distribution => mapping(address holder => uint256)) public due;

    constructor() {
        vm.warp(1_000_000);
        world = new DesksWorld();
        world.dollar().mint(address(this), world.MONEY());
        world.dollar().approve(address(world.income()), type(uint256).max);
    }

    function declare(uint256 id, uint256 amount) external {
        id = _id(id);
        amount = 1 + (amount % 1e9);
        uint32 record = world.shares().openRecord(id, uint48(block.timestamp));
        vm.warp(block.timestamp + 1);

        RecordTerms memory terms;
        (terms.id, terms.record, terms.currency, terms.amount) = (id, record, address(world.dollar()), amount);
        try world.income().declare(terms) returns (uint256 number) {
            deposited += amount;
            uint256 perShare = world.income().recordIncomeOf(number).perShare;
            for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
                address holder = world.wallet(i);
                due[number][holder] = perShare * world.shares().balanceOf(holder, id);
            }
        } catch {}
    }

    function claim(uint256 distribution, uint256 holder) external {
        if (world.income().distributionCount() == 0) return;
        try world.income().claim(_number(distribution), world.wallet(holder)) {} catch {}
    }

    function claimMany(uint256 distribution, uint256 first, uint256 second) external {
        if (world.income().distributionCount() == 0) return;
        address[] memory page = new address[](3);
        (page[0], page[1], page[2]) = (world.wallet(first), world.wallet(second), world.wallet(first));
        world.income().claimMany(_number(distribution), page);
    }

    function transfer(uint256 from, uint256 to, uint256 id, uint256 value) external {
        id = _id(id);
        address sender = world.wallet(from);
        value = value % (world.shares().balanceOf(sender, id) + 1);
        vm.startPrank(sender);
        try world.shares().safeTransferFrom(sender, world.wallet(to), id, value, "") {} catch {}
        vm.stopPrank();
    }

    function blacklist(uint256 who, bool blacklisted) external {
        world.dollar().blacklist(world.wallet(who), blacklisted);
    }

    function _number(uint256 distribution) private view returns (uint256) {
        return 1 + (distribution % world.income().distributionCount());
    }

    function _id(uint256 id) private view returns (uint256) {
        return id % 2 == 0 ? world.register().FIRST() : world.register().SECOND();
    }
}

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
        uint256 paid = 0;
        uint256 outstanding = 0;
        for (uint256 number = 1; number <= world.income().distributionCount(); ++number) {
            Distribution memory income = world.income().distributionOf(number);
            RecordIncome memory terms = world.income().recordIncomeOf(number);
            vm.assertEq(
                terms.received + terms.carriedIn,
                terms.perShare * terms.supply + terms.remainder,
                "I-7 a distribution adds up"
            );
            paid += income.paid;
            outstanding += world.income().outstandingOf(number);
        }
        uint256 carried =
            world.income().carriedOf(1, address(world.dollar())) + world.income().carriedOf(2, address(world.dollar()));
        vm.assertEq(paid + outstanding + carried, _handler.deposited(), "I-7");
        vm.assertEq(world.dollar().balanceOf(address(world.income())), outstanding + carried, "I-7 the money is there");
    }

    function invariant_everybody_has_got_or_will_get_what_the_record_says() public view {
        DesksWorld world = _handler.world();
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            address holder = world.wallet(i);
            uint256 got = 0;
            for (uint256 number = 1; number <= world.income().distributionCount(); ++number) {
                uint256 due = _handler.due(number, holder);
                bool isPaid = world.income().isPaid(number, holder);
                vm.assertEq(world.income().payableTo(number, holder), isPaid ? 0 : due, "I-7 due by the record");
                if (isPaid) got += due;
            }
            vm.assertEq(world.dollar().balanceOf(holder), got, "I-7 nobody is paid twice");
        }
    }
}
