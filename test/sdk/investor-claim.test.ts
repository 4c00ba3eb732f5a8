import { readFileSync } from "node:fs";
import { expect } from "chai";
import { id, TypedDataEncoder, Wallet } from "ethers";
import { INVESTOR_CLAIM_TYPES, investorClaimDomain } from "../../executor/formats/typed-data.ts";
import {
  encodeErc3643Claim,
  encodeInvestorClaim,
  investorClaimId,
  signInvestorClaim,
} from "../../sdk/investor-claim.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/formats.json", import.meta.url), "utf8"));
const { investorClaim, verifierDomain } = vectors;

const place = { chainId: BigInt(verifierDomain.chainId), verifier: verifierDomain.verifyingContract };
const claim = {
  attestor: investorClaim.value.attestor,
  wallet: investorClaim.value.wallet,
  investor: investorClaim.value.investor,
  country: BigInt(investorClaim.value.country),
  classes: BigInt(investorClaim.value.classes),
  verifiedUntil: BigInt(investorClaim.value.verifiedUntil),
  deadline: BigInt(investorClaim.value.deadline),
  nonce: BigInt(investorClaim.value.nonce),
};

describe("Investor claims", () => {
  it("P34: have the type, domain and id of the vectors", () => {
    const domain = investorClaimDomain(place.chainId, place.verifier);

    expect(TypedDataEncoder.from(INVESTOR_CLAIM_TYPES).encodeType("InvestorClaim")).to.equal(investorClaim.encodeType);
    expect(TypedDataEncoder.hashDomain(domain)).to.equal(verifierDomain.separator);
    expect(investorClaimId(place, claim)).to.equal(investorClaim.digest);
  });

  it("are signed and written as in the vectors", async () => {
    const attestor = new Wallet(id("moiety vector: attestor"));

    expect(await signInvestorClaim(attestor, place, claim)).to.equal(investorClaim.signature);
    expect(encodeInvestorClaim(claim, investorClaim.signature)).to.equal(investorClaim.bytes);
  });

  it("of ERC-3643 are the address of the registry that knows the wallet", () => {
    expect(encodeErc3643Claim(place.verifier)).to.equal(`0x${"00".repeat(12)}${place.verifier.slice(2)}`);
  });
});
