// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {Party} from "../investors/Party.sol";
import {IncomeBook} from "./IncomeBook.sol";
import {WithholdingRow, WithholdingTable} from "./IncomeTypes.sol";
import {IWithholding} from "./IWithholding.sol";

/// @title Tables of withholding tax (see `IWithholding`)
abstract contract Withholding is IncomeBook, IWithholding {
    uint256 private constant ALL_BPS = 10_000;
    uint256 private constant MOST_ROWS = 32;
    uint16 private constant HIGHEST_COUNTRY = 999;

    /// @inheritdoc IWithholding
    uint32 public withholdingCount;

    mapping(uint32 table => WithholdingTable) private _tables;
    mapping(uint256 id => uint32 table) private _tableOf;
    uint32 private _defaultTable;

    /// @inheritdoc IWithholding
    function addWithholding(
        address taxAccount,
        uint16 fallbackBps,
        WithholdingRow[] calldata rows
    ) external restricted returns (uint32 table) {
        require(
            taxAccount != address(0) && fallbackBps <= ALL_BPS && rows.length <= MOST_ROWS,
            IncomeDeskInvalidWithholding(rows.length)
        );
        for (uint256 i = 0; i < rows.length; ++i) {
            bool isValid = rows[i].country <= HIGHEST_COUNTRY && rows[i].rateBps <= ALL_BPS;
            require(isValid, IncomeDeskInvalidWithholding(i));
        }

        table = ++withholdingCount;
        WithholdingTable storage rates = _tables[table];
        (rates.taxAccount, rates.fallbackBps) = (taxAccount, fallbackBps);
        for (uint256 i = 0; i < rows.length; ++i) rates.rows.push(rows[i]);

        emit WithholdingAdded(table, taxAccount, fallbackBps, rows);
    }

    /// @inheritdoc IWithholding
    function setWithholding(uint256 id, uint32 table) external restricted {
        if (table != 0) _existingTable(table);

        _tableOf[id] = table;

        emit WithholdingSet(id, table);
    }

    /// @inheritdoc IWithholding
    function setDefaultWithholding(uint32 table) external restricted {
        if (table != 0) _existingTable(table);

        _defaultTable = table;

        emit DefaultWithholdingSet(table);
    }

    /// @inheritdoc IWithholding
    function withholdingOf(uint256 id) public view returns (uint32 table) {
        table = _tableOf[id];
        return table == 0 ? _defaultTable : table;
    }

    /// @inheritdoc IWithholding
    function withholdingTable(uint32 table) external view returns (WithholdingTable memory) {
        return _existingTable(table);
    }

    /// @inheritdoc IWithholding
    function rateOf(uint32 table, address holder) public view returns (uint16 rateBps, uint16 verifiedBps) {
        if (table == 0) return (0, 0);
        WithholdingTable storage rates = _existingTable(table);
        Party party = IInvestorRegistry(shares.investors()).partyOf(holder);
        if (party.isNobody() || party.isProtocol()) return (rates.fallbackBps, rates.fallbackBps);

        verifiedBps = _rateFor(rates, party);
        rateBps = block.timestamp > party.verifiedUntil() ? rates.fallbackBps : verifiedBps;
    }

    function _taxAccountOf(uint32 table) internal view returns (address) {
        return _tables[table].taxAccount;
    }

    /// @dev Rounded down: what a fraction of a unit would be is the holder's.
    function _taxOn(uint256 gross, uint16 rateBps) internal pure returns (uint256) {
        return Math.mulDiv(gross, rateBps, ALL_BPS);
    }

    function _rateFor(WithholdingTable storage rates, Party party) private view returns (uint16) {
        uint256 count = rates.rows.length;
        for (uint256 i = 0; i < count; ++i) {
            WithholdingRow memory row = rates.rows[i];
            bool fitsCountry = row.country == 0 || row.country == party.country();
            bool fitsClass = row.classes == 0 || row.classes & party.classes() != 0;
            if (fitsCountry && fitsClass) return row.rateBps;
        }
        return rates.fallbackBps;
    }

    function _existingTable(uint32 table) private view returns (WithholdingTable storage rates) {
        rates = _tables[table];
        require(rates.taxAccount != address(0), IncomeDeskUnknownWithholding(table));
    }
}
