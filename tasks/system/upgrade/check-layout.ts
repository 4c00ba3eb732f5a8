/**
 * Whether a book's new code keeps the meaning of every storage slot of the code that runs (I-16). Returns what speaks against it;
 * nothing at all where it cannot be told.
 */
export type CheckLayout = (book: string) => Promise<readonly string[] | undefined>;

/** The code that was deployed left no layout here to compare with: the snapshots of the sources and the rehearsal stand in for it. */
export const cannotTell: CheckLayout = async () => undefined;
