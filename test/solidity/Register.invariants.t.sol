// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShareToken} from "../../contracts/shares/ShareToken.sol";
import {RegisterWorld} from "./helpers/RegisterWorld.sol";
import {vm} from "./Vm.sol";

/// @notice Does everything that a register can be asked to do, to two registers that start equal: what is a batch on the
/// first is the same singles in order on the second. Failure messages are the ids of docs/invariants.md.
contract RegisterHandler {
    RegisterWorld public immutable world;
    RegisterWorld public immutable twin;

    constructor() {
        vm.warp(1_000_000);
        world = new RegisterWorld();
        twin = new RegisterWorld();
    }

    function transfer(uint256 from, uint256 to, uint256 id, uint256 value) external {
        id = _id(id);
        address sender = world.wallet(from);
        address receiver = world.wallet(to);
        uint256 before = world.shares().balanceOf(sender, id);
        value = value % (before + 3);
        bool allowed = world.shares().canTransfer(sender, receiver, id, value);
        bool explained = world.rules().explain(sender, receiver, id, value).length == 0;
        uint256 frozen = world.shares().getFrozenTokens(sender, id);

        bool moved = _transfer(world, sender, receiver, id, value);
        _transfer(twin, sender, receiver, id, value);

        vm.assertTrue(moved == (allowed && before >= value), "I-3 canTransfer and the transfer disagree");
        vm.assertTrue(moved == explained, "I-3 explain and the transfer disagree");
        uint256 floor = frozen < before ? frozen : before;
        vm.assertLe(floor, world.shares().balanceOf(sender, id), "I-4 a holder moved frozen shares");
    }

    function transferTwice(uint256 from, uint256 to, uint256 id, uint256 first, uint256 second) external {
        id = _id(id);
        address sender = world.wallet(from);
        address receiver = world.wallet(to);
        uint256 balance = world.shares().balanceOf(sender, id);
        uint256[] memory ids = new uint256[](2);
        uint256[] memory values = new uint256[](2);
        (ids[0], ids[1]) = (id, id);
        (values[0], values[1]) = (first % (balance + 2), second % (balance + 2));

        vm.prank(sender);
        bool batch = true;
        try world.shares().safeBatchTransferFrom(sender, receiver, ids, values, "") {} catch {
            batch = false;
        }
        bool singles = true;
        try this.transferSingles(sender, receiver, ids, values) {} catch {
            singles = false;
        }

        vm.assertTrue(batch == singles, "I-2 a batch with repeated ids is not the same singles in order");
    }

    /// @notice The singles of a batch, all or none.
    function transferSingles(address from, address to, uint256[] calldata ids, uint256[] calldata values) external {
        if (msg.sender != address(this)) return; // external only so that it can be tried
        for (uint256 i = 0; i < ids.length; ++i) {
            vm.prank(from);
            twin.shares().safeTransferFrom(from, to, ids[i], values[i], "");
        }
    }

    function settleNet(uint256 from, uint256 to, uint256 id, uint256 value) external {
        id = _id(id);
        address sender = world.wallet(from);
        value = 1 + (value % (world.shares().balanceOf(sender, id) + 1));
        address[] memory accounts = new address[](2);
        int256[] memory deltas = new int256[](2);
        (accounts[0], accounts[1]) = (sender, world.wallet(to));
        (deltas[0], deltas[1]) = (-int256(value), int256(value));

        bool explained = world.rules().explain(sender, accounts[1], id, value).length == 0;
        bool first = _settle(world, id, accounts, deltas);
        _settle(twin, id, accounts, deltas);

        vm.assertTrue(first == explained, "I-3 a net settlement of one pair is not the transfer");
    }

    function force(uint256 from, uint256 to, uint256 id, uint256 value) external {
        id = _id(id);
        address sender = world.wallet(from);
        value = value % (world.shares().balanceOf(sender, id) + 1);
        _force(world, sender, world.wallet(to), id, value);
        _force(twin, sender, world.wallet(to), id, value);
    }

    function freezeAndLock(uint256 number, uint256 id, uint256 frozen, uint256 locked) external {
        id = _id(id);
        address account = world.wallet(number);
        _freezeAndLock(world, account, id, frozen % 400, locked);
        _freezeAndLock(twin, account, id, frozen % 400, locked);
    }

    function issueAndRedeem(uint256 number, uint256 id, uint256 issued, uint256 redeemed) external {
        id = _id(id);
        address account = world.wallet(number);
        _issueAndRedeem(world, account, id, issued % 500, redeemed % 500);
        _issueAndRedeem(twin, account, id, issued % 500, redeemed % 500);
    }

    function openRecord(uint256 id, uint256 delay) external {
        id = _id(id);
        _openRecord(world, id, uint48(block.timestamp + (delay % 100)));
        _openRecord(twin, id, uint48(block.timestamp + (delay % 100)));
        vm.warp(block.timestamp + (delay % 50));
    }

    function _transfer(RegisterWorld in_, address from, address to, uint256 id, uint256 value) private returns (bool) {
        ShareToken shares = in_.shares();
        vm.prank(from);
        try shares.safeTransferFrom(from, to, id, value, "") {
            return true;
        } catch {
            return false;
        }
    }

    function _settle(
        RegisterWorld in_,
        uint256 id,
        address[] memory accounts,
        int256[] memory deltas
    ) private returns (bool) {
        try in_.shares().settleNet(id, accounts, deltas) {
            return true;
        } catch {
            return false;
        }
    }

    function _force(RegisterWorld in_, address from, address to, uint256 id, uint256 value) private {
        try in_.shares().forcedTransfer(from, to, id, value) {} catch {}
    }

    function _freezeAndLock(RegisterWorld in_, address account, uint256 id, uint256 frozen, uint256 locked) private {
        ShareToken shares = in_.shares();
        shares.setFrozenTokens(account, id, frozen);
        shares.unlock(account, id, shares.lockedOf(account, id));
        shares.lock(account, id, locked % (shares.spendableOf(account, id) + 1));
    }

    function _issueAndRedeem(RegisterWorld in_, address account, uint256 id, uint256 issued, uint256 redeemed) private {
        try in_.shares().mint(account, id, issued, "") {} catch {}
        try in_.shares().burn(account, id, redeemed) {} catch {}
    }

    function _openRecord(RegisterWorld in_, uint256 id, uint48 instant) private {
        try in_.shares().openRecord(id, instant) {} catch {}
    }

    function _id(uint256 id) private view returns (uint256) {
        return id % 2 == 0 ? world.FIRST() : world.SECOND();
    }
}

