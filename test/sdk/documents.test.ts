import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { getBytes, id, keccak256, toUtf8Bytes, toUtf8String } from "ethers";
import fc from "fast-check";
import {
  bundleHash,
  contentHash,
  type DocumentEntry,
  entryLeaf,
  filenameHash,
  mimeTypeHash,
  PROFILES,
  roleId,
  SCHEMA_V1,
} from "../../sdk/documents/bundle.ts";
import { canonicalizeJson } from "../../sdk/documents/canonicalize-json.ts";
import { cidOf } from "../../sdk/documents/cid.ts";
import { manifestOf, readDocumentsFile } from "../../sdk/documents/documents-file.ts";
import { MoietyError } from "../../sdk/errors.ts";
import { documentVectors } from "../helpers/document-vectors.ts";

const vectors = documentVectors();

/** The canonical form of a text, as text. */
function canonical(text: string): string {
  return toUtf8String(canonicalizeJson(toUtf8Bytes(text)));
}

function ofBits(bits: string): number {
  return new DataView(getBytes(`0x${bits}`).buffer).getFloat64(0);
}

async function failureOf(promise: Promise<unknown>): Promise<MoietyError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof MoietyError)) throw new Error("it did not fail with a MoietyError");
  return error;
}

describe("canonicalizeJson (RFC 8785)", () => {
  for (const { title, input, output } of vectors.jcs) {
    it(`writes ${title}`, () => {
      expect(canonical(input)).to.equal(output);
      expect(canonical(output), "the canonical form is its own").to.equal(output);
    });
  }

  it("writes every double as ECMAScript does (RFC 8785, appendix B)", () => {
    for (const { bits, text } of vectors.numbers) {
      expect(canonical(ofBits(bits).toExponential(16)), bits).to.equal(text);
      expect(canonical(text), bits).to.equal(text);
    }
  });

  for (const { title, hex } of vectors.refused) {
    it(`refuses ${title}`, () => {
      expect(() => canonicalizeJson(getBytes(hex))).to.throw(MoietyError);
    });
  }

  it("says where and why", () => {
    expect(() => canonical('{"a":1,\n "a":2}'))
      .to.throw(MoietyError)
      .with.nested.property("problem.why", 'the key "a" is there twice');
    expect(() => canonical("[1, x]"))
      .to.throw(MoietyError)
      .with.nested.property("problem.where", "character 5");
  });

  it("refuses nesting that would use up the stack, and takes 500 levels", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

    expect(canonical(nested(500))).to.equal(nested(500));
    expect(() => canonical(nested(501)))
      .to.throw(MoietyError)
      .with.nested.property("problem.why", "it is nested deeper than 500 levels");
    expect(() => canonical(nested(1_000_000))).to.throw(MoietyError);
  });

  it("keeps the meaning of any JSON, and is the same for any spelling of it", () => {
    const seed = 20_261_122;
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.stringify(value);
        const once = canonical(plain);
        expect(JSON.parse(once)).to.deep.equal(JSON.parse(plain));
        expect(canonical(once)).to.equal(once);
        expect(canonical(JSON.stringify(JSON.parse(plain), null, "\t"))).to.equal(once);
        expect(canonical(JSON.stringify(reversed(JSON.parse(plain))))).to.equal(once);
      }),
      { seed, numRuns: 300 },
    );
  });
});

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe("cidOf", () => {
  for (const { text, cid } of vectors.cids) {
    it(`gives the well-known identifier of "${text}"`, () => expect(cidOf(toUtf8Bytes(text))).to.equal(cid));
  }
});

