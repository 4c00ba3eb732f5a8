// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Hostile about return values: transfers and approvals return nothing at all, like USDT. 6 decimals.
contract MockNoReturnCurrency {
    error MockNoReturnCurrencyTooLittle(address account, uint256 has, uint256 needs);

    string public constant name = "No Return Coin";
    string public constant symbol = "NRC";
    uint8 public constant decimals = 6;
    uint256 public totalSupply;
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice Anybody may mint.
    function mint(address account, uint256 value) external {
        totalSupply += value;
        balanceOf[account] += value;
        emit Transfer(address(0), account, value);
    }

    function approve(address spender, uint256 value) external {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
    }

    function transfer(address to, uint256 value) external {
        _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= value, MockNoReturnCurrencyTooLittle(from, allowed, value));
        allowance[from][msg.sender] = allowed - value;
        _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private {
        uint256 balance = balanceOf[from];
        require(balance >= value, MockNoReturnCurrencyTooLittle(from, balance, value));
        balanceOf[from] = balance - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
