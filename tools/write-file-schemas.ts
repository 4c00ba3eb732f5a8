/** Writes docs/schemas from the schemas that the tasks read their files with. A test says if they are stale. */
import { mkdirSync, writeFileSync } from "node:fs";
import { renderFileSchemas } from "./file-schemas.ts";

mkdirSync("docs/schemas", { recursive: true });
for (const [path, text] of renderFileSchemas()) writeFileSync(path, text);
