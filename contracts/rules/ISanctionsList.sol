// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISanctions} from "./ISanctions.sol";

/// @title A list of wallets under sanctions, our own and an oracle's
/// @dev It fails closed: while the oracle does not answer, nobody is cleared and transfers are refused (90), until compliance
/// takes the oracle off.
interface ISanctionsList is ISanctions {
    event WalletSanctioned(address indexed wallet, bool isSanctioned);
    /// @notice From now on `oracle` is asked too; zero means that none is.
    event OracleSet(address indexed oracle);

    /// @notice The contract at this address does not answer `isSanctioned`.
    /// @dev Check the address, and that it is one of this chain.
    error SanctionsListNotAnOracle(address oracle);

    /// @notice Puts wallets on the list, or takes them off. For compliance.
    function setSanctioned(address[] calldata wallets, bool isSanctioned_) external;

    /// @notice Sets the oracle that is asked about wallets which are not on the list; zero for none. For compliance.
    function setOracle(address oracle_) external;

    function oracle() external view returns (address);

    /// @notice Whether the wallet is on our own list, whatever the oracle says.
    function isListed(address wallet) external view returns (bool);
}
