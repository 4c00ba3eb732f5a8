import { MoietyError } from "../errors.ts";

const CODES = /^(NETWORK_ERROR|SERVER_ERROR|TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR.*)$/;
const WORDS = /ECONNREFUSED|ECONNRESET|socket hang up|cannot connect|fetch failed/i;

/** Whether a node did not answer, which says nothing about what was asked. */
export function isSilence(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof MoietyError) return false;
  const code = "code" in error ? String(error.code) : "";
  return CODES.test(code) || WORDS.test(error.message) || isSilence(error.cause);
}