contract RegisterInvariants {
    RegisterHandler private _handler;
    address[] private _targets;

    function setUp() public {
        _handler = new RegisterHandler();
        _targets.push(address(_handler));
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function invariant_balances_sum_to_the_supply() public view {
        for (uint256 id = 1; id <= 2; ++id) {
            vm.assertEq(_sum(id), _handler.world().shares().totalSupply(id), "I-1");
        }
    }

    function invariant_a_batch_is_its_singles() public view {
        RegisterWorld world = _handler.world();
        ShareToken shares = world.shares();
        ShareToken other = _handler.twin().shares();
        for (uint256 id = 1; id <= 2; ++id) {
            for (uint256 i = 0; i < world.WALLETS(); ++i) {
                address account = world.wallet(i);
                vm.assertEq(shares.balanceOf(account, id), other.balanceOf(account, id), "I-2 balance");
                vm.assertEq(shares.lockedOf(account, id), other.lockedOf(account, id), "I-2 locked");
                vm.assertEq(shares.getFrozenTokens(account, id), other.getFrozenTokens(account, id), "I-2 frozen");
            }
        }
    }

    function invariant_holders_are_those_with_shares() public view {
        RegisterWorld world = _handler.world();
        for (uint256 id = 1; id <= 2; ++id) {
            uint32 counted = world.rules().holdersOf(id);
            vm.assertEq(counted, _recount(id), "I-5");
        }
    }

    function invariant_locked_is_never_above_the_balance() public view {
        RegisterWorld world = _handler.world();
        for (uint256 id = 1; id <= 2; ++id) {
            for (uint256 i = 0; i < world.WALLETS(); ++i) {
                address account = world.wallet(i);
                vm.assertLe(world.shares().lockedOf(account, id), world.shares().balanceOf(account, id), "D16");
            }
        }
    }

    function _sum(uint256 id) private view returns (uint256 sum) {
        RegisterWorld world = _handler.world();
        for (uint256 i = 0; i < world.WALLETS(); ++i) sum += world.shares().balanceOf(world.wallet(i), id);
    }

    /// @dev From scratch: the two wallets of investor A are one holder.
    function _recount(uint256 id) private view returns (uint256 holders) {
        RegisterWorld world = _handler.world();
        ShareToken shares = world.shares();
        if (shares.balanceOf(world.wallet(0), id) + shares.balanceOf(world.wallet(1), id) > 0) ++holders;
        for (uint256 i = 2; i < world.WALLETS(); ++i) {
            if (shares.balanceOf(world.wallet(i), id) > 0) ++holders;
        }
    }
}
