// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {AnchorRegistry} from "../../../contracts/assets/AnchorRegistry.sol";
import {BINDING_SCOPE_TOKEN_ID} from "../../../contracts/assets/IAnchorRegistry.sol";
import {InvestorId, Profile} from "../../../contracts/investors/IInvestorRegistry.sol";
import {InvestorRegistry} from "../../../contracts/investors/InvestorRegistry.sol";
import {MockReceiver} from "../../../contracts/mocks/MockReceiver.sol";
import {TransferRules} from "../../../contracts/rules/TransferRules.sol";
import {AssetState} from "../../../contracts/shares/IShareToken.sol";
import {ShareToken} from "../../../contracts/shares/ShareToken.sol";
import {RuleShelf} from "./RuleShelf.sol";

/// @notice A register with three active assets and all rules at hand, for property tests.
/// Investors by number, from 2 on: A (2) has W0 and W1, B (3) has W2, C (4) has W3 and W4 and is French, D (5) has W5 and is
/// French and retail, E (6) has W6, a contract that is hostile on demand. W7 is a desk of the suite, W8 is nobody's, and from W9 on wallets are
/// still free. A and B hold 1,000 of every asset between them.
contract RuledWorld {
    uint256 public constant ASSETS = 3;
    uint256 public constant WALLETS = 14;
    uint256 public constant INVESTORS = 5;
    uint32 public constant FIRST_NUMBER = 2;
    uint16 public constant USA = 840;
    uint16 public constant FRANCE = 250;
    uint16 public constant ACCREDITED = 4;
    uint48 public constant FAR = 4e9;

    InvestorRegistry public immutable investors;
    TransferRules public immutable rules;
    ShareToken public immutable shares;
    RuleShelf public immutable shelf;
    MockReceiver public immutable hostile;

    constructor() {
        AccessManager authority = new AccessManager(address(this));
        address manager = address(authority);
        investors = InvestorRegistry(
            _proxy(address(new InvestorRegistry()), abi.encodeCall(InvestorRegistry.initialize, (manager)))
        );
        rules = TransferRules(
            _proxy(
                address(new TransferRules()),
                abi.encodeCall(TransferRules.initialize, (manager, address(investors)))
            )
        );
        AnchorRegistry anchors = AnchorRegistry(
            _proxy(address(new AnchorRegistry()), abi.encodeCall(AnchorRegistry.initialize, (manager)))
        );
        shares = ShareToken(
            _proxy(
                address(new ShareToken()),
                abi.encodeCall(ShareToken.initialize, (manager, address(investors), address(rules), address(anchors)))
            )
        );
        rules.setShares(address(shares));
        investors.setRules(address(rules));
        shelf = new RuleShelf(manager, address(rules));
        hostile = new MockReceiver();

        _register("A", 0, USA, ACCREDITED);
        investors.addWallet(InvestorId.wrap("A"), wallet(1));
        _register("B", 2, USA, ACCREDITED);
        _register("C", 3, FRANCE, ACCREDITED);
        investors.addWallet(InvestorId.wrap("C"), wallet(4));
        _register("D", 5, FRANCE, 1);
        _register("E", 6, USA, ACCREDITED);
        investors.setProtocolAddress(wallet(7), true);
        for (uint256 id = 1; id <= ASSETS; ++id) {
            _list(anchors, id);
            shares.mint(wallet(0), id, 700, "");
            shares.mint(wallet(2), id, 300, "");
        }
        authority.grantRole(0, msg.sender, 0); // whoever makes the world rules it
        authority.grantRole(0, address(shelf), 0);
    }

    /// @notice The wallet of a number; numbers wrap around.
    function wallet(uint256 number) public view returns (address) {
        number = number % WALLETS;
        return number == 6 ? address(hostile) : address(uint160(0xA11CE00 + number));
    }

    /// @notice The id of an investor by place; places wrap around.
    function investor(uint256 place) public pure returns (InvestorId) {
        return InvestorId.wrap(bytes32(bytes1(uint8(0x41 + (place % INVESTORS)))));
    }

    /// @notice The wallets of an asset's holders, ascending, as `countHolders` takes them.
    function sortedWallets() public view returns (address[] memory sorted) {
        sorted = new address[](WALLETS);
        for (uint256 i = 0; i < WALLETS; ++i) {
            address next = wallet(i);
            uint256 place = i;
            for (; place > 0 && sorted[place - 1] > next; --place) sorted[place] = sorted[place - 1];
            sorted[place] = next;
        }
    }

    function _list(AnchorRegistry anchors, uint256 id) private {
        bytes memory metadata = abi.encode(bytes32("building"), bytes32("US"), uint64(1), uint64(4e9), bytes("u"), "");
        bytes32 anchorId = anchors.registerAndBind(
            bytes32(id),
            bytes32("evidence"),
            metadata,
            address(shares),
            BINDING_SCOPE_TOKEN_ID,
            id
        );
        shares.listAsset(id, anchorId, 2_000, "");
        shares.setAssetState(id, AssetState.Active);
    }

    function _register(bytes32 id, uint256 number, uint16 country, uint16 classes) private {
        investors.register(Profile(InvestorId.wrap(id), country, classes, 0, FAR), wallet(number));
    }

    function _proxy(address implementation, bytes memory data) private returns (address) {
        return address(new ERC1967Proxy(implementation, data));
    }
}
