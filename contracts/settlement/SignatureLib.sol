// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @title Signatures under the desk's domain
/// @notice EIP-712 digests, signed by a key or by a contract that says so (ERC-1271).
library SignatureLib {
    function digest(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @notice Requires that `signer` signed `digest_`.
    function check(address signer, bytes32 digest_, bytes calldata signature) internal view {
        require(
            SignatureChecker.isValidSignatureNowCalldata(signer, digest_, signature),
            ISettlementDesk.SettlementDeskSignatureInvalid(signer, digest_)
        );
    }
}
