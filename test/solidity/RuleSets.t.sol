// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RuleSetting} from "../../contracts/rules/ITransferRules.sol";
import {TransferRules} from "../../contracts/rules/TransferRules.sol";
import {ShareToken} from "../../contracts/shares/ShareToken.sol";
import {RuledWorld} from "./helpers/RuledWorld.sol";
import {vm} from "./Vm.sol";

/// @notice The differential test of I-3: what the views say against what the token does, over random sets of all kinds of rules.
/// One run binds one set to a live asset and judges CASES movements.
contract RuleSetsTest {
    uint256 private constant ID = 1;
    uint256 private constant CASES = 10;

    RuledWorld private _world;
    ShareToken private _shares;
    TransferRules private _rules;
    uint256 private _allowed;

    function setUp() public {
        vm.warp(1_000_000);
        _world = new RuledWorld();
        _shares = _world.shares();
        _rules = _world.rules();
        _world.shelf().setAnswers(ID, _world.sortedWallets(), 3);
        address first = _world.wallet(0);
        for (uint256 i = 3; i < 8; ++i) {
            address next = _world.wallet(i);
            vm.prank(first);
            _shares.safeTransferFrom(first, next, ID, 60, "");
        }
    }

    function test_fuzz_the_views_say_what_the_token_does(uint256 kinds, uint256 seed) public {
        _bind(kinds & uint256(keccak256(abi.encode(seed))), seed);
        for (uint256 i = 0; i < CASES; ++i) _judge(uint256(keccak256(abi.encode(seed, i))));
    }

    /// @notice Each kind of rule alone, so that none of them is left to chance, and both answers come up.
    function test_each_kind_of_rule_says_yes_and_no_in_agreement_with_the_token() public {
        uint256 cases = 0;
        for (uint256 kind = 0; kind < _world.shelf().KINDS(); ++kind) {
            for (uint256 seed = 0; seed < 4; ++seed) {
                _bind(1 << kind, uint256(keccak256(abi.encode("alone", kind, seed))));
                for (uint256 i = 0; i < 12; ++i) {
                    _judge(uint256(keccak256(abi.encode(kind, seed, i))));
                    ++cases;
                }
            }
        }
        vm.assertLe(cases / 5, _allowed, "hardly anything is allowed");
        vm.assertLe(_allowed, (cases * 4) / 5, "hardly anything is refused");
    }

    function _bind(uint256 kinds, uint256 seed) private {
        RuleSetting[] memory settings = _world.shelf().settings(kinds, seed);
        _world.shelf().setAnswers(ID, _world.sortedWallets(), seed);
        _rules.setRules(ID, settings);
        if (_rules.countOf(ID).isStale) {
            _rules.countHolders(ID, _world.sortedWallets(), uint48(block.timestamp - (seed % 150)));
        }
    }

    function _judge(uint256 random) private {
        address from = _world.wallet(random % 9);
        address to = _world.wallet((random >> 8) % 9);
        uint256 value = _value(random >> 32, from);
        if (random >> 250 == 0) _world.shelf().approval().approve(ID, from, to, value, uint48(block.timestamp + 10));
        if ((random >> 16) % 8 == 0) vm.warp(block.timestamp + ((random >> 24) % 60));
        if ((random >> 64) % 8 == 0) return _judgeIssue(to, value);
        if ((random >> 64) % 8 == 1) return _judgeRedemption(from, value);
        if ((random >> 64) % 8 == 2 && value != 0) return _judgeChunk(from, to, value);
        _judgeTransfer(from, to, value);
    }

    function _judgeTransfer(address from, address to, uint256 value) private {
        bool enough = _shares.balanceOf(from, ID) >= value;
        bool allowed = _shares.canTransfer(from, to, ID, value);
        bool explained = _rules.explain(from, to, ID, value).length == 0;
        bool detected = _rules.detectTransferRestriction(from, to, ID, value) == 0;

        vm.prank(from);
        bool moved = _try(abi.encodeCall(_shares.safeTransferFrom, (from, to, ID, value, "")));

        vm.assertTrue(moved == (allowed && enough), "I-3 canTransfer and the transfer disagree");
        vm.assertTrue(moved == explained && moved == detected, "I-3 explain and the transfer disagree");
        if (moved) ++_allowed;
    }

    function _judgeIssue(address to, uint256 value) private {
        bool explained = _rules.explain(address(0), to, ID, value).length == 0;
        bool moved = _try(abi.encodeCall(_shares.mint, (to, ID, value, "")));
        vm.assertTrue(moved == explained, "I-3 explain and the issue disagree");
    }

    function _judgeRedemption(address from, uint256 value) private {
        bool explained = _rules.explain(from, address(0), ID, value).length == 0;
        bool moved = _try(abi.encodeCall(_shares.burn, (from, ID, value)));
        vm.assertTrue(moved == explained, "I-3 explain and the redemption disagree");
    }

    function _judgeChunk(address from, address to, uint256 value) private {
        bool explained = _rules.explain(from, to, ID, value).length == 0;
        address[] memory accounts = new address[](2);
        int256[] memory deltas = new int256[](2);
        (accounts[0], accounts[1]) = (from, to);
        (deltas[0], deltas[1]) = (-int256(value), int256(value));

        bool settled = _try(abi.encodeCall(_shares.settleNet, (ID, accounts, deltas)));

        vm.assertTrue(
            settled == (explained && _rules.isNettable(ID)),
            "I-3 a net settlement of one pair is not the transfer"
        );
    }

    function _value(uint256 random, address from) private view returns (uint256) {
        uint256 balance = _shares.balanceOf(from, ID);
        if (random % 5 == 0) return balance;
        if (random % 19 == 0) return 0;
        return (random >> 8) % (balance + 2);
    }

    function _try(bytes memory call) private returns (bool done) {
        (done, ) = address(_shares).call(call);
    }
}
