// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShareToken} from "../../contracts/shares/ShareToken.sol";
import {RegisterActs} from "./helpers/RegisterActs.sol";
import {RuledWorld} from "./helpers/RuledWorld.sol";
import {vm} from "./Vm.sol";

/// @dev The runner looks for handlers among the contracts of test files only.
contract RegisterHandler is RegisterActs {}

/// @notice One campaign over the whole register; `RegisterActs` says what is done in it, and judges each act by itself. The failure
/// messages are the ids of docs/invariants.md.
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

    function invariant_of_the_register() public {
        for (uint256 id = 1; id <= 3; ++id) {
            vm.assertEq(_handler.sumOf(id), _handler.world().shares().totalSupply(id), "I-1");
            vm.assertTrue(_handler.isHolderCountRight(id), "I-5 holders are not those with shares");
            vm.assertTrue(_handler.totalsAreRight(id), "I-5 totals are not the sums over wallets");
            vm.assertTrue(_handler.checkKinds(id), "I-5 holders per country or class are not a recount");
            vm.assertTrue(_handler.listIsRight(id), "I-5 the list of those that ever held is not right");
        }
        vm.assertTrue(_handler.heldAssetsAreRight(), "I-5 the number of assets held is not right");
        vm.assertTrue(_handler.partiesAreRight(), "R-1 a wallet's word is not what is known of its investor");
        vm.assertTrue(_handler.recordsAreRight(), "D6 a record of the past has changed");
        _lockedIsNeverAboveTheBalance();
    }

    function _lockedIsNeverAboveTheBalance() private view {
        RuledWorld world = _handler.world();
        ShareToken shares = world.shares();
        for (uint256 id = 1; id <= 3; ++id) {
            for (uint256 i = 0; i < world.WALLETS(); ++i) {
                address account = world.wallet(i);
                vm.assertLe(shares.lockedOf(account, id), shares.balanceOf(account, id), "D16");
            }
        }
    }
}
