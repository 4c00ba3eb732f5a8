// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OfferingDesk} from "../../contracts/offering/OfferingDesk.sol";
import {Entitlement, Lock, Offering, OfferingPhase, SaleKind} from "../../contracts/offering/OfferingTypes.sol";
import {DesksWorld} from "./helpers/DesksWorld.sol";
import {OfferingHandler} from "./helpers/OfferingHandler.sol";
import {vm} from "./Vm.sol";

/// @notice I-8 under everything that `OfferingHandler` does.
abstract contract OfferingInvariants {
    OfferingHandler private _handler;
    address[] private _targets;

    function setUp() public {
        _handler = new OfferingHandler(_kind());
        _targets.push(address(_handler));
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function invariant_the_escrow_covers_every_refund() public view {
        DesksWorld world = _handler.world();
        OfferingDesk desk = _handler.desk();
        uint256 escrow = 0;
        uint256 issued = 0;
        for (uint256 number = 1; number <= desk.offeringCount(); ++number) {
            Offering memory offering = desk.offeringOf(number);
            (uint256 toTreasury, uint256 toFeeRecipient) = desk.proceedsDue(number);
            uint256 toReferrers =
                desk.commissionDue(number, _handler.referrer(0)) + desk.commissionDue(number, _handler.referrer(1));
            (uint256 owed, uint256 paid) = _entitlements(number);

            vm.assertEq(offering.sold, owed + offering.allotted, "I-8 sold is what is owed or allotted");
            bool mayExceed = _kind() == SaleKind.Reservation && offering.phase != OfferingPhase.Succeeded;
            if (!mayExceed)
                vm.assertLe(offering.sold, offering.terms.hardCap, "I-8 not more than the hard cap is sold");
            vm.assertEq(
                offering.escrow,
                paid + toTreasury + toFeeRecipient + toReferrers,
                "I-8 escrow is refunds and what is due to the payees"
            );
            escrow += offering.escrow;
            issued += offering.allotted + (offering.retainedIssued ? offering.terms.retained : 0);
        }
        vm.assertEq(world.dollar().balanceOf(address(desk)), escrow, "I-8 the money is there");
        vm.assertEq(world.shares().totalSupply(world.OFFERED()), issued, "I-8 shares issued are allotted or retained");
    }

    function invariant_what_buyers_have_paid_is_proceeds_or_theirs() public view {
        DesksWorld world = _handler.world();
        OfferingDesk desk = _handler.desk();
        uint256 proceeds = 0;
        uint256 theirs = 0;
        uint256 earned = 0;
        for (uint256 number = 1; number <= desk.offeringCount(); ++number) {
            Offering memory offering = desk.offeringOf(number);
            (, uint256 paid) = _entitlements(number);
            proceeds += offering.proceeds;
            theirs += paid;
            earned += offering.commission - desk.commissionDue(number, _handler.referrer(0));
            earned -= desk.commissionDue(number, _handler.referrer(1));
        }

        // One referrer is a buyer himself; what he was paid for that is in his wallet.
        earned -= world.dollar().balanceOf(_handler.referrer(0));
        uint256 kept = 0;
        uint256 count = world.register().WALLETS();
        for (uint256 i = 0; i < count; ++i) kept += world.dollar().balanceOf(world.wallet(i));
        vm.assertEq(kept + proceeds + theirs, count * world.MONEY() + earned, "I-8 no money is made or lost");
    }

    function invariant_nobody_moves_what_is_locked_up() public view {
        DesksWorld world = _handler.world();
        OfferingDesk desk = _handler.desk();
        for (uint256 i = 0; i < world.register().WALLETS(); ++i) {
            address wallet = world.wallet(i);
            uint256 locked = 0;
            for (uint256 number = 1; number <= desk.offeringCount(); ++number) {
                (Lock memory lock, ) = desk.lockOf(number, wallet);
                locked += lock.left;
            }
            vm.assertEq(world.shares().lockedOf(wallet, world.OFFERED()), locked, "I-8 what is locked up is locked");
        }
    }

    function _kind() internal pure virtual returns (SaleKind);

    function _entitlements(uint256 number) private view returns (uint256 owed, uint256 paid) {
        uint256 count = _handler.world().register().WALLETS();
        address[] memory buyers = new address[](count);
        for (uint256 i = 0; i < count; ++i) buyers[i] = _handler.world().wallet(i);
        Entitlement[] memory entitlements = _handler.desk().entitlementsOf(number, buyers);
        for (uint256 i = 0; i < count; ++i) {
            owed += entitlements[i].shares;
            paid += entitlements[i].paid;
        }
    }
}

contract FirstComeInvariants is OfferingInvariants {
    function _kind() internal pure override returns (SaleKind) {
        return SaleKind.FirstCome;
    }
}

contract ReservationInvariants is OfferingInvariants {
    function _kind() internal pure override returns (SaleKind) {
        return SaleKind.Reservation;
    }
}
