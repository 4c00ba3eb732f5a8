import { expect } from "chai";
import secp256k1 from "secp256k1";
import { rememberRecoveries } from "../../executor/simulate/remember-recoveries.ts";

const KEY = Buffer.alloc(32, 7);
const DIGEST = Buffer.alloc(32, 9);

const recover = (signature: Uint8Array, recovery: number, digest: Uint8Array) =>
  secp256k1.ecdsaRecover(signature, recovery, digest, false, new Uint8Array(65));

describe("A curve that remembers", () => {
  const { signature, recid } = secp256k1.ecdsaSign(DIGEST, KEY);
  const otherDigest = Buffer.alloc(32, 8);
  const zero = new Uint8Array(64);

  it("says each time what the library says, to another digest and the other point, too", async () => {
    const cases = [
      [signature, recid, DIGEST],
      [signature, 1 - recid, DIGEST],
      [signature, recid, otherDigest],
    ] as const;
    const expected = cases.map((one) => recover(...one));
    const found = await rememberRecoveries(async () => [...cases, ...cases].map((one) => recover(...one)));

    expect(found).to.deep.equal([...expected, ...expected]);
    expect(expected[0]).to.deep.equal(secp256k1.publicKeyCreate(KEY, false));
  });

  it("refuses each time what the library refuses, in its words", async () => {
    const refusal = captured(() => recover(zero, 0, DIGEST));
    const again = await rememberRecoveries(async () => [1, 2].map(() => captured(() => recover(zero, 0, DIGEST))));

    expect(again).to.deep.equal([refusal, refusal]);
    expect(refusal).to.match(/could not be recover/);
  });

  it("is the library's again afterwards, whether the work succeeded or not, and only after the last that needs it", async () => {
    const own = secp256k1.ecdsaRecover;
    let inner: unknown;
    await rememberRecoveries(async () => {
      await rememberRecoveries(async () => Promise.reject(new Error("failed"))).catch(() => undefined);
      inner = secp256k1.ecdsaRecover;
    });

    expect(inner).to.not.equal(own);
    expect(secp256k1.ecdsaRecover).to.equal(own);
  });
});

function captured(work: () => unknown): string {
  try {
    work();
    return "nothing";
  } catch (error) {
    return String(error);
  }
}
