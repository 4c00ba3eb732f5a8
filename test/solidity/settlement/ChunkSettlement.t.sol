// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetSlot, AssetSlotLib} from "../../../contracts/settlement/AssetSlotLib.sol";
import {CashBook} from "../../../contracts/settlement/CashBook.sol";
import {CashSlot} from "../../../contracts/settlement/CashSlotLib.sol";
import {ChunkSettlement} from "../../../contracts/settlement/ChunkSettlement.sol";
import {MandateKey, MandateLib} from "../../../contracts/settlement/MandateLib.sol";
import {SettlementHashLib} from "../../../contracts/settlement/SettlementHashLib.sol";
import {NetVector} from "../../../contracts/settlement/SettlementTypes.sol";
import {IShareToken} from "../../../contracts/shares/IShareToken.sol";
import {IPriceGuard} from "../../../contracts/valuation/IPriceGuard.sol";
import {PlainChunk} from "../helpers/PlainChunk.sol";
import {vm} from "../Vm.sol";

/// @notice Notes what it is asked, byte by byte.
contract ListeningRegister {
    bytes32 public heard;

    fallback() external {
        heard = keccak256(abi.encode(heard, msg.data));
    }
}

/// @notice Says of every asset what it was told to say.
contract TalkingGuard is IPriceGuard {
    mapping(uint256 asset => uint8) private _codes;
    mapping(uint256 asset => uint256) private _lows;
    mapping(uint256 asset => uint256) private _highs;

    function tell(uint256 asset, uint8 code, uint256 low, uint256 high) external {
        (_codes[asset], _lows[asset], _highs[asset]) = (code, low, high);
    }

    function offerCode(uint256) external pure returns (uint8) {
        return 0;
    }

    function tradeBand(uint256 asset, address) external view returns (uint8, uint256, uint256) {
        return (_codes[asset], _lows[asset], _highs[asset]);
    }
}

