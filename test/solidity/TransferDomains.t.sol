// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {TransferDomains} from "../../contracts/compliance/TransferDomains.sol";
import {vm} from "./Vm.sol";

/// @notice Times that no chain will see.
contract TransferDomainsTest {
    bytes32 private constant A = keccak256("a");
    bytes32 private constant B = keccak256("b");

    TransferDomains private _domains;

    /// @notice This contract is its own authority: an AccessManager counts time in 48 bits and would refuse first.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function setUp() external {
        vm.warp(1_800_000_000);
        _domains = new TransferDomains(address(this), type(uint64).max - 1_800_000_000);
        _domains.setRoute(A, B, A, B);
    }

    function test_changes_must_be_rejected_when_the_time_does_not_fit_64_bits() external {
        uint256 time = uint256(type(uint64).max) + 1;
        vm.warp(time);
        bytes memory refusal = abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 64, time);

        vm.expectRevert(refusal);
        _domains.setRoute(A, B, A, B);
        vm.expectRevert(refusal);
        _domains.revokeRoute(A, B, A, B);
    }

    function test_notice_must_end_at_a_time_that_fits_64_bits() external {
        _domains.initiateRevocation(A, B, A, B);
        vm.assertEq(_domains.getRevocation(A, B, A).effectiveAt, type(uint64).max, "the last time that fits");
        _domains.cancelRevocation(A, B, A, B);

        vm.warp(1_800_000_001);
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 64, uint256(type(uint64).max) + 1)
        );
        _domains.initiateRevocation(A, B, A, B);
    }
}
