import { readFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { z } from "zod";
import { parseJson } from "../addresses.ts";
import { cell } from "../cell.ts";
import { badInput, MoietyError } from "../errors.ts";
import { bundleHash, contentHash, type DocumentEntry, filenameHash, mimeTypeHash, PROFILES, roleId } from "./bundle.ts";
import { cidOf } from "./cid.ts";

const HASH = z.string().regex(/^0x[0-9a-f]{64}$/, "write 0x and 64 hexadecimal digits in lower case");
const role = cell((name) => ({ name, id: roleId(name) }));
const profile = z.enum(["RAW", "JCS"], 'profiles are "RAW" and "JCS"; XML is not normalised here: take RAW for it');

const documentSchema = z
  .strictObject({
    /** Relative to this file. */
    file: z.string().min(1).optional(),
    /** The name that is hashed; left out, the file's. */
    name: z.string().min(1).optional(),
    /** Left out, the bundle's. */
    role: role.optional(),
    mediaType: z.string().min(1),
    profile: profile.default("RAW"),
    /** What the file has to have; or, without `file`, all that is known of the document. */
    contentHash: HASH.optional(),
    cid: z.string().optional(),
  })
  .refine(
    ({ file, name, contentHash: hash }) => file !== undefined || (name !== undefined && hash !== undefined),
    "a document has a file, or a name and a contentHash",
  );

export const documentsFileSchema = z.strictObject({
  schema: z.literal("moiety.documents/1"),
  asset: z.int().positive(),
  role,
  /** Where the bundle can be fetched; on chain, for everybody to read. */
  uri: z.string().max(2048).default(""),
  documents: z.array(documentSchema).min(1).max(1000),
});

type ParsedDocument = z.output<typeof documentSchema>;

/** How a document stands to what the file says of it. */
export type DocumentState =
  /** Its bytes are those that the file says. */
  | "matches"
  /** Its bytes are there, and the file says nothing of them. */
  | "hashed"
  | "differs"
  | "missing"
  /** The file names its hash only. */
  | "withheld";

export interface BundleDocument {
  readonly name: string;
  readonly role: string;
  readonly mediaType: string;
  readonly profile: keyof typeof PROFILES;
  readonly path: string | null;
  readonly state: DocumentState;
  /** What counts for the bundle: what the file says, else what was found. */
  readonly contentHash: string;
  /** What was found, where it can be looked at. */
  readonly foundHash: string | null;
  readonly cid: string | null;
}

/** A bundle of documents by its file. */
export interface DocumentBundle {
  readonly asset: bigint;
  readonly role: string;
  readonly roleId: string;
  readonly uri: string;
  readonly documents: readonly BundleDocument[];
  readonly entries: readonly DocumentEntry[];
  readonly bundleHash: string;
}

/** Reads a documents file and every document that it names. All mistakes of the file are reported at once. */
export async function readDocumentsFile(path: string): Promise<DocumentBundle> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the documents file cannot be read", { where: path, why: error.code ?? error.message });
  });
  const parsed = documentsFileSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    throw wrong(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`),
    );
  }

  const { asset, role: bundleRole, uri } = parsed.data;
  const looks = await Promise.allSettled(parsed.data.documents.map((each) => look(each, bundleRole, path)));
  const problems = looks.flatMap((each, place) => (each.status === "rejected" ? [inWords(each.reason, place)] : []));
  if (problems.length > 0) throw wrong(path, problems);

  const found = looks.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const entries = found.map(({ entry }) => entry);
  return {
    asset: BigInt(asset),
    role: bundleRole.name,
    roleId: bundleRole.id,
    uri,
    documents: found.map(({ document }) => document),
    entries,
    bundleHash: bundleHash(entries),
  };
}

/** The same file with every hash filled in: what to publish and to keep, and what `--verify` can name a changed document by. */
export function manifestOf(bundle: DocumentBundle, manifestPath: string): string {
  const { asset, role: bundleRole, uri, documents } = bundle;
  const content = {
    schema: "moiety.documents/1",
    asset: Number(asset),
    role: bundleRole,
    uri,
    documents: documents.map(({ name, role: own, mediaType, profile: by, path, contentHash: hash, cid }) => ({
      ...(path === null ? {} : { file: relative(dirname(resolve(manifestPath)), path) }),
      name,
      role: own,
      mediaType,
      profile: by,
      contentHash: hash,
      ...(cid === null ? {} : { cid }),
    })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

async function look(parsed: ParsedDocument, bundleRole: { name: string; id: string }, namedIn: string) {
  const path = parsed.file === undefined ? null : resolve(dirname(namedIn), parsed.file);
  const name = parsed.name ?? basename(path ?? "");
  const bytes = path === null ? null : await readDocument(path, parsed.contentHash !== undefined);
  const foundHash = bytes === null ? null : contentHash(bytes, parsed.profile);
  const foundCid = bytes === null ? null : cidOf(bytes);
  const hash = parsed.contentHash ?? foundHash ?? "";
  const own = parsed.role ?? bundleRole;

  const document: BundleDocument = {
    name,
    role: own.name,
    mediaType: parsed.mediaType,
    profile: parsed.profile,
    path,
    state: stateOf(parsed, foundHash, foundCid),
    contentHash: hash,
    foundHash,
    cid: parsed.cid ?? foundCid,
  };
  const entry: DocumentEntry = {
    contentHash: hash,
    role: own.id,
    mimeTypeHash: mimeTypeHash(parsed.mediaType),
    filenameHash: filenameHash(name),
    normProfileId: PROFILES[parsed.profile],
  };
  return { document, entry };
}

function stateOf(parsed: ParsedDocument, foundHash: string | null, foundCid: string | null): DocumentState {
  if (parsed.file === undefined) return "withheld";
  if (foundHash === null) return "missing";
  if (parsed.contentHash !== undefined && parsed.contentHash !== foundHash) return "differs";
  // Another spelling of the same JSON has the same content, but is another file.
  if (parsed.profile === "RAW" && parsed.cid !== undefined && parsed.cid !== foundCid) return "differs";
  return parsed.contentHash === undefined ? "hashed" : "matches";
}

/** A document that is gone can be told as missing where its hash is known; else there is nothing to go by. */
async function readDocument(path: string, isKnown: boolean): Promise<Uint8Array | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (isKnown && error.code === "ENOENT") return null;
    throw badInput("the document cannot be read", { where: path, why: error.code ?? error.message });
  });
}

function inWords(reason: unknown, place: number): string {
  if (!(reason instanceof MoietyError)) throw reason;
  const { what, why, where } = reason.problem;
  return `documents.${place}: ${[what, why, where].filter((part) => part !== undefined).join("; ")}`;
}

function wrong(path: string, details: readonly string[]) {
  return badInput("the documents file is wrong", { where: path, details, notDone: "nothing was sent" });
}
