import { concat, id, keccak256, toUtf8Bytes } from "ethers";
import { badInput } from "../errors.ts";
import { canonicalizeJson } from "./canonicalize-json.ts";

/** ERC-8326: what the hash of a bundle begins with. */
export const SCHEMA_V1 = id("ERC-8326:BUNDLE:V1");

/** How a document becomes the bytes that are hashed. */
export const PROFILES = { RAW: id("NORM:RAW:V1"), JCS: id("NORM:JSON:RFC8785:V1") } as const;

export type Profile = keyof typeof PROFILES;

const STANDARD_ROLES = ["LEGAL_BASIS", "EVIDENCE", "CERTIFICATION", "AGREEMENT", "AMENDMENT", "SUPPORTING"];
/** Risk disclosures: the bundle that investors acknowledge. */
const DISCLOSURE = "MOIETY:ROLE:DISCLOSURE:V1";
const CUSTOM_ROLE = /^[A-Z0-9_-]+(:[A-Z0-9_-]+)+:V[0-9]+$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** One document of a bundle, in the order in which its fields are hashed. */
export interface DocumentEntry {
  readonly contentHash: string;
  readonly role: string;
  readonly mimeTypeHash: string;
  readonly filenameHash: string;
  readonly normProfileId: string;
}

/** The id of a role: of the standard, `DISCLOSURE`, or an application's own with a namespace and a version. */
export function roleId(role: string): string {
  if (role === "DISCLOSURE") return id(DISCLOSURE);
  if (STANDARD_ROLES.includes(role) || CUSTOM_ROLE.test(role)) return id(role);

  throw badInput(`"${role}" is no role of documents`, {
    todo: `use ${STANDARD_ROLES.join(", ")}, DISCLOSURE, or an own one like "NAMESPACE:NAME:V1"`,
  });
}

/** keccak-256 of the bytes that the profile makes of a document. */
export function contentHash(bytes: Uint8Array, profile: Profile): string {
  return keccak256(profile === "JCS" ? canonicalizeJson(bytes) : bytes);
}

/** Of the lower-case IANA type without its parameters. */
export function mimeTypeHash(mediaType: string): string {
  const [type = ""] = mediaType.split(";");
  const canonical = type.trim().toLowerCase();
  if (!MEDIA_TYPE.test(canonical))
    throw badInput(`"${mediaType}" is no media type`, { todo: 'write "application/pdf"' });

  return id(canonical);
}

/** Of the last part of the path, in ASCII lower case and NFC. */
export function filenameHash(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? "";
  if (name === "" || !name.isWellFormed()) throw badInput(`"${path}" does not end with the name of a file`);

  const lower = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return keccak256(toUtf8Bytes(lower.normalize("NFC")));
}

/** The hash of one entry. */
export function entryLeaf(entry: DocumentEntry): string {
  const { contentHash, role, mimeTypeHash, filenameHash, normProfileId } = entry;
  return keccak256(concat([contentHash, role, mimeTypeHash, filenameHash, normProfileId]));
}

/** ERC-8326's hash of a bundle, whatever the order of the entries. Equal entries count as often as they are there. */
export function bundleHash(entries: readonly DocumentEntry[]): string {
  if (entries.length === 0) throw badInput("a bundle has at least one document");

  const sorted = entries.toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  return keccak256(concat([SCHEMA_V1, ...sorted.map(entryLeaf)]));
}

/** The fields in the order in which entries are sorted; equally long, so that text sorts like bytes. */
function sortKey(entry: DocumentEntry): string {
  const { role, filenameHash, contentHash, mimeTypeHash, normProfileId } = entry;
  return concat([role, filenameHash, contentHash, mimeTypeHash, normProfileId]);
}

/** The name of a role's id, or the id itself: an application's own cannot be read backwards. */
export function roleName(role: string): string {
  return [...STANDARD_ROLES, "DISCLOSURE"].find((name) => roleId(name) === role) ?? role;
}
