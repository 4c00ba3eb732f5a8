import { readFileSync } from "node:fs";
import { expect } from "chai";
import { renderFileSchemas } from "../../tools/file-schemas.ts";

describe("docs/schemas", () => {
  for (const [path, text] of renderFileSchemas()) {
    it(`${path} is what the tasks read by (node tools/write-file-schemas.ts writes it)`, () => {
      expect(JSON.parse(readFileSync(path, "utf8"))).to.deep.equal(JSON.parse(text));
    });
  }
});
