import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";

/** Where a command reads and writes. Results go to `stdout`; whatever else there is to say goes to `stderr`. */
export interface Terminal {
  readonly stdout: Pick<Writable, "write">;
  readonly stderr: Pick<Writable, "write">;
  /** Asks the person at the keyboard; nothing where nobody sits there. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const ask = (question: string) => askOn(stdin, stderr, question);
  return { stdout, stderr, ask: stdin.isTTY && stderr.isTTY ? ask : undefined };
}

/** Colours `text` where the process's own terminal shows colours; `styleText` looks at NO_COLOR, TERM and the stream. */
export function style(format: Style, text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

async function askOn(input: Readable, output: Writable, question: string): Promise<string> {
  const reader = createInterface({ input, output });
  try {
    return await reader.question(question);
  } finally {
    reader.close();
  }
}
