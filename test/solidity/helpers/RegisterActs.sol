// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorId} from "../../../contracts/investors/IInvestorRegistry.sol";
import {InvestorRegistry} from "../../../contracts/investors/InvestorRegistry.sol";
import {MockReceiver, Reception} from "../../../contracts/mocks/MockReceiver.sol";
import {RuleSetting} from "../../../contracts/rules/ITransferRules.sol";
import {TransferRules} from "../../../contracts/rules/TransferRules.sol";
import {AssetState} from "../../../contracts/shares/IShareToken.sol";
import {ShareToken} from "../../../contracts/shares/ShareToken.sol";
import {vm} from "../Vm.sol";
import {RegisterTruth} from "./RegisterTruth.sol";
import {RuledWorld} from "./RuledWorld.sol";

/// @notice Does everything that a register can be asked to do, and judges what only the one who acts can judge. What was done on
/// the way to a comparison is undone again by a revert that carries the result (`_dry`). Failure messages are the ids of docs/invariants.md.
abstract contract RegisterActs is RegisterTruth {
    address private constant OPERATOR = address(0x0be1a702);
    /// @dev Country, class, holder count, balance cap, lock-up, quota; or the first five of them in one.
    uint256 private constant KINDS = 31 + (1 << 11) + (1 << 17);

    // Ordinary movements

    function transfer(uint256 from, uint256 to, uint256 id, uint256 value) external onTime {
        (address sender, address receiver) = (_holder(from, _id(id)), _some(to));
        _checkedTransfer(sender, receiver, _id(id), _amount(value, _id(id), sender));
    }

    function transferBetweenOwn(uint256 from, uint256 id, uint256 value) external onTime {
        address sender = from % 2 == 0 ? world.wallet((from / 2) % 2) : world.wallet(3 + ((from / 2) % 2));
        address receiver =
            sender == world.wallet(0)
                ? world.wallet(1)
                : sender == world.wallet(1)
                    ? world.wallet(0)
                    : sender == world.wallet(3)
                        ? world.wallet(4)
                        : world.wallet(3);
        if (value % 8 == 7) receiver = sender;
        _checkedTransfer(sender, receiver, _id(id), _amount(value, _id(id), sender));
    }

    /// @notice While the register or the asset is stopped, nothing ordinary moves, and the views say so.
    function transferWhileStopped(uint256 how, uint256 from, uint256 to, uint256 id, uint256 value) external onTime {
        id = _id(id);
        (address sender, address receiver) = (_holder(from, id), _some(to));
        if (how % 3 == 0) shares.pause();
        else if (how % 3 == 1) shares.setAssetPaused(id, true);
        else shares.setAssetState(id, AssetState.Suspended);

        vm.assertTrue(!shares.canTransfer(sender, receiver, id, 0), "I-3 a stopped asset may move");
        _checkedTransfer(sender, receiver, id, _amount(value, id, sender));
        vm.assertTrue(
            !_try(shares, abi.encodeCall(shares.mint, (receiver, id, 1, ""))),
            "I-3 a stopped asset is issued"
        );
        vm.assertTrue(!_try(shares, abi.encodeCall(shares.burn, (sender, id, 1))), "I-3 a stopped asset is redeemed");

        if (how % 3 == 0) shares.unpause();
        else if (how % 3 == 1) shares.setAssetPaused(id, false);
        else shares.setAssetState(id, AssetState.Active);
    }

    /// @notice I-2: a batch with repeated ids against the same singles in order, from the same state.
    function batch(uint256 from, uint256 to, uint256 picks, uint256 values) external onTime {
        hostile.setReception(Reception.Accept); // it tells the two hooks apart, which are not the same
        address sender = _holder(from, _id(picks));
        address receiver = _some(to);
        (uint256[] memory ids, uint256[] memory amounts) = _items(sender, picks, values);
        (bool singles, bytes32 state) = _dry(abi.encodeCall(this.trySingles, (sender, receiver, ids, amounts)));

        vm.prank(sender);
        bool moved = _try(shares, abi.encodeCall(shares.safeBatchTransferFrom, (sender, receiver, ids, amounts, "")));

        vm.assertTrue(moved == singles, "I-2 a batch is refused and its singles are not, or the other way round");
        vm.assertTrue(!moved || state == stateDigest(), "I-2 a batch leaves another state than its singles");
    }

    function trySingles(address from, address to, uint256[] calldata ids, uint256[] calldata values) external onlySelf {
        for (uint256 i = 0; i < ids.length; ++i) {
            vm.prank(from);
            shares.safeTransferFrom(from, to, ids[i], values[i], "");
        }
    }

    function redeem(uint256 from, uint256 picks, uint256 values) external onTime {
        address sender = _holder(from, _id(picks));
        (uint256[] memory ids, uint256[] memory amounts) = _items(sender, picks, values);
        (bool singles, bytes32 state) = _dry(abi.encodeCall(this.tryBurns, (sender, ids, amounts)));

        bool moved = _try(shares, abi.encodeCall(shares.burnBatch, (sender, ids, amounts)));

        vm.assertTrue(moved == singles, "I-2 a batch of burns is refused and its singles are not");
        vm.assertTrue(!moved || state == stateDigest(), "I-2 a batch of burns leaves another state");
    }

    function tryBurns(address from, uint256[] calldata ids, uint256[] calldata values) external onlySelf {
        for (uint256 i = 0; i < ids.length; ++i) shares.burn(from, ids[i], values[i]);
    }

    function issue(uint256 to, uint256 id, uint256 value) external onTime {
        id = _id(id);
        address receiver = _some(to);
        value = value % 400;
        bool explained = rules.explain(address(0), receiver, id, value).length == 0;

        bool moved = _try(shares, abi.encodeCall(shares.mint, (receiver, id, value, "")));

        if (!_rejects(receiver)) vm.assertTrue(moved == explained, "I-3 explain and the issue disagree");
    }

    /// @notice P11: what an operator moves comes off the allowances of exactly these assets, repeated ids in sum.
    function spendAllowances(uint256 from, uint256 to, uint256 picks, uint256 values, uint256 limit) external onTime {
        hostile.setReception(Reception.Accept);
        address owner = _holder(from, _id(picks));
        address receiver = _some(to);
        (uint256[] memory ids, uint256[] memory amounts) = _items(owner, picks, values);
        vm.prank(owner);
        shares.approve(OPERATOR, ids[0], limit % 8 == 0 ? type(uint256).max : limit % 400);
        uint256[4] memory before = _allowances(owner);

        vm.prank(OPERATOR);
        bool moved = _try(shares, abi.encodeCall(shares.safeBatchTransferFrom, (owner, receiver, ids, amounts, "")));

        uint256[4] memory spent;
        for (uint256 i = 0; moved && i < ids.length; ++i) spent[ids[i]] += amounts[i];
        uint256[4] memory left = _allowances(owner);
        for (uint256 id = 1; id < 4; ++id) {
            bool isEndless = before[id] == type(uint256).max;
            vm.assertLe(isEndless ? 0 : spent[id], before[id], "P11 more was moved than allowed");
            vm.assertEq(left[id], isEndless ? before[id] : before[id] - spent[id], "P11 allowance");
        }
    }

    // Netted chunks

    /// @notice I-3: a chunk of one pair against the transfer, from the same state.
    function settlePair(uint256 from, uint256 to, uint256 id, uint256 value) external onTime {
        id = _id(id);
        hostile.setReception(Reception.Accept);
        _refreshKinds(id);
        address sender = _holder(from, id);
        address receiver = _some(to);
        value = 1 + (value % (shares.balanceOf(sender, id) + 1));
        (bool transferred, bytes32 state) = _dry(abi.encodeCall(this.tryTransfer, (sender, receiver, id, value)));
        address[] memory accounts = new address[](2);
        int256[] memory deltas = new int256[](2);
        (accounts[0], accounts[1]) = (sender, receiver);
        (deltas[0], deltas[1]) = (-int256(value), int256(value));

        bool settled = _try(shares, abi.encodeCall(shares.settleNet, (id, accounts, deltas)));

        if (!rules.isNettable(id)) vm.assertTrue(!settled, "D18 a rule that looks at pairs was settled net");
        else vm.assertTrue(settled == transferred, "I-3 a net settlement of one pair is not the transfer");
        vm.assertTrue(!settled || state == stateDigest(), "I-3 a net settlement of one pair leaves another state");
    }

    function tryTransfer(address from, address to, uint256 id, uint256 value) external onlySelf {
        vm.prank(from);
        shares.safeTransferFrom(from, to, id, value, "");
    }

    /// @notice Two sell, three buy, among them two wallets of one investor.
    function settleMany(uint256 from, uint256 other, uint256 to, uint256 id, uint256 values) external onTime {
        id = _id(id);
        address[] memory accounts = new address[](5);
        int256[] memory deltas = new int256[](5);
        (accounts[0], accounts[1]) = (_holder(from, id), _holder(other, id));
        (accounts[2], accounts[3], accounts[4]) = (_some(to), world.wallet(3), world.wallet(4));
        deltas[0] = -int256(3 + (values % (shares.balanceOf(accounts[0], id) + 1)));
        deltas[1] = -int256(1 + ((values >> 64) % (shares.balanceOf(accounts[1], id) + 1)));
        int256 rest = -deltas[0] - deltas[1];
        deltas[2] = 1 + int256((values >> 128) % uint256(rest - 2));
        deltas[3] = 1;
        deltas[4] = rest - deltas[2] - 1;
        uint256[] memory floors = new uint256[](5);
        for (uint256 i = 0; i < 5; ++i) floors[i] = _floor(accounts[i], id);

        _try(shares, abi.encodeCall(shares.settleNet, (id, accounts, deltas)));

        for (uint256 i = 0; i < 5; ++i) {
            vm.assertLe(floors[i], shares.balanceOf(accounts[i], id), "I-4 a chunk moved frozen shares");
        }
    }

    // Enforcement

    /// @notice D17: only a receiver who may not receive, and the sender himself, are in the way.
    function force(uint256 from, uint256 to, uint256 id, uint256 value) external onTime {
        id = _id(id);
        (address sender, address receiver) = (_holder(from, id), _some(to));
        value = value % (shares.balanceOf(sender, id) + 1);
        bool may = sender != receiver && shares.canReceive(receiver);

        bool moved = _try(shares, abi.encodeCall(shares.forcedTransfer, (sender, receiver, id, value)));

        vm.assertTrue(moved == may, "D17 enforcement was blocked");
    }

    function freezeShares(uint256 number, uint256 id, uint256 amount) external onTime {
        shares.setFrozenTokens(_some(number), _id(id), amount % 3 == 0 ? (amount / 3) % 300 : 0);
    }

    function lockShares(uint256 number, uint256 id, uint256 amount, bool unlocks) external onTime {
        id = _id(id);
        address account = _holder(number, id);
        if (unlocks) shares.unlock(account, id, amount % (shares.lockedOf(account, id) + 1));
        else _try(shares, abi.encodeCall(shares.lock, (account, id, amount % (shares.spendableOf(account, id) + 2))));
    }

    /// @notice I-12: what lost wallet and successor have together stays, page by page, and then the lost one has nothing.
    function recover(uint256 lostNumber, uint256 nextNumber, uint256 page) external onTime {
        if (lostNumber % 3 != 0) return; // wallets are few
        address lost = _some(lostNumber / 3);
        address next = nextNumber % 3 != 0 ? _fresh() : _some(nextNumber / 3);
        _try(investors, abi.encodeCall(investors.recover, (lost, next)));
        address successor = investors.successorOf(lost);
        if (successor == lost) return;

        uint256[] memory ids = new uint256[](1);
        for (uint256 step = 0; step < 1 + (page % 3); ++step) {
            ids[0] = 1 + (((page % 3) + step) % 3);
            bytes32 before = _togetherDigest(lost, successor, ids[0]);
            shares.recoverPositions(lost, ids);
            vm.assertTrue(before == _togetherDigest(lost, successor, ids[0]), "I-12 recovery lost or made something");
            vm.assertEq(shares.balanceOf(lost, ids[0]) + shares.getFrozenTokens(lost, ids[0]), 0, "I-12 left behind");
        }
        vm.assertTrue(!shares.canSend(lost) && !shares.canReceive(lost), "I-12 a lost wallet acts");
    }

    // Investors

    function freezeWallet(uint256 number, bool isFrozen) external onTime {
        if (number % 4 != 0) isFrozen = false;
        _try(investors, abi.encodeCall(investors.setWalletFrozen, (_some(number / 4), isFrozen)));
    }

    function addWallet(uint256 place, uint256 number) external onTime {
        _try(investors, abi.encodeCall(investors.addWallet, (world.investor(place), world.wallet(9 + (number % 3)))));
    }

    /// @notice A wallet goes to another investor with exactly the assets it holds, and with none missing.
    function moveWallet(uint256 number, uint256 place) external onTime {
        if (number % 3 != 0) return;
        address account = _some(number / 3);
        uint256[] memory ids = _heldIds(account);
        if (ids.length != 0) {
            uint256[] memory fewer = new uint256[](ids.length - 1);
            bytes memory incomplete = abi.encodeCall(investors.moveWallet, (account, world.investor(place), fewer));
            vm.assertTrue(!_try(investors, incomplete), "I-5 a wallet moved with an asset missing");
        }
        _try(investors, abi.encodeCall(investors.moveWallet, (account, world.investor(place), ids)));
    }

    /// @notice The desk stops being one, or becomes one again; with shares it stays what it is.
    function setDesk(bool isDesk) external onTime {
        address desk = world.wallet(7);
        bool holds = shares.heldAssetsOf(desk) != 0;
        bool done = _try(investors, abi.encodeCall(investors.setProtocolAddress, (desk, isDesk)));
        vm.assertTrue(!done || isDesk || !holds, "I-5 a desk with shares stopped being one");
    }

    function setKind(uint256 place, uint256 kind, bool refreshes) external onTime {
        uint16 country = kind % 2 == 0 ? 840 : 250;
        uint16 classes = kind % 3 == 0 ? 1 : uint16(4 + (kind % 2));
        investors.setKind(world.investor(place), country, classes);
        for (uint256 id = 1; refreshes && id <= 3; ++id) _refreshKinds(id);
    }

    function setStanding(uint256 place, uint256 flags, uint256 validFor) external onTime {
        uint16 chosen =
            flags % 6 == 0
                ? 1
                : flags % 6 == 1
                    ? 2
                    : 0;
        uint256 until = validFor % 5 == 0 ? block.timestamp + (validFor % 50) : world.FAR();
        investors.setStanding(world.investor(place), chosen, uint48(until));
    }

    // Rules, also on live assets

    function setRules(uint256 id, uint256 kinds, uint256 seed) external onTime {
        id = _id(id);
        rules.setRules(id, world.shelf().settings(kinds & KINDS & (seed | (kinds >> 32)), seed));
        if (seed % 4 != 0) _countRest(id, uint48(block.timestamp - (seed % 80)));
    }

    function recount(uint256 id) external onTime {
        rules.recount(_id(id));
    }

    function countPage(uint256 id, uint256 size, uint256 age) external onTime {
        id = _id(id);
        if (!rules.countOf(id).isStale) return;
        address[] memory rest = _uncounted(id);
        size = 1 + (size % 6);
        address[] memory page = new address[](size < rest.length ? size : rest.length);
        for (uint256 i = 0; i < page.length; ++i) page[i] = rest[i];
        rules.countHolders(id, page, uint48(block.timestamp - (age % 80)));
    }

    function countRest(uint256 id, uint256 age) external onTime {
        _countRest(_id(id), uint48(block.timestamp - (age % 80)));
    }

    // Records and time

    function openRecord(uint256 id, uint256 delay) external onTime {
        id = _id(id);
        uint48 instant = uint48(block.timestamp + (delay % 40));
        if (_try(shares, abi.encodeCall(shares.openRecord, (id, instant)))) {
            _noteRecord(id, shares.recordCount(id) - 1, instant);
        }
    }

    function cancelRecord(uint256 place) external onTime {
        _cancelRecord(place);
    }

    function wait(uint256 duration) external onTime {
        _wait(duration % 30);
    }

    /// @notice How the hostile wallet meets shares from now on: it takes them, rejects them, or looks around and passes one on.
    function setReception(uint256 mood) external onTime {
        if (mood % 3 == 0) hostile.setReception(Reception.Accept);
        if (mood % 3 == 1) hostile.setReception(Reception.Reject);
        if (mood % 3 == 2) hostile.arm(address(this), abi.encodeCall(this.insideHook, (1 + ((mood / 3) % 3))));
    }

    /// @notice Called by the hostile wallet while it is being given shares.
    function insideHook(uint256 id) external {
        for (uint256 each = 1; each <= 3; ++each) {
            vm.assertEq(sumOf(each), shares.totalSupply(each), "I-1 inside a hook");
            vm.assertTrue(!_isCounted(each, 1) || rules.holdersOf(each) == holders(each), "I-5 inside a hook");
        }
        bytes memory call = abi.encodeCall(shares.safeTransferFrom, (address(hostile), world.wallet(2), id, 1, ""));
        _try(hostile, abi.encodeCall(hostile.execute, (address(shares), call)));
    }

    function _checkedTransfer(address sender, address receiver, uint256 id, uint256 value) private {
        uint256 before = shares.balanceOf(sender, id);
        uint256 floor = _floor(sender, id);
        bool allowed = shares.canTransfer(sender, receiver, id, value);
        bool explained = rules.explain(sender, receiver, id, value).length == 0;
        bytes32 counters = countersDigest(id);

        vm.prank(sender);
        bool moved = _try(shares, abi.encodeCall(shares.safeTransferFrom, (sender, receiver, id, value, "")));

        if (!_rejects(receiver)) {
            vm.assertTrue(moved == (allowed && before >= value), "I-3 canTransfer and the transfer disagree");
            vm.assertTrue(moved == explained, "I-3 explain and the transfer disagree");
        }
        vm.assertLe(floor, shares.balanceOf(sender, id), "I-4 a holder moved frozen shares");
        if (hostile.reception() != Reception.Reenter && (value == 0 || _isOneInvestor(sender, receiver))) {
            vm.assertTrue(counters == countersDigest(id), "I-6 a self, zero or own transfer changed a counter");
        }
        if (hostile.reception() == Reception.Reenter && hostile.attempted()) {
            vm.assertTrue(hostile.succeeded(), "I-1 inside the hook something was not final");
        }
    }

    function _refreshKinds(uint256 id) private {
        rules.refreshKinds(id, _numbers());
    }

    /// @notice Whether holders per country and class are what a recount by present profiles gives; undone by its revert.
    function tryKinds(uint256 id) external onlySelf {
        _refreshKinds(id);
        require(kindsAreRight(id), "kinds");
    }

    function checkKinds(uint256 id) external returns (bool fine) {
        if (!_isCounted(id, 8)) return true;
        (fine, ) = _dry(abi.encodeCall(this.tryKinds, (id)));
    }

    function _countRest(uint256 id, uint48 acquired) private {
        if (rules.countOf(id).isStale) rules.countHolders(id, _uncounted(id), acquired);
    }

    function _allowances(address owner) private view returns (uint256[4] memory allowances) {
        for (uint256 id = 1; id < 4; ++id) allowances[id] = shares.allowance(owner, OPERATOR, id);
    }
}
