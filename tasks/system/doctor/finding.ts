/** Something that was looked at, and how it is. */
export interface Finding {
  readonly about: string;
  readonly level: "ok" | "warning" | "problem";
  readonly said: string;
  /** What to do about it; nothing where all is well. */
  readonly todo: string | null;
}

export function ok(about: string, said: string): Finding {
  return { about, level: "ok", said, todo: null };
}

/** Works now, but somebody ought to know. */
export function warning(about: string, said: string, todo: string): Finding {
  return { about, level: "warning", said, todo };
}

/** Something does not work, or must not be trusted. */
export function problem(about: string, said: string, todo: string): Finding {
  return { about, level: "problem", said, todo };
}