describe("bundleHash (ERC-8326)", () => {
  it("uses the constants of the standard", () => {
    expect(SCHEMA_V1).to.equal(id("ERC-8326:BUNDLE:V1")).and.to.equal(vectors.schema);
    expect(PROFILES).to.deep.equal({ RAW: id("NORM:RAW:V1"), JCS: id("NORM:JSON:RFC8785:V1") });
    for (const role of ["LEGAL_BASIS", "EVIDENCE", "CERTIFICATION", "AGREEMENT", "AMENDMENT", "SUPPORTING"]) {
      expect(roleId(role)).to.equal(id(role));
    }
    expect(roleId("DISCLOSURE")).to.equal(id("MOIETY:ROLE:DISCLOSURE:V1"));
    expect(roleId("ACME:MINUTES:V2")).to.equal(id("ACME:MINUTES:V2"));
  });

  it("refuses roles that are misspelt or without a namespace, as nobody would find them again", () => {
    for (const role of ["LEGAL_BASSIS", "evidence", "", "constructor", "ACME:MINUTES"]) {
      expect(() => roleId(role), role).to.throw(MoietyError, `"${role}" is no role of documents`);
    }
  });

  for (const [name, { entry, leaf, cid, ...document }] of Object.entries(vectors.documents)) {
    it(`makes the entry, the leaf and the CID of "${name}" as the vectors have it`, () => {
      const bytes = toUtf8Bytes(document.text);
      const made: DocumentEntry = {
        contentHash: contentHash(bytes, document.profile),
        role: roleId(document.role),
        mimeTypeHash: mimeTypeHash(document.mediaType),
        filenameHash: filenameHash(document.name),
        normProfileId: PROFILES[document.profile],
      };

      expect(made).to.deep.equal(entry);
      expect(entryLeaf(made)).to.equal(leaf);
      expect(cidOf(bytes)).to.equal(cid);
    });
  }

  for (const { title, documents, bundleHash: expected } of vectors.bundles) {
    it(`hashes ${title}, in any order`, () => {
      const entries = documents.map((name) => vectors.entryOf(name));

      expect(bundleHash(entries)).to.equal(expected);
      expect(bundleHash(entries.toReversed())).to.equal(expected);
    });
  }

  it("refuses an empty bundle", () => {
    expect(() => bundleHash([])).to.throw(MoietyError, "a bundle has at least one document");
  });

  it("takes file names after the last separator, in ASCII lower case and NFC, and nothing else as the same", () => {
    const deed = keccak256(toUtf8Bytes("deed.pdf"));

    for (const path of ["deed.pdf", "DEED.pdf", "/a/b/Deed.PDF", "C:\\a\\deed.pdf", "a\\b/deed.pdf"]) {
      expect(filenameHash(path), path).to.equal(deed);
    }
    expect(filenameHash("É.pdf")).to.not.equal(filenameHash("é.pdf"));
    expect(filenameHash("e\u0301.pdf")).to.equal(filenameHash("\u00e9.pdf"));
    for (const path of ["", "a/", "a\\", "\ud800"]) expect(() => filenameHash(path)).to.throw(MoietyError);
  });

  it("takes media types in lower case without parameters, and refuses what is none", () => {
    expect(mimeTypeHash("Application/JSON; charset=utf-8")).to.equal(id("application/json"));
    for (const type of ["", "pdf", "a/b/c", "text/", "text/pläin"])
      expect(() => mimeTypeHash(type)).to.throw(MoietyError);
  });
});

