// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {BINDING_SCOPE_TOKEN_ID} from "../../../contracts/assets/IAnchorRegistry.sol";
import {CustodyDesk} from "../../../contracts/custody/CustodyDesk.sol";
import {Attestation, CustodyMandate} from "../../../contracts/custody/CustodyTypes.sol";
import {IncomeDesk} from "../../../contracts/income/IncomeDesk.sol";
import {TestDollar} from "../../../contracts/mocks/TestDollar.sol";
import {OfferingDesk} from "../../../contracts/offering/OfferingDesk.sol";
import {RuleSetting} from "../../../contracts/rules/ITransferRules.sol";
import {ShareToken} from "../../../contracts/shares/ShareToken.sol";
import {vm} from "../Vm.sol";
import {RegisterWorld} from "./RegisterWorld.sol";

/// @notice The desks on top of `RegisterWorld`, for property tests: a third asset, listed and backed, of which at most two
/// investors may become holders, so that allotments get refused; every wallet has dollars and has allowed the desks all.
contract DesksWorld {
    uint256 public constant OFFERED = 3;
    uint64 private constant ISSUING = 77;
    uint256 private constant CUSTODIAN_KEY = 0xC0570D1A;
    uint256 public constant MONEY = 1e15;

    RegisterWorld public immutable register;
    ShareToken public immutable shares;
    CustodyDesk public immutable custody;
    OfferingDesk public immutable offering;
    IncomeDesk public immutable income;
    TestDollar public immutable dollar;

    constructor() {
        register = new RegisterWorld();
        shares = register.shares();
        AccessManager authority = register.authority();
        custody = new CustodyDesk(address(authority), shares);
        offering = new OfferingDesk(address(authority), shares, custody);
        income = new IncomeDesk(address(authority), shares);
        dollar = new TestDollar(msg.sender);
        income.setCurrency(address(dollar), true);

        bytes4[] memory selectors = new bytes4[](4);
        (selectors[0], selectors[1]) = (ShareToken.mint.selector, ShareToken.setAssetState.selector);
        (selectors[2], selectors[3]) = (ShareToken.lock.selector, ShareToken.unlock.selector);
        authority.setTargetFunctionRole(address(shares), selectors, ISSUING);
        authority.grantRole(ISSUING, address(offering), 0);
        authority.grantRole(0, msg.sender, 0);

        _list();
        _back();
    }

    function wallet(uint256 number) public view returns (address) {
        return register.wallet(number);
    }

    function _list() private {
        bytes memory metadata = abi.encode(
            bytes32("building"),
            bytes32("US"),
            uint64(1),
            uint64(4e9),
            bytes("u"),
            bytes("")
        );
        bytes32 anchorId = register.anchors().registerAndBind(
            bytes32(OFFERED),
            bytes32("evidence"),
            metadata,
            address(shares),
            BINDING_SCOPE_TOKEN_ID,
            OFFERED
        );
        shares.listAsset(OFFERED, anchorId, 1e6, "");
        RuleSetting[] memory settings = new RuleSetting[](1);
        settings[0] = register.limitOf(2);
        register.rules().setRules(OFFERED, settings);
        CustodyMandate memory mandate = CustodyMandate(vm.addr(CUSTODIAN_KEY), 0, 4e9, "terms");
        custody.offerMandate(OFFERED, mandate);
        vm.prank(vm.addr(CUSTODIAN_KEY));
        custody.acceptMandate(OFFERED, mandate);
    }

    function _back() private {
        Attestation memory word = Attestation({
            subjectId: shares.anchorIdOf(OFFERED),
            kind: 0,
            attester: vm.addr(CUSTODIAN_KEY),
            evidenceHash: bytes32("report"),
            amount: 1,
            unit: "piece",
            asOf: uint64(block.timestamp),
            expiresAt: 4e9,
            nonce: 1
        });
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(CUSTODIAN_KEY, custody.hashAttestation(word));
        custody.attest(OFFERED, word, abi.encodePacked(r, s, v));
    }
}
