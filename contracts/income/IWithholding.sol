// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {WithholdingRow, WithholdingTable} from "./IncomeTypes.sol";

/// @title Tables of withholding tax
/// @notice A table is added once, under the next number from 1, and never changed; assets are pointed to tables. A record
/// distribution is declared with the asset's table of that moment and keeps it; a rate is what the registry says of the holder when he is
/// paid (relief at source). All of this is compliance's: whoever pays the money should not choose the tax, and the rates rest on what
/// compliance and registrar know of people.
interface IWithholding {
    event WithholdingAdded(uint32 indexed table, address indexed taxAccount, uint16 fallbackBps, WithholdingRow[] rows);
    /// @notice New record distributions of `id` withhold by this table; 0: by the default one.
    event WithholdingSet(uint256 indexed id, uint32 indexed table);
    /// @notice New record distributions of assets without a table of their own withhold by this one; 0: nothing.
    event DefaultWithholdingSet(uint32 indexed table);

    /// @notice No table has this number.
    /// @dev Check the number; `withholdingCount` is the highest.
    error IncomeDeskUnknownWithholding(uint32 table);
    /// @notice A table names a tax account, at most 32 rows, countries up to 999, and rates up to 10,000.
    /// @dev Correct the table; `place` is the first wrong row, or the number of rows if the rest is wrong.
    error IncomeDeskInvalidWithholding(uint256 place);

    /// @notice Adds a table. For compliance.
    /// @dev WARNING: the tax account never changes. Name one that its owner does not lose.
    function addWithholding(
        address taxAccount,
        uint16 fallbackBps,
        WithholdingRow[] calldata rows
    ) external returns (uint32 table);

    /// @notice Points an asset to a table, for distributions from now on; 0: back to the default. For compliance.
    function setWithholding(uint256 id, uint32 table) external;

    /// @notice Points all assets without a table of their own to one; 0: nothing is withheld. For compliance.
    function setDefaultWithholding(uint32 table) external;

    /// @notice The table by which a distribution of `id` declared now withholds; 0: none.
    function withholdingOf(uint256 id) external view returns (uint32 table);

    function withholdingTable(uint32 table) external view returns (WithholdingTable memory);
    function withholdingCount() external view returns (uint32);

    /// @notice What `table` takes from `holder` now, and what it would if his verification had not expired, in basis points. Table 0
    /// takes nothing.
    function rateOf(uint32 table, address holder) external view returns (uint16 rateBps, uint16 verifiedBps);
}
