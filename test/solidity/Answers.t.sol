// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnswerLib} from "../../contracts/calls/AnswerLib.sol";
import {SignatureEncodingsLib} from "../../contracts/investors/verifiers/SignatureEncodingsLib.sol";
import {vm} from "./Vm.sol";

/// Answers that may be anything: what Solidity's own decoder reads is read alike, and nothing reverts.
contract AnswersTest {
    using AnswerLib for bytes;

    function test_fuzz_reads_what_the_decoder_reads(uint256 first, bytes memory one, bytes memory other) external pure {
        bytes memory answer = abi.encode(first, one, other);

        (bool hasWord, uint256 word) = answer.wordAt(0);
        (bool hasOne, bytes memory readOne) = answer.bytesAt(1);
        (bool hasOther, bytes memory readOther) = answer.bytesAt(2);
        vm.assertTrue(hasWord && hasOne && hasOther, "all are found");
        vm.assertEq(word, first, "the word");
        vm.assertTrue(keccak256(readOne) == keccak256(one), "the bytes");
        vm.assertTrue(keccak256(readOther) == keccak256(other), "the other bytes");
    }

    function test_fuzz_reads_a_list_up_to_its_limit(uint256[] memory list, uint8 most) external pure {
        (bool found, uint256[] memory read) = abi.encode(list).words(most);

        vm.assertTrue(found == (list.length <= most), "found if it is short enough");
        if (found) vm.assertTrue(keccak256(abi.encode(read)) == keccak256(abi.encode(list)), "the same");
    }

    function test_a_list_has_to_be_there_whole_and_first() external pure {
        uint256[3][4] memory answers = [
            [uint256(0x20), 2, 7], // one entry short
            [uint256(0x40), 1, 7], // somewhere else
            [uint256(0x20), type(uint256).max, 7], // beyond any limit
            [uint256(0), 0, 0] // no offset
        ];
        for (uint256 i = 0; i < answers.length; ++i) {
            (bool found, uint256[] memory list) = abi.encode(answers[i]).words(15);
            vm.assertTrue(!found && list.length == 0, "refused");
        }
    }

    /// Whatever is read of garbage is what the decoder reads, or it is refused; nothing reverts here.
    function test_fuzz_never_reverts_and_never_reads_more_than_the_decoder(
        bytes memory answer,
        uint8 index
    ) external view {
        answer.wordAt(index);
        (bool hasList, uint256[] memory list) = answer.words(15);
        (bool hasBytes, bytes memory content) = answer.bytesAt(0);

        if (hasList)
            vm.assertTrue(keccak256(abi.encode(list)) == keccak256(abi.encode(this.decodeList(answer))), "list");
        if (hasBytes) vm.assertTrue(keccak256(content) == keccak256(this.decodeBytes(answer)), "bytes");
    }

    /// The same with words that are often offsets and lengths, near the edges.
    function test_fuzz_edges_of_offsets_and_lengths(uint8 offset, uint8 length, uint8 size) external view {
        bytes memory answer = new bytes(size);
        if (size >= 32) answer[31] = bytes1(offset);
        uint256 place = uint256(offset) + 31;
        if (place < size) answer[place] = bytes1(length);

        this.test_fuzz_never_reverts_and_never_reads_more_than_the_decoder(answer, offset / 32);
    }

    /// All encodings recover the same signer, once `v` counts from 27, and each has the same three others.
    function test_fuzz_encodings_are_of_one_signature(uint256 seed, bytes32 digest) external pure {
        uint256 key = 1 + (seed % type(uint128).max);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        bytes[] memory encodings = SignatureEncodingsLib.encodingsOf(abi.encodePacked(r, s, v));

        vm.assertEq(encodings.length, SignatureEncodingsLib.COUNT, "four");
        for (uint256 i = 0; i < encodings.length; ++i) {
            vm.assertTrue(_recover(digest, encodings[i]) == vm.addr(key), "the same signer");
            bytes[] memory again = SignatureEncodingsLib.encodingsOf(encodings[i]);
            for (uint256 j = 0; j < again.length; ++j) vm.assertTrue(_contains(encodings, again[j]), "the same set");
            for (uint256 j = 0; j < i; ++j) {
                vm.assertTrue(keccak256(encodings[i]) != keccak256(encodings[j]), "four different ones");
            }
        }
    }

    function test_fuzz_what_is_no_signature_is_left_as_it_is(bytes memory signature) external pure {
        vm.assume(
            signature.length != 65 ||
                (uint8(signature[64]) > 1 && uint8(signature[64]) != 27 && uint8(signature[64]) != 28)
        );

        bytes[] memory encodings = SignatureEncodingsLib.encodingsOf(signature);
        vm.assertEq(encodings.length, 1, "only itself");
        vm.assertTrue(keccak256(encodings[0]) == keccak256(signature), "as it is");
    }

    function test_an_s_of_zero_or_of_the_order_has_no_other_half() external pure {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        for (uint8 i = 0; i < 3; ++i) {
            uint256 s = [0, order, type(uint256).max][i];
            bytes memory signature = abi.encodePacked(bytes32(uint256(1)), s, uint8(27));
            vm.assertEq(SignatureEncodingsLib.encodingsOf(signature).length, 1, "only itself");
        }
    }

    function decodeList(bytes memory answer) external pure returns (uint256[] memory) {
        return abi.decode(answer, (uint256[]));
    }

    function decodeBytes(bytes memory answer) external pure returns (bytes memory) {
        return abi.decode(answer, (bytes));
    }

    function _recover(bytes32 digest, bytes memory signature) private pure returns (address) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        return ecrecover(digest, v < 27 ? v + 27 : v, r, s);
    }

    function _contains(bytes[] memory list, bytes memory value) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (keccak256(list[i]) == keccak256(value)) return true;
        }
        return false;
    }
}