describe("readDocumentsFile", () => {
  let folder = "";
  const write = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const file = (documents: readonly unknown[]) => ({
    schema: "moiety.documents/1",
    asset: 1,
    role: "LEGAL_BASIS",
    documents,
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-documents-"));
    await write("deed.pdf", "deed");
    await write("plan.json", '{"b":1,"a":2}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const DEED = { file: "deed.pdf", mediaType: "application/pdf" };

  it("hashes what it names, relative to itself", async () => {
    const plan = {
      file: "plan.json",
      mediaType: "application/json",
      profile: "JCS",
      role: "EVIDENCE",
      name: "Plan.json",
    };
    const bundle = await readDocumentsFile(await write("documents.json", { ...file([DEED, plan]), uri: "ipfs://x" }));

    expect(bundle.asset).to.equal(1n);
    expect(bundle.uri).to.equal("ipfs://x");
    expect(bundle.documents.map(({ name, role, state }) => [name, role, state])).to.deep.equal([
      ["deed.pdf", "LEGAL_BASIS", "hashed"],
      ["Plan.json", "EVIDENCE", "hashed"],
    ]);
    expect(bundle.entries.map((entry) => entry.contentHash)).to.deep.equal([id("deed"), id('{"a":2,"b":1}')]);
    expect(bundle.bundleHash).to.equal(bundleHash(bundle.entries));
  });

  it("writes a manifest that reads as the same bundle, with every document matching", async () => {
    const first = await readDocumentsFile(await write("documents.json", file([DEED])));

    const second = await readDocumentsFile(
      await write("manifest.json", manifestOf(first, join(folder, "manifest.json"))),
    );

    expect(second.bundleHash).to.equal(first.bundleHash);
    expect(second.documents.map(({ state }) => state)).to.deep.equal(["matches"]);
    expect(second.documents[0]?.cid).to.equal(cidOf(toUtf8Bytes("deed")));
  });

  it("P100: tells documents that differ, are missing or are withheld from those that match", async () => {
    const known = { ...DEED, contentHash: id("deed") };
    const bundle = await readDocumentsFile(
      await write(
        "documents.json",
        file([
          known,
          { ...known, contentHash: id("another deed") },
          { ...known, cid: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku" },
          { ...known, file: "gone.pdf" },
          { name: "secret.pdf", mediaType: "application/pdf", contentHash: id("secret") },
        ]),
      ),
    );

    expect(bundle.documents.map(({ state }) => state)).to.deep.equal([
      "matches",
      "differs",
      "differs",
      "missing",
      "withheld",
    ]);
    expect(bundle.entries[1]?.contentHash).to.equal(id("another deed"));
  });

  it("reports all documents that cannot be used at once, with their places", async () => {
    await write("broken.json", '{"a":1,"a":2}');
    const path = await write(
      "documents.json",
      file([
        { file: "gone.pdf", mediaType: "application/pdf" },
        { file: "broken.json", mediaType: "application/json", profile: "JCS" },
        { ...DEED, mediaType: "pdf" },
      ]),
    );

    const error = await failureOf(readDocumentsFile(path));

    expect(error.problem.details?.map((line) => line.replace(folder, "…"))).to.deep.equal([
      "documents.0: the document cannot be read; ENOENT; …/gone.pdf",
      'documents.1: this JSON has no canonical form; the key "a" is there twice; character 11',
      'documents.2: "pdf" is no media type',
    ]);
  });

  it("says of XML that it is not normalised here", async () => {
    const path = await write("documents.json", file([{ ...DEED, profile: "XML" }]));

    const error = await failureOf(readDocumentsFile(path));

    expect(error.problem.details?.join()).to.include("XML is not normalised here: take RAW for it");
  });

  it("reports every mistake of the file itself", async () => {
    const path = await write("documents.json", {
      ...file([{ mediaType: "text/plain" }, { ...DEED, contentHash: "0x12" }]),
      role: "LEGAL",
      asset: 0,
      extra: 1,
    });

    const error = await failureOf(readDocumentsFile(path));

    expect(error.problem.details?.map((line) => line.split(":")[0])).to.have.members([
      "asset",
      "role",
      "documents.0",
      "documents.1.contentHash",
      "file",
    ]);
    expect(await failureOf(readDocumentsFile(join(folder, "nowhere.json")))).to.have.nested.property(
      "problem.why",
      "ENOENT",
    );
  });

  it("lets a document that cannot be opened for another reason than absence stop everything", async () => {
    const path = await write("documents.json", file([{ ...DEED, file: ".", contentHash: id("deed"), name: "x" }]));

    expect((await failureOf(readDocumentsFile(path))).problem.details?.[0]).to.include("EISDIR");
  });
});
