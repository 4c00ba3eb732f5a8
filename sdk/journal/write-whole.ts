import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file whole or not at all, and so that it outlives a power failure. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** Makes sure that the folder itself knows of a new file. Some systems cannot do that for folders, and need not. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
