// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DistributionKind, ListLeaf, ListTerms} from "../../../contracts/income/IncomeTypes.sol";
import {IncomeActs} from "./IncomeActs.sol";
import {IncomeTree} from "./IncomeTree.sol";

/// @notice Lists of the six wallets, some of which add up to more than they say; announced, funded by halves, published, cancelled
/// and claimed in any order.
abstract contract IncomeListActs is IncomeActs {
    uint256 public constant LEAVES = 6;

    /// @notice A page was paid in which somebody was left out who could have been paid.
    bool public hasBlocked;
    mapping(uint256 distribution => ListLeaf[LEAVES]) private _leaves;

    function leafOf(uint256 distribution, uint256 index) public view returns (ListLeaf memory) {
        return _leaves[distribution][index % LEAVES];
    }

    function announce(uint256 id, uint256 unit, uint256 withheldBps, bool wrong, bool ends) external {
        ListTerms memory terms;
        id = _id(id);
        (terms.id, terms.currency, terms.count) = (id, address(world.dollar()), LEAVES);
        terms.record = _record(id);
        terms.planHash = "plan";
        uint256 number = world.income().distributionCount() + 1;
        for (uint256 i = 0; i < LEAVES; ++i) {
            uint256 gross = (1 + i) * (1 + (unit % 1e6));
            uint256 withheld = (gross * (withheldBps % 10_001)) / 10_000;
            _leaves[number][i] = ListLeaf({index: i, holder: world.wallet(i), gross: gross, withheld: withheld});
            terms.gross += gross;
            terms.withheld += withheld;
        }
        if (wrong) terms.gross -= 1;
        if (terms.withheld != 0) terms.taxAccount = TAX_OFFICE;
        (terms.expiresAt, terms.reclaimTo) = _end(ends);
        terms.root = _nodes(number, world.income().listKeyOf(id, terms.record, terms.currency, 0))[0];

        try world.income().announce(terms) {} catch {}
    }

    function fund(uint256 distribution, uint256 amount) external {
        if (world.income().distributionCount() == 0) return;
        try world.income().fund(_number(distribution), amount % 1e8) returns (uint256 received) {
            deposited += received;
        } catch {}
    }

    function unfund(uint256 distribution) external {
        if (world.income().distributionCount() == 0) return;
        try world.income().unfund(_number(distribution), address(this)) returns (uint256 amount) {
            deposited -= amount;
        } catch {}
    }

    /// @dev With what is missing, because chance seldom hits the unit.
    function publish(uint256 distribution) external {
        if (world.income().distributionCount() == 0) return;
        uint256 number = _number(distribution);
        try world.income().fund(number, type(uint256).max) returns (uint256 received) {
            deposited += received;
        } catch {}
        try world.income().publish(number) {} catch {}
    }

    /// @dev Seldom, or few lists would ever be paid.
    function cancel(uint256 distribution) external {
        if (world.income().distributionCount() == 0 || distribution % 4 != 0) return;
        try world.income().cancel(_number(distribution / 4)) {} catch {}
    }

    function claimListed(uint256 distribution, uint256 index) external {
        if (world.income().distributionCount() == 0) return;
        uint256 number = _number(distribution);
        if (world.income().distributionOf(number).kind != DistributionKind.List) return;
        bytes32[] memory nodes = _nodes(number, world.income().listOf(number).listKey);
        bytes32[] memory proof = IncomeTree.proofOf(nodes, index % LEAVES);

        try world.income().claimListed(number, leafOf(number, index), proof) {} catch {}
    }

    /// @dev Everybody; then nobody who could be paid is left.
    function claimListedPage(uint256 distribution) external {
        if (world.income().distributionCount() == 0) return;
        uint256 number = _number(distribution);
        if (world.income().distributionOf(number).kind != DistributionKind.List) return;
        ListLeaf[] memory page = new ListLeaf[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) page[i] = leafOf(number, i);
        bool[] memory flags = new bool[](LEAVES - 1);
        for (uint256 i = 0; i < flags.length; ++i) flags[i] = true;

        try world.income().claimListedPage(number, page, new bytes32[](0), flags) {
            for (uint256 i = 0; i < LEAVES; ++i) hasBlocked = hasBlocked || _isLeftOut(number, page[i]);
        } catch {}
    }

    function _isLeftOut(uint256 number, ListLeaf memory leaf) private view returns (bool) {
        bool isCovered = leaf.gross <= world.income().outstandingOf(number);
        bool movesNothing = leaf.gross == leaf.withheld;
        bool canBePaid = isCovered && (movesNothing || !world.dollar().isBlacklisted(leaf.holder));
        return canBePaid && !world.income().isListedPaid(number, leaf.index);
    }

    function _nodes(uint256 number, bytes32 listKey) private view returns (bytes32[] memory) {
        bytes32[] memory hashes = new bytes32[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) hashes[i] = world.income().leafHash(listKey, _leaves[number][i]);
        return IncomeTree.nodesOf(hashes);
    }
}
