import { expect } from "chai";
import { compareLayouts, type Layout } from "../../tools/storage-layout/layout.ts";
import { namespaceSlot, readLayouts } from "../../tools/storage-layout/read-layouts.ts";

const PATH = "contracts/Ledger.sol";
const SLOT = namespaceSlot("test.Ledger");
const STRUCT = `
        bool paused;
        address owner;
        mapping(uint256 => Position) positions;
        mapping(uint256 => Item[]) items;`;
const POSITION = `
        uint64 balance;
        uint64 frozen;`;

/** A small upgradeable book with this storage. */
function source({ struct = STRUCT, position = POSITION, item = "uint48 instant;", slot = SLOT, state = "" } = {}) {
  return `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

abstract contract UUPSUpgradeable {}

abstract contract LedgerStorage {
    enum Kind { Plain, Special }
    struct Position {${position}
    }
    struct Item { ${item} }
    /// @custom:storage-location erc7201:test.Ledger
    struct Root {${struct}
    }

    bytes32 private constant STORAGE = ${slot};

    function _root() internal pure returns (Root storage $) {
        assembly { $.slot := STORAGE }
    }
}

contract Ledger is LedgerStorage, UUPSUpgradeable {
    ${state}
    function pause() external { _root().paused = true; }
}
`;
}

function layoutOf(text: string): Layout {
  const { layouts, problems } = readLayouts({ [PATH]: text });
  expect(problems).to.deep.equal([]);
  const [layout] = layouts;
  if (layout === undefined) throw new Error("no upgradeable contract");
  return layout;
}

const RELEASED = layoutOf(source());
const upgradeTo = (changes: Parameters<typeof source>[0]) => compareLayouts(RELEASED, layoutOf(source(changes)));

