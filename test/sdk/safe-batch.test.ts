import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { formatSafeBatch, safeChecksum } from "../../sdk/safe-batch.ts";

const SAFE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const OPTIONS = { chainId: 31337n, safe: SAFE, name: "Rent", description: "", createdAt: 1_700_000_000_000 };
const CALL = { to: ZeroAddress, value: 5n, data: "0x1234" };

describe("formatSafeBatch", () => {
  it("writes calls as the Transaction Builder reads them", () => {
    const batch = JSON.parse(formatSafeBatch([CALL, CALL], OPTIONS));

    expect(batch).to.deep.include({ version: "1.0", chainId: "31337", createdAt: OPTIONS.createdAt });
    expect(batch.meta).to.deep.include({ name: "Rent", createdFromSafeAddress: SAFE });
    const none = { contractMethod: null, contractInputsValues: null };
    const call = { to: ZeroAddress, value: "5", data: "0x1234", ...none };
    expect(batch.transactions).to.deep.equal([call, call]);
  });

  it("has a checksum that changes with every call and not with the name", () => {
    const checksumOf = (calls: readonly (typeof CALL)[], name = OPTIONS.name): string =>
      JSON.parse(formatSafeBatch(calls, { ...OPTIONS, name })).meta.checksum;

    expect(checksumOf([CALL], "Another name")).to.equal(checksumOf([CALL]));
    expect(new Set([checksumOf([]), checksumOf([CALL]), checksumOf([{ ...CALL, value: 6n }])]).size).to.equal(3);
  });

  it("spells a batch as the Transaction Builder does before it hashes", () => {
    const meta = { name: "a", txBuilderVersion: "1.18.0" };
    const batch = { version: "1.0", chainId: "1", createdAt: 1, meta, transactions: [{ value: "0", to: "0x" }] };
    const spelt = [
      '{["chainId","createdAt","meta","transactions","version"]"1",1,',
      '{["name","txBuilderVersion"]null,"1.18.0",},[{["to","value"]"0x","0",}],"1.0",}',
    ].join("");

    expect(safeChecksum(batch)).to.equal(id(spelt));
  });
});
