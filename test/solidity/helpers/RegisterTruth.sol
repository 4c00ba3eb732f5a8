// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorRegistry} from "../../../contracts/investors/InvestorRegistry.sol";
import {Party} from "../../../contracts/investors/Party.sol";
import {MockReceiver, Reception} from "../../../contracts/mocks/MockReceiver.sol";
import {TransferRules} from "../../../contracts/rules/TransferRules.sol";
import {ShareToken} from "../../../contracts/shares/ShareToken.sol";
import {vm} from "../Vm.sol";
import {RuledWorld} from "./RuledWorld.sol";

/// @notice What the register should say: everything recounted from wallets one by one, and the past as it was noted down when it
/// was the present.
abstract contract RegisterTruth {
    uint256 private constant MOST_NOTED = 12;
    uint16[2] private _countries = [840, 250];

    /// @dev A record, and once its instant has passed what everybody held then.
    struct Noted {
        uint256 id;
        uint32 record;
        uint48 instant;
        bool isCancelled;
        bool isPast;
        uint256 supply;
        uint256[] balances;
    }

    RuledWorld public immutable world;
    ShareToken internal immutable shares;
    TransferRules internal immutable rules;
    InvestorRegistry internal immutable investors;
    MockReceiver internal immutable hostile;
    uint256 private _now = 1_000_000;
    Noted[] private _records;

    error Dry(bool done, bytes32 state);

    modifier onTime() {
        vm.warp(_now);
        _;
    }

    /// @dev External only so that it can be tried; the campaign itself does not start here.
    modifier onlySelf() {
        if (msg.sender == address(this)) _;
    }

    constructor() {
        vm.warp(_now);
        world = new RuledWorld();
        shares = world.shares();
        rules = world.rules();
        investors = world.investors();
        hostile = world.hostile();
    }

    // What is true now

    function sumOf(uint256 id) public view returns (uint256 sum) {
        for (uint256 i = 0; i < world.WALLETS(); ++i) sum += shares.balanceOf(world.wallet(i), id);
    }

    /// @notice Investors with shares.
    function holders(uint256 id) public view returns (uint256 count) {
        for (uint32 number = 2; number < 7; ++number) if (total(id, number) != 0) ++count;
    }

    /// @notice Shares of an investor over all wallets.
    function total(uint256 id, uint32 number) public view returns (uint256 sum) {
        for (uint256 i = 0; i < world.WALLETS(); ++i) {
            address account = world.wallet(i);
            if (investors.partyOf(account).investor() == number) sum += shares.balanceOf(account, id);
        }
    }

    function totalsAreRight(uint256 id) external view returns (bool) {
        if (!_isCounted(id, 2)) return true;
        for (uint32 number = 2; number < 7; ++number) {
            (uint256 counted, uint256 young) = rules.totalOf(id, number);
            if (counted != total(id, number) || young > counted) return false;
        }
        return true;
    }

    function kindsAreRight(uint256 id) public view returns (bool) {
        for (uint256 i = 0; i < 2; ++i) {
            (uint32 inCountry, ) = rules.holdersWith(id, _countries[i], 1);
            if (inCountry != _holdersOfKind(id, _countries[i], 0)) return false;
        }
        for (uint16 class = 1; class <= 8; class <<= 1) {
            (, uint32 ofClass) = rules.holdersWith(id, 840, class);
            if (ofClass != _holdersOfKind(id, 0, class)) return false;
        }
        return true;
    }

    /// @notice Whether each wallet's word says what its investor's standing says.
    function partiesAreRight() external view returns (bool) {
        for (uint256 i = 0; i < world.WALLETS(); ++i) {
            Party party = investors.partyOf(world.wallet(i));
            Party plain = investors.partyByNumber(party.investor());
            uint256 ofWallet = uint256(party.flags() & 48) << 64;
            if (Party.unwrap(party) != Party.unwrap(plain) | ofWallet) return false;
        }
        return true;
    }

    function heldAssetsAreRight() external view returns (bool) {
        for (uint256 i = 0; i < world.WALLETS(); ++i) {
            address account = world.wallet(i);
            if (shares.heldAssetsOf(account) != _heldIds(account).length) return false;
        }
        return true;
    }

    /// @notice Whether every holder is on the list of those that ever held, each once.
    function listIsRight(uint256 id) external view returns (bool) {
        (address[] memory accounts, uint256[] memory balances) = shares.holdersPage(id, 0, type(uint256).max);
        uint256 sum = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += balances[i];
            for (uint256 j = 0; j < i; ++j) if (accounts[i] == accounts[j]) return false;
        }
        return sum == shares.totalSupply(id) && accounts.length == shares.everHeldCount(id);
    }

    /// @notice Whether all records of the past still say what was true then.
    function recordsAreRight() external view returns (bool) {
        for (uint256 i = 0; i < _records.length; ++i) {
            Noted storage noted = _records[i];
            if (!noted.isPast) continue;
            if (shares.supplyAt(noted.id, noted.record) != noted.supply) return false;
            for (uint256 j = 0; j < noted.balances.length; ++j) {
                if (shares.balanceOfAt(world.wallet(j), noted.id, noted.record) != noted.balances[j]) return false;
            }
        }
        return true;
    }

    // Digests of what can be read

    function countersDigest(uint256 id) public view returns (bytes32 digest) {
        digest = keccak256(abi.encode(rules.holdersOf(id), rules.countOf(id)));
        for (uint32 number = 2; number < 7; ++number) {
            (uint256 counted, uint256 young) = rules.totalOf(id, number);
            digest = keccak256(abi.encode(digest, counted, young));
        }
        for (uint256 i = 0; i < 8; ++i) {
            (uint32 inCountry, uint32 ofClass) = rules.holdersWith(id, _countries[i % 2], uint16(1 << (i / 2)));
            digest = keccak256(abi.encode(digest, inCountry, ofClass));
        }
    }

    function stateDigest() public view returns (bytes32 digest) {
        for (uint256 id = 1; id <= 3; ++id) {
            digest = keccak256(
                abi.encode(digest, countersDigest(id), shares.totalSupply(id), shares.everHeldCount(id))
            );
            for (uint256 i = 0; i < world.WALLETS(); ++i) {
                address account = world.wallet(i);
                digest = keccak256(
                    abi.encode(
                        digest,
                        shares.balanceOf(account, id),
                        shares.getFrozenTokens(account, id),
                        shares.lockedOf(account, id),
                        shares.heldAssetsOf(account)
                    )
                );
            }
        }
    }

    // The past

    function _noteRecord(uint256 id, uint32 record, uint48 instant) internal {
        if (_records.length == MOST_NOTED) return;
        Noted storage noted = _records.push();
        (noted.id, noted.record, noted.instant) = (id, record, instant);
    }

    function _cancelRecord(uint256 place) internal {
        if (_records.length == 0) return;
        Noted storage noted = _records[place % _records.length];
        bool done = _try(shares, abi.encodeCall(shares.cancelRecord, (noted.id, noted.record)));
        vm.assertTrue(done == (!noted.isCancelled && noted.instant > block.timestamp), "D6 cancelling a record");
        if (done) noted.isCancelled = true;
    }

    /// @dev What is so now stays so until then: records in between note it down.
    function _wait(uint256 duration) internal {
        for (uint256 i = 0; i < _records.length; ++i) {
            Noted storage noted = _records[i];
            if (noted.isPast || noted.isCancelled || noted.instant >= _now + duration) continue;
            noted.isPast = true;
            noted.supply = shares.totalSupply(noted.id);
            for (uint256 j = 0; j < world.WALLETS(); ++j)
                noted.balances.push(shares.balanceOf(world.wallet(j), noted.id));
        }
        _now += duration;
        vm.warp(_now);
    }

    // Doing something, and undoing it

    function _try(address target, bytes memory call) internal returns (bool done) {
        (done, ) = target.call(call);
    }

    function _try(ShareToken target, bytes memory call) internal returns (bool) {
        return _try(address(target), call);
    }

    function _try(InvestorRegistry target, bytes memory call) internal returns (bool) {
        return _try(address(target), call);
    }

    function _try(MockReceiver target, bytes memory call) internal returns (bool) {
        return _try(address(target), call);
    }

    function _dry(bytes memory call) internal returns (bool done, bytes32 state) {
        try this.dry(call) {} catch (bytes memory reason) {
            assembly ("memory-safe") {
                done := mload(add(reason, 0x24))
                state := mload(add(reason, 0x44))
            }
        }
    }

    function dry(bytes calldata call) external onlySelf {
        bool done = _try(address(this), call);
        revert Dry(done, stateDigest());
    }

    // Choosing from random numbers

    function _id(uint256 id) internal pure returns (uint256) {
        return 1 + (id % 3);
    }

    /// @dev Mostly a wallet of an investor, at times the desk, nobody, or one that is still free.
    function _some(uint256 number) internal view returns (address) {
        return number % 8 == 7 ? world.wallet(number / 8) : world.wallet((number / 8) % 7);
    }

    /// @dev The first holder from a number on; there is one as long as there are shares.
    function _holder(uint256 number, uint256 id) internal view returns (address account) {
        number = number % 7;
        for (uint256 i = 0; i < world.WALLETS(); ++i) {
            account = world.wallet(number + i);
            if (shares.balanceOf(account, id) != 0) return account;
        }
    }

    /// @dev Everything, nothing, a part, or a little too much.
    function _amount(uint256 value, uint256 id, address account) internal view returns (uint256) {
        uint256 balance = shares.balanceOf(account, id);
        if (value % 4 == 0) return balance;
        if (value % 16 == 1) return 0;
        return (value / 4) % (balance + 3);
    }

    /// @dev Four items, ids repeating.
    function _items(
        address account,
        uint256 picks,
        uint256 values
    ) internal view returns (uint256[] memory ids, uint256[] memory amounts) {
        ids = new uint256[](4);
        amounts = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            ids[i] = _id(i < 2 ? picks : picks >> (8 * i));
            amounts[i] = (values >> (32 * i)) % (shares.balanceOf(account, ids[i]) / 2 + 2);
        }
    }

    function _heldIds(address account) internal view returns (uint256[] memory ids) {
        ids = new uint256[](3);
        uint256 count = 0;
        for (uint256 id = 1; id <= 3; ++id) if (shares.balanceOf(account, id) != 0) ids[count++] = id;
        assembly ("memory-safe") {
            mstore(ids, count) // the rest of the places stays unused
        }
    }

    function _uncounted(uint256 id) internal view returns (address[] memory rest) {
        address cursor = rules.countOf(id).cursor;
        address[] memory all = world.sortedWallets();
        rest = new address[](all.length);
        uint256 count = 0;
        for (uint256 i = 0; i < all.length; ++i) if (all[i] > cursor) rest[count++] = all[i];
        assembly ("memory-safe") {
            mstore(rest, count) // the rest of the places stays unused
        }
    }

    function _numbers() internal pure returns (uint32[] memory numbers) {
        numbers = new uint32[](5);
        for (uint32 i = 0; i < 5; ++i) numbers[i] = 2 + i;
    }

    function _floor(address account, uint256 id) internal view returns (uint256) {
        (uint256 balance, uint256 frozen) = (shares.balanceOf(account, id), shares.getFrozenTokens(account, id));
        return frozen < balance ? frozen : balance;
    }

    function _togetherDigest(address one, address other, uint256 id) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    shares.balanceOf(one, id) + shares.balanceOf(other, id),
                    shares.getFrozenTokens(one, id) + shares.getFrozenTokens(other, id),
                    shares.lockedOf(one, id) + shares.lockedOf(other, id),
                    rules.countOf(id).isStale ? bytes32(0) : countersDigest(id)
                )
            );
    }

    function _rejects(address receiver) internal view returns (bool) {
        return receiver == address(hostile) && hostile.reception() == Reception.Reject;
    }

    function _isOneInvestor(address one, address other) internal view returns (bool) {
        return one == other || investors.partyOf(one).isSameInvestor(investors.partyOf(other));
    }

    /// @dev Whether this trait is counted now; what is stale says nothing.
    function _isCounted(uint256 id, uint8 trait) internal view returns (bool) {
        return !rules.countOf(id).isStale && rules.countsOf(id) & trait != 0;
    }

    function isHolderCountRight(uint256 id) external view returns (bool) {
        return !_isCounted(id, 1) || rules.holdersOf(id) == holders(id);
    }

    function _holdersOfKind(uint256 id, uint16 country, uint16 class) private view returns (uint256 count) {
        for (uint32 number = 2; number < 7; ++number) {
            Party party = investors.partyByNumber(number);
            bool isOf = country != 0 ? party.country() == country : party.classes() & class != 0;
            if (isOf && total(id, number) != 0) ++count;
        }
    }
}