describe("Storage layout (I-16)", () => {
  it("is read from the namespaced structs, which solc itself leaves out", () => {
    expect(RELEASED).to.deep.equal({
      contract: "Ledger",
      source: PATH,
      storage: [],
      namespaces: {
        "test.Ledger": {
          slot: SLOT,
          struct: "LedgerStorage.Root",
          members: [
            "0:0 bool paused",
            "0:1 address owner",
            "1:0 mapping(uint256 => struct LedgerStorage.Position) positions",
            "2:0 mapping(uint256 => struct LedgerStorage.Item[]) items",
          ],
        },
      },
      types: {
        "struct LedgerStorage.Item": { bytes: 32, members: ["0:0 uint48 instant"], inline: true },
        "struct LedgerStorage.Position": { bytes: 32, members: ["0:0 uint64 balance", "0:8 uint64 frozen"] },
      },
    });
  });

  it("knows the slot of a namespace as ERC-7201 gives it", () => {
    expect(namespaceSlot("example.main")).to.equal(
      "0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500",
    );
  });

  it("may be left as it is", () => {
    expect(upgradeTo({})).to.deep.equal({ problems: [], appended: [] });
  });

  it("may get new members at the end of the book and of a position", () => {
    const { problems, appended } = upgradeTo({
      struct: `${STRUCT}\n        Kind kind;`,
      position: `${POSITION}\n        uint64 locked;\n        uint256 note;`,
    });
    expect(problems).to.deep.equal([]);
    expect(appended).to.deep.equal([
      "Ledger, test.Ledger has new: 3:0 enum LedgerStorage.Kind kind",
      "Ledger, struct LedgerStorage.Position has new: 0:16 uint64 locked",
      "Ledger, struct LedgerStorage.Position has new: 1:0 uint256 note",
    ]);
  });

  it("may not change places", () => {
    const { problems } = upgradeTo({ position: "\n        uint64 frozen;\n        uint64 balance;" });
    expect(problems).to.deep.equal([
      "Ledger, struct LedgerStorage.Position: balance moved from 0:0 to 0:8",
      "Ledger, struct LedgerStorage.Position: frozen moved from 0:8 to 0:0",
    ]);
  });

  it("may not get a member in the middle", () => {
    const { problems } = upgradeTo({
      struct: STRUCT.replace("address owner;", "uint256 fee;\n        address owner;"),
    });
    expect(problems).to.deep.equal([
      "Ledger, test.Ledger: owner moved from 0:1 to 2:0",
      "Ledger, test.Ledger: positions moved from 1:0 to 3:0",
      "Ledger, test.Ledger: items moved from 2:0 to 4:0",
    ]);
  });

  it("may not get other types, wider or narrower ones included", () => {
    expect(upgradeTo({ position: POSITION.replace("uint64 frozen", "uint128 frozen") }).problems).to.deep.equal([
      "Ledger, struct LedgerStorage.Position: frozen was uint64 and is uint128",
    ]);
    expect(upgradeTo({ struct: STRUCT.replace("address owner", "bytes20 owner") }).problems).to.deep.equal([
      "Ledger, test.Ledger: owner was address and is bytes20",
    ]);
  });

  it("may not lose a member, nor give it another name", () => {
    expect(upgradeTo({ position: "\n        uint64 balance;" }).problems).to.deep.equal([
      "Ledger, struct LedgerStorage.Position: 0:8 uint64 frozen is gone",
    ]);
    expect(upgradeTo({ position: POSITION.replace("frozen", "held") }).problems).to.deep.equal([
      "Ledger, struct LedgerStorage.Position: 0:8 uint64 frozen was renamed to held",
    ]);
  });

  it("may not make the elements of a list longer, because the next one begins there", () => {
    expect(upgradeTo({ item: "uint48 instant; bool cancelled;" }).problems).to.deep.equal([]);
    expect(upgradeTo({ item: "uint48 instant; uint256 note;" }).problems).to.deep.equal([
      "Ledger, struct LedgerStorage.Item: 32 bytes became 64, and something other than a mapping holds it, so that what comes behind moves",
    ]);
  });

  it("may not lose an ordinary variable or a namespace", () => {
    const withState = layoutOf(source({ state: "uint256 public total;" }));
    expect(withState.storage).to.deep.equal(["0:0 uint256 total"]);
    expect(compareLayouts(withState, RELEASED).problems).to.deep.equal(["Ledger: 0:0 uint256 total is gone"]);
    expect(compareLayouts(RELEASED, { ...RELEASED, namespaces: {} }).problems).to.deep.equal([
      "Ledger has no namespace test.Ledger any more",
    ]);
  });

  it("has to be in the slot of its namespace", () => {
    const elsewhere = SLOT.replace(/..$/, "01");
    expect(readLayouts({ [PATH]: source({ slot: elsewhere }) }).problems).to.deep.equal([
      `LedgerStorage.Root: no constant beside it is the slot of test.Ledger, which is ${SLOT}`,
    ]);
    const unused = `${SLOT};\n    bytes32 private constant OTHER = ${elsewhere}`;
    const wrong = source({ slot: unused }).replace("$.slot := STORAGE", "$.slot := OTHER");
    expect(readLayouts({ [PATH]: wrong }).problems).to.deep.equal([
      `LedgerStorage.Root: OTHER is ${elsewhere}, the slot of test.Ledger is ${SLOT}`,
    ]);
  });

  it("is found as well where a struct stands alone and a library keeps it for the book", () => {
    const alone = (use: string) => `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
abstract contract UUPSUpgradeable {}
/// @custom:storage-location erc7201:test.Ledger
struct Root { uint256 total; }
library State {
    bytes32 private constant STORAGE = ${SLOT};
    function get() internal pure returns (Root storage $) {
        assembly { $.slot := STORAGE }
    }
}
library Counting {
    function count() external { ++State.get().total; }
}
contract Ledger is UUPSUpgradeable {
    function count() external { ${use} }
}
contract Other is UUPSUpgradeable {}
`;
    const { layouts, problems } = readLayouts({ [PATH]: alone("Counting.count();") });
    expect(problems).to.deep.equal([]);
    expect(layouts.map(({ contract, namespaces }) => [contract, Object.keys(namespaces)])).to.deep.equal([
      ["Ledger", ["test.Ledger"]],
      ["Other", []],
    ]);
    expect(readLayouts({ [PATH]: alone("") }).problems).to.deep.equal([
      `${PATH}: Root has a namespace, and no upgradeable contract uses it`,
    ]);
  });
});
