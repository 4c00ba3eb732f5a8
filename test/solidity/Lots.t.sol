// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LotLib} from "../../contracts/rules/LotLib.sol";
import {RulesStorage} from "../../contracts/rules/RulesStorage.sol";
import {vm} from "./Vm.sol";

/// @notice LotLib against the plain list that it stands for: lots with their times, of which the oldest go first.
contract LotsTest {
    uint32 private constant INVESTOR = 7;

    struct Lot {
        uint256 amount;
        uint256 time;
    }

    RulesStorage.Book private _book;
    Lot[] private _lots;
    uint256 private _first;
    uint256 private _now;

    function test_fuzz_young_shares_are_those_of_a_list_whose_oldest_go_first(uint32 window, uint256 seed) public {
        window = 1 + (window % 300);
        _now = 1_000_000;
        vm.warp(_now);
        for (uint256 step = 0; step < 60; ++step) {
            uint256 random = uint256(keccak256(abi.encode(seed, step)));
            if (random % 3 == 0) _pass((random >> 8) % 120);
            else if (random % 3 == 1) _acquire(1 + ((random >> 8) % 100), window);
            else _dispose((random >> 8) % (_total() + 1));

            vm.assertEq(_young(window), _youngInList(window), "lots");
            uint256 at_ = _now;
            vm.warp(at_ + window - 1); // the edges: what is of this second is young for one second less than the window
            vm.assertEq(_young(window), _youngInList(window), "lots, in their last second");
            vm.warp(at_ + window);
            vm.assertEq(_young(window), 0, "lots, a second later");
            vm.warp(at_);
        }
    }

    /// @notice P21: what others send never makes older shares young, nor young ones older.
    function test_fuzz_an_acquisition_makes_exactly_itself_young(uint32 window, uint256 seed) public {
        window = 1 + (window % 300);
        _now = 1_000_000;
        for (uint256 step = 0; step < 30; ++step) {
            uint256 random = uint256(keccak256(abi.encode(seed, step)));
            _pass(random % 90);
            uint256 before = _young(window);
            uint256 amount = 1 + ((random >> 8) % 100);
            _acquire(amount, window);
            vm.assertEq(_young(window), before + amount, "P21");
        }
    }

    /// @notice However much goes round in circles within a second, the word of a lot does not overflow.
    function test_what_goes_round_in_circles_saturates() public {
        vm.warp(1_000_000);
        uint64 most = type(uint64).max >> 1;
        for (uint256 i = 0; i < 5; ++i) {
            LotLib.add(_book, INVESTOR, most, most, 1_000_000, 100);
        }
        vm.assertEq(_young(100), most, "young shares are at most all");
    }

    function _pass(uint256 duration) private {
        _now += duration;
        vm.warp(_now);
    }

    function _acquire(uint256 amount, uint32 window) private {
        _lots.push(Lot(amount, _now));
        LotLib.add(_book, INVESTOR, _total() + uint64(amount), amount, uint32(_now), window);
    }

    function _dispose(uint256 amount) private {
        _book.holdings[INVESTOR].total = _total() - uint64(amount);
        while (amount > 0) {
            Lot storage oldest = _lots[_first];
            uint256 taken = amount < oldest.amount ? amount : oldest.amount;
            oldest.amount -= taken;
            amount -= taken;
            if (oldest.amount == 0) ++_first;
        }
    }

    function _total() private view returns (uint64) {
        return _book.holdings[INVESTOR].total;
    }

    function _young(uint32 window) private view returns (uint256) {
        return LotLib.young(LotLib.read(_book.holdings[INVESTOR]), _book, INVESTOR, window);
    }

    function _youngInList(uint32 window) private view returns (uint256 sum) {
        for (uint256 i = _first; i < _lots.length; ++i) {
            if (block.timestamp < _lots[i].time + window) sum += _lots[i].amount;
        }
    }
}
