// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorId} from "../../../contracts/investors/IInvestorRegistry.sol";
import {OfferingDesk} from "../../../contracts/offering/OfferingDesk.sol";
import {
    ClassCap,
    Entitlement,
    LockUp,
    Offering,
    OfferingPhase,
    OfferingTerms,
    SaleKind,
    Tier
} from "../../../contracts/offering/OfferingTypes.sol";
import {vm} from "../Vm.sol";
import {DesksWorld} from "./DesksWorld.sol";

/// @notice Does everything that can be done to offerings, in any order: sales with and without referrers, cancellations, closes,
/// divisions right and wrong, allotments under a holder limit and a lock-up, suspensions, a currency's blacklist, refunds, payouts,
/// and another offering after one that failed.
contract OfferingHandler {
    DesksWorld public immutable world;
    OfferingDesk public immutable desk;
    SaleKind public immutable kind;
    address public immutable treasury = address(0x7EA5);
    address public immutable feeRecipient = address(0xFEE);
    address public immutable founder;
    uint64 private constant PRICE = 1_000_003; // not round, so that every rounding shows

    constructor(SaleKind kind_) {
        vm.warp(1_000_000);
        kind = kind_;
        world = new DesksWorld();
        desk = world.offering();
        founder = world.wallet(0);
        desk.allowCurrency(address(world.dollar()), true);
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            address wallet = world.wallet(i);
            world.dollar().mint(wallet, world.MONEY());
            vm.startPrank(wallet);
            world.dollar().approve(address(desk), type(uint256).max);
            vm.stopPrank();
        }
        _open(300, 1_000, 333, 211);
    }

    /// @notice Somebody outside, and one of the buyers.
    function referrer(uint256 number) public view returns (address) {
        return number % 2 == 0 ? address(0xF00D) : world.wallet(1);
    }

    function subscribe(uint256 buyer, uint64 shares, uint64 minShares, uint256 broughtBy) external {
        uint256 offeringId = desk.offeringCount();
        address wallet = world.wallet(buyer);
        address by = broughtBy % 3 == 0 ? address(0) : referrer(broughtBy);
        vm.startPrank(wallet);
        try desk.subscribeReferred(offeringId, shares % 400, minShares % 400, type(uint256).max, by) {} catch {}
        vm.stopPrank();
    }

    function cancel(uint256 buyer) external {
        uint256 offeringId = desk.offeringCount();
        address wallet = world.wallet(buyer);
        uint256 paid = _entitlement(offeringId, wallet).paid;
        uint256 before = world.dollar().balanceOf(wallet);

        vm.startPrank(wallet);
        bool cancelled = true;
        try desk.cancel(offeringId, wallet) {} catch {
            cancelled = false;
        }
        vm.stopPrank();

        uint256 received = world.dollar().balanceOf(wallet) - before;
        vm.assertEq(received, cancelled ? paid : 0, "I-8 who cancels gets exactly what he paid");
    }

    function close(uint256 delay) external {
        vm.warp(block.timestamp + (delay % 2_000));
        try desk.close(desk.offeringCount()) {} catch {}
    }

    function closeSoldOut() external {
        try desk.closeSoldOut(desk.offeringCount()) {} catch {}
    }

    function reopen(uint64 softCap, uint64 hardCap, uint16 feeBps, uint16 commissionBps) external {
        if (_latest().phase != OfferingPhase.Failed) return;
        hardCap = 2 + (hardCap % 1_000);
        feeBps = feeBps % 10_001;
        _open(1 + (softCap % hardCap), hardCap, feeBps, commissionBps % (10_001 - feeBps));
    }

    /// @notice Divides as it should be done, in pages; before that as anybody may want it.
    function prorate(uint64 threshold, uint32 cutoff, uint256 page) external {
        if (_latest().phase != OfferingPhase.Prorating) return;
        uint256 offeringId = desk.offeringCount();
        try desk.prorate(offeringId, threshold % _latest().reserved, cutoff % 8, 1 + (page % 4)) {} catch {}
        if (page % 3 == 0 || _latest().phase != OfferingPhase.Prorating) return;

        (threshold, cutoff) = _rightDivision(offeringId);
        while (_latest().phase == OfferingPhase.Prorating) desk.prorate(offeringId, threshold, cutoff, 1 + (page % 4));
    }

    function allot(uint256 first, uint256 second) external {
        address[] memory page = new address[](2);
        (page[0], page[1]) = (world.wallet(first), world.wallet(second));
        try desk.allot(desk.offeringCount(), page) {} catch {}
    }

    function issueRetained() external {
        try desk.issueRetained(desk.offeringCount()) {} catch {}
    }

    function release(uint256 holder, uint256 delay) external {
        vm.warp(block.timestamp + (delay % 2_000));
        try desk.release(desk.offeringCount(), world.wallet(holder)) {} catch {}
    }

    function refund(uint256 offeringId, uint256 buyer, bool byHimself, uint256 delay) external {
        address wallet = world.wallet(buyer);
        uint256 number = 1 + (offeringId % desk.offeringCount());
        Entitlement memory owed = _entitlement(number, wallet);
        uint256 before = world.dollar().balanceOf(wallet);
        if (delay % 8 == 0) vm.warp(block.timestamp + 30 days);

        if (byHimself) vm.startPrank(wallet);
        bool paid = true;
        try desk.refund(number, wallet) {} catch {
            paid = false;
        }
        if (byHimself) vm.stopPrank();

        uint256 received = world.dollar().balanceOf(wallet) - before;
        bool isExact = received == (paid ? owed.paid : 0) || (paid && received == owed.excess);
        vm.assertTrue(isExact, "I-8 a refund is exactly what was paid, or what was paid too much");
    }

    function withdraw(uint256 offeringId, uint256 whose) external {
        uint256 number = 1 + (offeringId % desk.offeringCount());
        if (whose % 4 == 0) try desk.withdrawFee(number) {} catch {}
        else if (whose % 4 == 1) try desk.withdrawProceeds(number) {} catch {}
        else try desk.withdrawCommission(number, referrer(whose)) {} catch {}
    }

    function suspend(uint256 buyer, bool suspended) external {
        InvestorId investor = world.register().investors().profileOf(world.wallet(buyer)).investor;
        if (InvestorId.unwrap(investor) == 0) return;
        world.register().investors().setStanding(investor, suspended ? 1 : 0, 4e9);
    }

    function blacklist(uint256 who, bool blacklisted) external {
        address account =
            who % 8 == 6
                ? treasury
                : who % 8 == 7
                    ? feeRecipient
                    : world.wallet(who);
        world.dollar().blacklist(account, blacklisted);
    }

    function _open(uint64 softCap, uint64 hardCap, uint16 feeBps, uint16 commissionBps) private {
        uint48 time = uint48(block.timestamp);
        OfferingTerms memory terms;
        terms.id = world.OFFERED();
        terms.currency = address(world.dollar());
        terms.kind = kind;
        (terms.softCap, terms.hardCap, terms.minTicket) = (softCap, hardCap, 1);
        (terms.opensAt, terms.closesAt, terms.cancelUntil) = (time, time + 5_000, time + 2_500);
        (terms.feeBps, terms.feeRecipient, terms.treasury) = (feeBps, feeRecipient, treasury);
        (terms.commissionBps, terms.retained, terms.retainedBy) = (commissionBps, 17, founder);
        if (hardCap % 2 == 0) terms.lockUp = LockUp(time, time + 6_000, time + 9_000);

        desk.open(terms, _tiers(hardCap), _classCaps(hardCap));

        uint256 offeringId = desk.offeringCount();
        if (commissionBps == 0) return;
        desk.setReferrer(offeringId, referrer(0), true);
        desk.setReferrer(offeringId, referrer(1), true);
    }

    function _tiers(uint64 hardCap) private view returns (Tier[] memory tiers) {
        bool hasTwo = kind == SaleKind.FirstCome && hardCap > 1;
        tiers = new Tier[](hasTwo ? 2 : 1);
        tiers[0] = Tier(hasTwo ? (hardCap + 1) / 3 + 1 : hardCap, PRICE);
        if (hasTwo && tiers[0].upTo >= hardCap) tiers[0].upTo = hardCap - 1;
        if (hasTwo) tiers[1] = Tier(hardCap, PRICE + 499_979);
    }

    function _classCaps(uint64 hardCap) private pure returns (ClassCap[] memory caps) {
        caps = new ClassCap[](2);
        caps[0] = ClassCap(1, hardCap / 2 + 1);
        caps[1] = ClassCap(6, hardCap);
    }

    /// @dev The plain way: as many more times as shares are left over, the highest remainder that has none yet, the first of equal ones.
    function _rightDivision(uint256 offeringId) private view returns (uint64 threshold, uint32 cutoff) {
        Offering memory offering = desk.offeringOf(offeringId);
        address[] memory buyers = desk.buyersPage(offeringId, 0, type(uint256).max);
        uint256[] memory remainders = new uint256[](buyers.length);
        uint256 left = offering.terms.hardCap;
        for (uint256 i = 0; i < buyers.length; ++i) {
            uint256 product = uint256(desk.entitlementOf(offeringId, buyers[i])) * offering.terms.hardCap;
            left -= product / offering.reserved;
            remainders[i] = 1 + (product % offering.reserved);
        }

        for (threshold = offering.reserved; left != 0; --left) {
            uint256 best = 0;
            for (uint256 i = 1; i < buyers.length; ++i) if (remainders[i] > remainders[best]) best = i;
            (threshold, cutoff) = (uint64(remainders[best] - 1), uint32(best + 1));
            remainders[best] = 0;
        }
    }

    function _entitlement(uint256 offeringId, address buyer) private view returns (Entitlement memory) {
        address[] memory one = new address[](1);
        one[0] = buyer;
        return desk.entitlementsOf(offeringId, one)[0];
    }

    function _latest() private view returns (Offering memory) {
        return desk.offeringOf(desk.offeringCount());
    }
}
