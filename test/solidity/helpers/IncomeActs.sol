// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RecordTerms, WithholdingRow} from "../../../contracts/income/IncomeTypes.sol";
import {vm} from "../Vm.sol";
import {DesksWorld} from "./DesksWorld.sol";

/// @notice Pays income of two assets by records in any order, with and without tax, an end and an excluded wallet, while shares move,
/// time goes on and the currency blacklists holders. Every wallet's due is noted when a distribution is declared, from the register's
/// balances at that moment: the record is the second before.
abstract contract IncomeActs {
    uint16 public constant USA = 840;
    address public constant TAX_OFFICE = address(0x7A8);
    address public constant RECLAIMER = address(0x2EC);

    DesksWorld public immutable world;
    uint256 public deposited;
    mapping(uint256 distribution => mapping(address holder => uint256)) public due;

    constructor() {
        vm.warp(1_000_000);
        world = new DesksWorld();
        world.dollar().mint(address(this), world.MONEY());
        world.dollar().approve(address(world.income()), type(uint256).max);

        WithholdingRow[] memory rows = new WithholdingRow[](1);
        rows[0] = WithholdingRow({country: USA, classes: 0, rateBps: 1_234});
        world.income().addWithholding(TAX_OFFICE, 3_000, rows);
        world.income().addWithholding(TAX_OFFICE, 10_000, new WithholdingRow[](0));
    }

    function declare(uint256 id, uint256 amount, uint256 table, uint256 excluded, bool ends) external {
        id = _id(id);
        RecordTerms memory terms;
        (terms.id, terms.currency, terms.amount) = (id, address(world.dollar()), 1 + (amount % 1e9));
        (terms.expiresAt, terms.reclaimTo) = _end(ends);
        terms.withholding = uint32(table % 3);
        terms.excluded = new address[](excluded % 2);
        if (terms.excluded.length != 0) terms.excluded[0] = world.wallet(excluded);
        terms.record = _record(id);

        world.income().setWithholding(id, terms.withholding);
        try world.income().declare(terms) returns (uint256 number) {
            deposited += terms.amount;
            uint256 perShare = world.income().recordIncomeOf(number).perShare;
            for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
                address holder = world.wallet(i);
                bool isExcluded = terms.excluded.length != 0 && holder == terms.excluded[0];
                due[number][holder] = isExcluded ? 0 : perShare * world.shares().balanceOf(holder, id);
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
        try world.income().claimMany(_number(distribution), page) {} catch {}
    }

    function withdrawTax(uint256 distribution) external {
        if (world.income().distributionCount() == 0) return;
        try world.income().withdrawTax(_number(distribution)) {} catch {}
    }

    function reclaim(uint256 distribution) external {
        if (world.income().distributionCount() == 0) return;
        try world.income().reclaim(_number(distribution)) {} catch {}
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

    function wait(uint256 time) external {
        vm.warp(block.timestamp + (time % 20 days));
    }

    function _record(uint256 id) internal returns (uint32 record) {
        record = world.shares().openRecord(id, uint48(block.timestamp));
        vm.warp(block.timestamp + 1);
    }

    function _end(bool ends) internal view returns (uint48 expiresAt, address reclaimTo) {
        return ends ? (uint48(block.timestamp + 31 days), RECLAIMER) : (0, address(0));
    }

    function _number(uint256 distribution) internal view returns (uint256) {
        return 1 + (distribution % world.income().distributionCount());
    }

    function _id(uint256 id) internal view returns (uint256) {
        return id % 2 == 0 ? world.register().FIRST() : world.register().SECOND();
    }
}
