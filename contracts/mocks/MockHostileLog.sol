// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A log that does its worst with whatever it is told.
contract MockHostileLog {
    enum Mood {
        Refuses,
        BurnsGas,
        AnswersMegabytes,
        RefusesWithMegabytes,
        SaysNothing
    }

    Mood public immutable mood;

    error MockHostileLogRefuses();

    constructor(Mood mood_) {
        mood = mood_;
    }

    fallback() external {
        if (mood == Mood.Refuses) revert MockHostileLogRefuses();
        if (mood == Mood.SaysNothing) return;
        if (mood == Mood.BurnsGas) while (true) {}
        bool refuses = mood == Mood.RefusesWithMegabytes;
        assembly {
            // As much as its gas pays for.
            let size := 120000
            if refuses {
                revert(0, size)
            }
            return(0, size)
        }
    }
}
