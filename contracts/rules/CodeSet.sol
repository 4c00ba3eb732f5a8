// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Sets of reason codes: bit n stands for code n
library CodeSet {
    /// @notice The lowest code of a set; 0 of none.
    function lowest(uint256 codes) internal pure returns (uint8 code) {
        if (codes == 0) return 0;
        while (codes & 1 == 0) {
            codes >>= 1;
            ++code;
        }
    }
}
