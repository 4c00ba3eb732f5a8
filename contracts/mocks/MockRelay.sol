// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Many calls in one transaction, each succeeding or failing on its own
/// @notice Says what every call answered, in events. Hostile about roles: whoever calls it acts in its name.
contract MockRelay {
    /// @param keep whether what the call changes stays
    struct Step {
        address target;
        bool keep;
        bytes data;
    }

    event Answered(bool succeeded, bytes answer);

    /// @notice Not a failure: it takes back what was tried and carries the answer out.
    error MockRelayTried(bool succeeded, bytes answer);

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            (bool succeeded, bytes memory answer) = step.keep
                ? step.target.call(step.data)
                : _tried(step.target, step.data);
            emit Answered(succeeded, answer);
        }
    }

    /// @notice Calls and takes everything back.
    function attempt(address target, bytes calldata data) external {
        (bool succeeded, bytes memory answer) = target.call(data);
        revert MockRelayTried(succeeded, answer);
    }

    /// @notice Asks many questions at once.
    function read(
        address[] calldata targets,
        bytes[] calldata questions
    ) external view returns (bool[] memory succeeded, bytes[] memory answers) {
        succeeded = new bool[](targets.length);
        answers = new bytes[](targets.length);
        for (uint256 i = 0; i < targets.length; ++i) {
            (succeeded[i], answers[i]) = targets[i].staticcall(questions[i]);
        }
    }

    function _tried(address target, bytes calldata data) private returns (bool, bytes memory) {
        try this.attempt(target, data) {
            return (false, "");
        } catch (bytes memory reason) {
            // The four bytes of MockRelayTried stand before what it carries.
            assembly ("memory-safe") {
                let length := sub(mload(reason), 4)
                reason := add(reason, 4)
                mstore(reason, length)
            }
            return abi.decode(reason, (bool, bytes));
        }
    }
}
