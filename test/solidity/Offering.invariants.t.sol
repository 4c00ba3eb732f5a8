// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InvestorId} from "../../contracts/investors/IInvestorRegistry.sol";
import {Offering, OfferingPhase, OfferingTerms} from "../../contracts/offering/IOfferingDesk.sol";
import {DesksWorld} from "./helpers/DesksWorld.sol";
import {vm} from "./Vm.sol";

/// @notice Does everything that can be done to offerings, in any order: sales, closes, allotments under a holder limit,
/// suspensions, a currency's blacklist, refunds, payouts, and another offering after one that failed.
contract OfferingHandler {
    DesksWorld public immutable world;
    uint256 public immutable price;
    address public immutable treasury = address(0x7EA5);
    address public immutable feeRecipient = address(0xFEE);

    constructor() {
        vm.warp(1_000_000);
        world = new DesksWorld();
        price = 1_000_003; // not round, so that every rounding shows
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            address wallet = world.wallet(i);
            world.dollar().mint(wallet, world.MONEY());
            vm.startPrank(wallet);
            world.dollar().approve(address(world.offering()), type(uint256).max);
            vm.stopPrank();
        }
        _open(300, 1_000, 333);
    }

    function subscribe(uint256 buyer, uint64 shares, uint64 minShares) external {
        uint256 offeringId = world.offering().offeringCount();
        address wallet = world.wallet(buyer);
        vm.startPrank(wallet);
        try world.offering().subscribe(offeringId, shares % 400, minShares % 400, type(uint256).max) {} catch {}
        vm.stopPrank();
    }

    function close(uint256 delay) external {
        vm.warp(block.timestamp + (delay % 2_000));
        try world.offering().close(world.offering().offeringCount()) {} catch {}
    }

    function closeSoldOut() external {
        try world.offering().closeSoldOut(world.offering().offeringCount()) {} catch {}
    }

    function reopen(uint64 softCap, uint64 hardCap, uint16 feeBps) external {
        if (_latest().phase != OfferingPhase.Failed) return;
        hardCap = 1 + (hardCap % 1_000);
        _open(1 + (softCap % hardCap), hardCap, feeBps % 10_001);
    }

    function allot(uint256 first, uint256 second) external {
        address[] memory page = new address[](2);
        (page[0], page[1]) = (world.wallet(first), world.wallet(second));
        try world.offering().allot(world.offering().offeringCount(), page) {} catch {}
    }

    function refund(uint256 offeringId, uint256 buyer, bool byHimself, uint256 delay) external {
        address wallet = world.wallet(buyer);
        uint256 number = 1 + (offeringId % world.offering().offeringCount());
        uint256 owed = world.offering().costOf(number, world.offering().entitlementOf(number, wallet));
        uint256 before = world.dollar().balanceOf(wallet);
        if (delay % 8 == 0) vm.warp(block.timestamp + 30 days);

        if (byHimself) vm.startPrank(wallet);
        bool paid = true;
        try world.offering().refund(number, wallet) {} catch {
            paid = false;
        }
        if (byHimself) vm.stopPrank();

        uint256 received = world.dollar().balanceOf(wallet) - before;
        vm.assertEq(received, paid ? owed : 0, "I-8 a refund is exactly what was paid");
    }

    function withdraw(uint256 offeringId, bool fee) external {
        uint256 number = 1 + (offeringId % world.offering().offeringCount());
        if (fee) try world.offering().withdrawFee(number) {} catch {}
        else try world.offering().withdrawProceeds(number) {} catch {}
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

    function _open(uint64 softCap, uint64 hardCap, uint16 feeBps) private {
        world.offering().open(
            OfferingTerms({
                id: world.OFFERED(),
                currency: address(world.dollar()),
                price: price,
                softCap: softCap,
                hardCap: hardCap,
                minTicket: 1,
                maxPerInvestor: 0,
                opensAt: uint48(block.timestamp),
                closesAt: uint48(block.timestamp + 5_000),
                feeBps: feeBps,
                feeRecipient: feeRecipient,
                treasury: treasury
            })
        );
    }

    function _latest() private view returns (Offering memory) {
        return world.offering().offeringOf(world.offering().offeringCount());
    }
}

contract OfferingInvariants {
    OfferingHandler private _handler;
    address[] private _targets;

    function setUp() public {
        _handler = new OfferingHandler();
        _targets.push(address(_handler));
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function invariant_the_escrow_covers_every_refund() public view {
        DesksWorld world = _handler.world();
        uint256 escrow = 0;
        uint256 allotted = 0;
        for (uint256 number = 1; number <= world.offering().offeringCount(); ++number) {
            Offering memory offering = world.offering().offeringOf(number);
            (uint256 toTreasury, uint256 toFeeRecipient) = world.offering().proceedsDue(number);
            uint256 owed = _entitlements(number);
            vm.assertEq(offering.sold, owed + offering.allotted, "I-8 sold is what is owed or allotted");
            vm.assertLe(offering.sold, offering.terms.hardCap, "I-8 not more than the hard cap is sold");
            vm.assertEq(
                world.offering().escrowOf(number),
                owed * _handler.price() + toTreasury + toFeeRecipient,
                "I-8 escrow is refunds and unpaid proceeds"
            );
            escrow += world.offering().escrowOf(number);
            allotted += offering.allotted;
        }
        vm.assertEq(world.dollar().balanceOf(address(world.offering())), escrow, "I-8 the money is there");
        vm.assertEq(world.shares().totalSupply(world.OFFERED()), allotted, "I-8 shares issued are shares allotted");
    }

    function invariant_nobody_pays_more_than_his_shares_cost() public view {
        DesksWorld world = _handler.world();
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            address wallet = world.wallet(i);
            uint256 held = world.shares().balanceOf(wallet, world.OFFERED());
            for (uint256 number = 1; number <= world.offering().offeringCount(); ++number) {
                held += world.offering().entitlementOf(number, wallet);
            }
            vm.assertEq(
                world.dollar().balanceOf(wallet) + held * _handler.price(),
                world.MONEY(),
                "I-8 money and shares of a buyer add up"
            );
        }
    }

    function _entitlements(uint256 number) private view returns (uint256 owed) {
        DesksWorld world = _handler.world();
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            owed += world.offering().entitlementOf(number, world.wallet(i));
        }
    }
}
