import type { ReportData } from "../../report/index.ts";

const HASH = `0x${"11".repeat(32)}`;

/** A made-up report of two holders, for tests of the page alone. */
export function sampleReport(): ReportData {
  return {
    figures: {
      seed: 1,
      seconds: 12.5,
      machine: { cpu: "Abacus", cores: 2, memoryGiB: 8, node: "v26.10.0" },
      asset: {
        id: 1n,
        name: "Sample House",
        holders: 2,
        sold: 1_000n,
        proceeds: 950_000_000n,
        commission: 50_000_000n,
      },
      trades: { submitted: 11, accepted: 10 },
      verify: {
        perSecond: 900,
        libraryPerSecond: 1_000,
        ratio: 0.9,
        workers: 2,
        crypto: "native",
        signatures: 22,
        workersLost: 0,
      },
      executor: { milliseconds: { ingest: 1, verify: 20, sequence: 1, ledger: 2, commit: 3 }, tradesPerSecond: 407 },
      net: { chunks: 1, positions: 4, ratio: 0.75, sharesRatio: 0.5 },
      chain: {
        transactions: 2,
        milliseconds: 850,
        gasTotal: 100_000n,
        gasPerTrade: 10_000,
        gasPerTradeOneByOne: 200_000,
        tradesOneByOne: 10,
      },
      income: { deposit: 10_000_000n, perShare: 10_000n, paid: 10_000_000n, holders: 2, carried: 0n },
      reconciled: true,
      batchHash: HASH,
    },
    terms: {
      issuer: "Sample Ltd",
      class: "real-estate",
      jurisdiction: "US-DE",
      source: "made up",
      attestedOn: 1_700_000_000n,
      shares: 1_000n,
      price: 1_000_000n,
      minTicket: 1_000_000n,
      countries: ["United States of America (840)"],
      classes: "accredited",
    },
    chain: {
      chainId: 31337n,
      block: 42,
      time: 1_700_000_000,
      contracts: [{ name: "Register", address: `0x${"22".repeat(20)}` }],
    },
    capTable: {
      blockBefore: 40,
      blockAfter: 42,
      supplyBefore: 1_000n,
      supplyAfter: 1_000n,
      holdings: [
        { reference: "H-001", address: `0x${"33".repeat(20)}`, before: 500n, after: 400n },
        { reference: "H-002", address: `0x${"44".repeat(20)}`, before: 500n, after: 600n },
      ],
    },
    refused: [{ who: "a stranger", reasons: [{ code: 12, sentence: "Nobody knows him.", nextStep: "Register him." }] }],
    rejected: [
      { code: 108, name: "BuySignatureInvalid", sentence: "It is not signed.", next: "Have it signed.", count: 1 },
    ],
    command: "npm start",
    proofs: {
      chainId: "31337",
      desk: `0x${"55".repeat(20)}`,
      header: {
        number: "1",
        mode: 0,
        time: "1700000000",
        openingBlock: "40",
        instructionCount: 11,
        chunkCount: 1,
        chunksRoot: HASH,
        positionsRoot: HASH,
        fileHash: HASH,
      },
      batchHash: HASH,
      chunks: [],
      trades: [],
    },
  };
}