/// @notice Two desks with the same mandates, one of which settles by `ChunkSettlement` and one by `PlainChunk`. Whatever vector they get,
/// well-formed or not, either both refuse it in the same words, or both are left with the same and ask the register for the same.
contract ChunkSettlementTest {
    using SettlementHashLib for NetVector;

    struct Desk {
        CashBook cash;
        mapping(address => mapping(uint256 => mapping(MandateKey => AssetSlot))) limits;
        ListeningRegister register;
    }

    address private constant CURRENCY = address(0xc0);
    uint256 private constant ACCOUNTS = 4;
    uint256 private constant ASSETS = 3;
    uint256 private constant CASES = 8;

    Desk private _byHand;
    Desk private _plain;
    TalkingGuard private _guard;
    uint256 private _seed;
    uint256 private _settled;
    uint256 private _refused;

    function setUp() public {
        vm.warp(1_000_000);
        _guard = new TalkingGuard();
        _open(_byHand);
        _open(_plain);
    }

    function test_fuzz_a_chunk_comes_to_what_the_plain_one_does(uint256 seed) public {
        _seed = seed;
        for (uint256 i = 0; i < CASES; ++i) _judge();
    }

    /// @notice Both answers come up, so that agreeing means something.
    function test_chunks_are_settled_and_refused_in_agreement_with_the_plain_one() public {
        for (uint256 seed = 0; seed < 64; ++seed) {
            _seed = seed;
            _judge();
        }

        vm.assertLe(8, _settled, "hardly anything is settled");
        vm.assertLe(8, _refused, "hardly anything is refused");
    }

    /// @notice One stray bit behind the delta, wherever it is, makes the word none.
    function test_every_bit_behind_a_delta_counts() public {
        (NetVector memory vector, ) = _pair(1, 1);
        uint256 word = vector.shares[1];
        for (uint256 bit = 0; bit < 160; ++bit) {
            vector.shares[1] = word | (1 << bit);
            _compare(vector);
        }
        vm.assertEq(_refused, 160, "refused");
    }

    /// @notice Taking all that is left, of the most that can be left, takes nothing from the field beside it.
    function test_the_last_share_is_taken_and_no_more() public {
        uint64 most = uint64(type(int64).max);
        for (uint256 side = 0; side < 2; ++side) {
            for (uint64 short = 0; short < 2; ++short) {
                (NetVector memory vector, uint256 asset) = _pair(most, 1);
                AssetSlot seller = AssetSlotLib.pack(0, side == 0 ? most - short : most, type(uint64).max, 0);
                AssetSlot buyer = AssetSlotLib.pack(side == 1 ? most - short : most, 0, 0, type(uint64).max);
                _limit(0, asset, seller);
                _limit(1, asset, buyer);
                _compare(vector);
            }
        }
        vm.assertEq(_settled, 2, "settled");
        vm.assertEq(_refused, 2, "refused");
    }

    function settleByHand(NetVector calldata vector) external {
        IShareToken register = IShareToken(address(_byHand.register));
        ChunkSettlement.settle(_byHand.cash, _byHand.limits, register, _guard, vector.netHash(), vector);
    }

    function settlePlainly(NetVector calldata vector) external {
        IShareToken register = IShareToken(address(_plain.register));
        PlainChunk.settle(_plain.cash, _plain.limits, register, _guard, vector);
    }

    // What is judged

    function _judge() private {
        for (uint256 asset = 0; asset < ASSETS; ++asset) {
            _guard.tell(_asset(asset), _oneIn(20) ? 1 : 0, _oneIn(2) ? 0 : _price(), _oneIn(2) ? _most() : _price());
            for (uint256 account = 0; account < ACCOUNTS; ++account) {
                _limit(account, _asset(asset), AssetSlotLib.pack(_limit(), _limit(), _price(), _price()));
            }
        }
        for (uint256 account = 0; account < ACCOUNTS; ++account) _refill(account);
        _compare(_drawVector());
    }

    function _compare(NetVector memory vector) private {
        (bool settled, bytes memory said) = address(this).call(abi.encodeCall(this.settleByHand, (vector)));
        (bool expected, bytes memory due) = address(this).call(abi.encodeCall(this.settlePlainly, (vector)));
        vm.assertTrue(settled == expected, "SL-2 one settles, one refuses");
        vm.assertTrue(keccak256(said) == keccak256(due), "SL-2 they refuse in other words");
        vm.assertTrue(_byHand.register.heard() == _plain.register.heard(), "SL-2 the register was asked for something else");
        for (uint256 account = 0; account < ACCOUNTS; ++account) {
            CashSlot cash = _byHand.cash.accounts[CURRENCY][_account(account)].slot;
            CashSlot dueCash = _plain.cash.accounts[CURRENCY][_account(account)].slot;
            vm.assertEq(CashSlot.unwrap(cash), CashSlot.unwrap(dueCash), "SL-2 cash");
            MandateKey key = _key(account);
            for (uint256 asset = 0; asset < ASSETS; ++asset) {
                AssetSlot left = _byHand.limits[CURRENCY][_asset(asset)][key];
                AssetSlot dueLeft = _plain.limits[CURRENCY][_asset(asset)][key];
                vm.assertEq(AssetSlot.unwrap(left), AssetSlot.unwrap(dueLeft), "SL-2 left of a mandate");
            }
        }
        if (settled) ++_settled;
        else ++_refused;
    }

    // What is drawn

    function _drawVector() private returns (NetVector memory vector) {
        vector.currency = CURRENCY;
        vector.assets = new uint256[](ASSETS);
        for (uint256 asset = 0; asset < ASSETS; ++asset) vector.assets[asset] = _asset(asset);
        vector.accounts = new uint256[](ACCOUNTS);
        int64 paid = int64(uint64(_next() % 1_000));
        for (uint256 account = 0; account < ACCOUNTS; ++account) {
            int64 cash =
                account == 0
                    ? paid
                    : account == 1
                        ? -paid
                        : int64(0);
            vector.accounts[account] = _accountWord(account, cash);
        }
        uint256[] memory words = new uint256[](2 * ASSETS * ACCOUNTS);
        uint256 count = 0;
        for (uint256 asset = 0; asset < ASSETS; ++asset) count = _drawRun(words, count, asset);
        vector.shares = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) vector.shares[i] = words[i];
        if (count != 0 && _oneIn(2)) _spoil(vector.shares);
    }

    /// @dev Well-formed, unless by chance an account gives and gets.
    function _drawRun(uint256[] memory words, uint256 count, uint256 asset) private returns (uint256) {
        uint256 gives = _next() % 2 ** ACCOUNTS;
        uint256 gets = _oneIn(8) ? _next() : ~gives & _next();
        for (uint256 account = 0; account < ACCOUNTS; ++account) {
            if ((gives >> account) & 1 == 1) words[count++] = _shareWord(asset, account, -_delta());
        }
        for (uint256 account = 0; account < ACCOUNTS; ++account) {
            if ((gets >> account) & 1 == 1) words[count++] = _shareWord(asset, account, _delta());
        }
        return count;
    }

    function _spoil(uint256[] memory words) private {
        uint256 place = _next() % words.length;
        uint256 other = _next() % words.length;
        uint256 how = _next() % 6;
        if (how == 0) words[place] ^= 1 << (_next() % 256);
        if (how == 1) (words[place], words[other]) = (words[other], words[place]);
        if (how == 2) words[place] = words[other];
        if (how == 3) words[place] = _shareWord(_next() % (ASSETS + 1), _next() % (ACCOUNTS + 1), _delta());
        if (how == 4) words[place] = _shareWord(words[place] >> 240, uint16(words[place] >> 224), _extreme());
        if (how == 5) words[place] = _next();
    }

    /// @dev Account 0 sells, account 1 buys.
    function _pair(uint64 shares, uint64 left) private returns (NetVector memory vector, uint256 asset) {
        asset = _asset(0);
        vector.currency = CURRENCY;
        vector.assets = new uint256[](1);
        vector.assets[0] = asset;
        vector.accounts = new uint256[](2);
        vector.shares = new uint256[](2);
        for (uint256 account = 0; account < 2; ++account) {
            vector.accounts[account] = _accountWord(account, 0);
            vector.shares[account] = _shareWord(0, account, account == 0 ? -int64(shares) : int64(shares));
            _limit(account, asset, AssetSlotLib.pack(left, left, 0, 0));
        }
        _guard.tell(asset, 0, 0, type(uint64).max);
    }

    function _open(Desk storage desk) private {
        desk.register = new ListeningRegister();
        desk.cash.engineUnits[CURRENCY] = 1;
        for (uint256 account = 0; account < ACCOUNTS; ++account) _fill(desk, account);
    }

    function _refill(uint256 account) private {
        _fill(_byHand, account);
        _fill(_plain, account);
    }

    function _fill(Desk storage desk, uint256 account) private {
        CashSlot slot = CashSlot.wrap(0).withDeposited(1 << 62);
        uint64 most = type(uint64).max;
        desk.cash.accounts[CURRENCY][_account(account)].slot = slot.withMandate(
            most,
            most,
            1_000_000,
            uint24(account + 7)
        );
    }

    function _limit(uint256 account, uint256 asset, AssetSlot left) private {
        _byHand.limits[CURRENCY][asset][_key(account)] = left;
        _plain.limits[CURRENCY][asset][_key(account)] = left;
    }

    // Ids, words and numbers

    function _account(uint256 account) private pure returns (address) {
        return address(uint160((account + 1) << 156) | 0xacc);
    }

    function _asset(uint256 asset) private pure returns (uint256) {
        return asset == ASSETS - 1 ? type(uint256).max : asset;
    }

    function _key(uint256 account) private pure returns (MandateKey) {
        return MandateLib.keyOf(_account(account), uint24(account + 7));
    }

    function _accountWord(uint256 account, int64 cash) private pure returns (uint256) {
        return uint256(bytes32(abi.encodePacked(_account(account), cash, uint32(0))));
    }

    function _shareWord(uint256 asset, uint256 account, int64 delta) private pure returns (uint256) {
        return uint256(bytes32(abi.encodePacked(uint16(asset), uint16(account), delta, uint160(0))));
    }

    function _delta() private returns (int64) {
        return int64(uint64(1 + (_next() % 1_000)));
    }

    function _extreme() private returns (int64) {
        uint256 which = _next() % 4;
        return
            which == 0
                ? type(int64).min
                : which == 1
                    ? type(int64).max
                    : which == 2
                        ? int64(-1)
                        : int64(0);
    }

    function _limit() private returns (uint64) {
        uint256 which = _next() % 16;
        return
            which == 0
                ? uint64(_next() % 1_000)
                : which == 1
                    ? uint64(1 << 63)
                    : uint64(_most());
    }

    function _price() private returns (uint64) {
        uint256 which = _next() % 16;
        return
            which == 0
                ? uint64(_most())
                : which == 1
                    ? uint64(_next())
                    : uint64(_next() % 100);
    }

    function _most() private pure returns (uint256) {
        return type(uint64).max;
    }

    function _oneIn(uint256 many) private returns (bool) {
        return _next() % many == 0;
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
