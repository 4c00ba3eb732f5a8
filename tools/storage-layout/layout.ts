/** The storage of one upgradeable contract, in the words in which it is committed. */
export interface Layout {
  readonly contract: string;
  readonly source: string;
  /** Ordinary state variables; a book of this suite has none. */
  readonly storage: readonly string[];
  /** By ERC-7201 namespace. */
  readonly namespaces: Readonly<Record<string, Namespace>>;
  /** Structs, enums and own value types that the members name. */
  readonly types: Readonly<Record<string, StoredType>>;
}

export interface Namespace {
  readonly slot: string;
  readonly struct: string;
  /** `slot:offset type name`, counted from the namespace's slot. */
  readonly members: readonly string[];
}

export interface StoredType {
  readonly bytes: number;
  /** Of a struct as above, of an enum its names; of an own value type what it is made of. */
  readonly members: readonly string[];
  /** Whether something other than a mapping holds it, so that what comes behind moves when it grows. */
  readonly inline?: boolean;
}

/** What an upgrade would break, as sentences; what it appends, as sentences. */
export interface Comparison {
  readonly problems: readonly string[];
  readonly appended: readonly string[];
}

/** Compares what was released with what is there now. Only appending is safe (I-16). */
export function compareLayouts(released: Layout, current: Layout): Comparison {
  const problems: string[] = [];
  const appended: string[] = [];
  const members = (where: string, before: readonly string[], after: readonly string[]) => {
    problems.push(...before.flatMap((member, place) => whatHappened(where, member, before, after, place)));
    appended.push(...after.slice(before.length).map((member) => `${where} has new: ${member}`));
  };

  members(released.contract, released.storage, current.storage);
  for (const [name, before] of Object.entries(released.namespaces)) {
    const after = current.namespaces[name];
    if (after === undefined) {
      problems.push(`${released.contract} has no namespace ${name} any more`);
      continue;
    }
    if (after.slot !== before.slot) problems.push(`the namespace ${name} moved from ${before.slot} to ${after.slot}`);
    members(`${released.contract}, ${name}`, before.members, after.members);
  }
  for (const [name, before] of Object.entries(released.types)) {
    const after = current.types[name];
    if (after === undefined) continue; // whatever named it is reported where it stood
    members(`${released.contract}, ${name}`, before.members, after.members);
    const isInline = before.inline === true || after.inline === true;
    if (isInline && after.bytes !== before.bytes) {
      problems.push(
        `${released.contract}, ${name}: ${before.bytes} bytes became ${after.bytes}, and something other than a mapping holds it, so that what comes behind moves`,
      );
    }
  }
  const added = Object.keys(current.namespaces).filter((name) => released.namespaces[name] === undefined);
  appended.push(...added.map((name) => `${released.contract} has a new namespace ${name}`));
  return { problems, appended };
}

/** Members are compared place by place: whatever is not what it was is named with what became of it. */
function whatHappened(
  where: string,
  member: string,
  before: readonly string[],
  after: readonly string[],
  place: number,
): string[] {
  const now = after[place];
  if (now === member) return [];
  const [old, name] = [parse(member), nameOf(member)];
  const elsewhere = after.find((each) => nameOf(each) === name);

  if (elsewhere === undefined) {
    const isRename =
      now !== undefined && parse(now).rest === old.rest && !before.some((each) => nameOf(each) === nameOf(now));
    return [`${where}: ${member} ${isRename ? `was renamed to ${nameOf(now)}` : "is gone"}`];
  }
  const found = parse(elsewhere);
  if (found.type !== old.type) return [`${where}: ${name} was ${old.type} and is ${found.type}`];
  if (found.place !== old.place) return [`${where}: ${name} moved from ${old.place} to ${found.place}`];
  return [`${where}: ${name} stood in line ${place + 1} and no longer does`];
}

/** `3:0 mapping(address => bool) approvals` in its parts; an enum's member is only a name. */
function parse(member: string): { place: string; type: string; rest: string } {
  const words = member.split(" ");
  const rest = words.slice(0, -1).join(" ");
  return { place: words.length > 1 ? (words[0] ?? "") : "", type: words.slice(1, -1).join(" "), rest };
}

function nameOf(member: string): string {
  return member.slice(member.lastIndexOf(" ") + 1);
}
