// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {AnchorRegistry} from "../../../contracts/assets/AnchorRegistry.sol";
import {BINDING_SCOPE_TOKEN_ID} from "../../../contracts/assets/IAnchorRegistry.sol";
import {InvestorId, Profile} from "../../../contracts/investors/IInvestorRegistry.sol";
import {InvestorRegistry} from "../../../contracts/investors/InvestorRegistry.sol";
import {CountryRule} from "../../../contracts/rules/CountryRule.sol";
import {HolderCountRule} from "../../../contracts/rules/HolderCountRule.sol";
import {InvestorClassRule} from "../../../contracts/rules/InvestorClassRule.sol";
import {RuleSetting} from "../../../contracts/rules/ITransferRules.sol";
import {TransferRules} from "../../../contracts/rules/TransferRules.sol";
import {AssetState} from "../../../contracts/shares/IShareToken.sol";
import {ShareToken} from "../../../contracts/shares/ShareToken.sol";

/// @notice A small register for property tests: two active assets under country, class and holder-count rules (two holders at
/// most on the second), and six wallets: W0 and W1 of one investor, W2, W3 fit investors, W4 a foreigner, W5 unknown.
contract RegisterWorld {
    uint256 public constant FIRST = 1;
    uint256 public constant SECOND = 2;
    uint256 public constant WALLETS = 6;
    uint16 private constant USA = 840;
    uint16 private constant ACCREDITED = 4;

    AccessManager public immutable authority;
    InvestorRegistry public immutable investors;
    TransferRules public immutable rules;
    AnchorRegistry public immutable anchors;
    ShareToken public immutable shares;
    HolderCountRule private immutable _holderCount;
    CountryRule private immutable _country;
    InvestorClassRule private immutable _investorClass;

    constructor() {
        authority = new AccessManager(address(this));
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
        anchors = AnchorRegistry(
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
        _country = new CountryRule();
        _investorClass = new InvestorClassRule();
        _holderCount = new HolderCountRule();

        _list(FIRST, 3);
        _list(SECOND, 2);
        _register("A", 0, USA);
        investors.addWallet(InvestorId.wrap("A"), wallet(1));
        _register("B", 2, USA);
        _register("C", 3, USA);
        _register("D", 4, 250);
        shares.mint(wallet(0), FIRST, 1_000, "");
        shares.mint(wallet(2), SECOND, 1_000, "");
        authority.grantRole(0, msg.sender, 0); // whoever makes the world rules it
    }

    /// @notice The wallet of a number; numbers wrap around.
    function wallet(uint256 number) public pure returns (address) {
        return address(uint160(0xA11CE0 + (number % WALLETS)));
    }

    /// @notice The rule that lets at most so many investors hold an asset.
    function limitOf(uint32 holders) public view returns (RuleSetting memory) {
        return RuleSetting(address(_holderCount), abi.encodePacked(holders));
    }

    function _list(uint256 id, uint32 holders) private {
        bytes memory metadata = abi.encode(
            bytes32("building"),
            bytes32("US"),
            uint64(1),
            uint64(4e9),
            bytes("u"),
            bytes("")
        );
        bytes32 anchorId = anchors.registerAndBind(
            bytes32(id),
            bytes32("evidence"),
            metadata,
            address(shares),
            BINDING_SCOPE_TOKEN_ID,
            id
        );
        shares.listAsset(id, anchorId, 2_000, "");
        RuleSetting[] memory settings = new RuleSetting[](3);
        bytes memory countries = new bytes(125);
        countries[USA >> 3] = bytes1(uint8(0x80 >> (USA & 7)));
        settings[0] = RuleSetting(address(_country), countries);
        settings[1] = RuleSetting(address(_investorClass), abi.encodePacked(ACCREDITED));
        settings[2] = limitOf(holders);
        rules.setRules(id, settings);
        shares.setAssetState(id, AssetState.Active);
    }

    function _register(bytes32 investor, uint256 number, uint16 country) private {
        investors.register(Profile(InvestorId.wrap(investor), country, ACCREDITED, 0, 4e9), wallet(number));
    }

    function _proxy(address implementation, bytes memory data) private returns (address) {
        return address(new ERC1967Proxy(implementation, data));
    }
}
