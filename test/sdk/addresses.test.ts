import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type AddressBook, addressBookPath, readAddressBook, writeAddressBook } from "../../sdk/addresses.ts";
import { MoietyError } from "../../sdk/errors.ts";

const TOKEN = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const book: AddressBook = {
  chainId: 31337,
  name: "localhost",
  deployer: TOKEN,
  deployedAtBlock: 1,
  contracts: { ShareToken: { address: TOKEN, deployedAtBlock: 2, runtimeCodeHash: `0x${"ab".repeat(32)}` } },
};

describe("address book", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = () =>
    readAddressBook(31337, "localhost", folder).then(
      () => expect.fail("it was read"),
      (error: unknown) => error,
    );

  it("comes back as it was written, and leaves nothing else behind", async () => {
    await writeAddressBook(book, folder);

    expect(await readAddressBook(31337, "localhost", folder)).to.deep.equal(book);
    expect(await readdir(folder)).to.deep.equal(["31337.json"]);
  });

  it("is missed in one sentence that names the likely cause", async () => {
    const error = await read();

    expect(error).to.be.instanceOf(MoietyError);
    expect(error).to.have.property("exitCode", 2);
    expect(error).to.have.property(
      "message",
      "no deployment on this network (localhost, chain 31337); did you mean --network localhost?",
    );
  });

  it("is refused when it is of another chain", async () => {
    await writeFile(addressBookPath(31337, folder), JSON.stringify({ ...book, chainId: 1 }));

    expect(await read()).to.have.property("message", "the address book is of chain 1, not of 31337");
  });

  it("is refused when somebody damaged it", async () => {
    await writeFile(addressBookPath(31337, folder), JSON.stringify({ ...book, deployer: "0x12" }));

    expect(await read()).to.have.property("message", "the address book is damaged");
  });
});
