import { parseUntil } from "../../sdk/time.ts";

/** What the killed processes and the test that kills them both know. */
export const SALT = "kill test";
export const VERIFIED_UNTIL = parseUntil("2090-12-31");
