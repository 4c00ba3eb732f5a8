import { expect } from "chai";
import hre from "hardhat";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { ActionContext } from "../../tasks/lib/action-context.ts";
import { requireConfirmation } from "../../tasks/lib/confirm.ts";
import { conclude } from "../../tasks/lib/run-action.ts";
import { Sender } from "../../tasks/lib/sender.ts";
import type { Terminal } from "../../tasks/lib/terminal.ts";
import { failureOf, taskWorld } from "../helpers/task-world.ts";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { deployed } = taskWorld(connection);

/** A terminal that keeps what is written; `answer` is what the operator types, if one sits there. */
function recordingTerminal(answer?: string) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  const ask = answer === undefined ? undefined : async () => answer;
  const terminal: Terminal = { stdout: stream("stdout"), stderr: stream("stderr"), ask };
  return { terminal, written };
}

describe("actions", () => {
  describe("conclude", () => {
    it("prints exactly one JSON document, with whole numbers as text", async () => {
      const { terminal, written } = recordingTerminal();
      const context = new ActionContext(hre, { json: true }, terminal);

      const code = await conclude("asset.show", context, async () => {
        context.note("working");
        context.warn("look out");
        return { data: { id: 7n }, text: "for people" };
      });

      expect(code).to.equal(ExitCode.done);
      expect(JSON.parse(written.stdout)).to.deep.equal({
        schema: "moiety.asset.show/1",
        ok: true,
        network: "default",
        chainId: 31337,
        block: 0,
        data: { id: "7" },
        warnings: ["look out"],
      });
      expect(written.stderr).to.equal("working\n");
    });

    it("prints failures as JSON, too", async () => {
      const { terminal, written } = recordingTerminal();
      const context = new ActionContext(hre, { json: true }, terminal);
      const problem = { what: "no", why: "because", exitCode: ExitCode.partly };

      const code = await conclude("asset.show", context, () => Promise.reject(new MoietyError(problem)));

      expect(code).to.equal(4);
      expect(JSON.parse(written.stdout)).to.deep.include({ ok: false, data: null, error: problem });
    });

    it("tells people what, where, why, what to do and what was not done", async () => {
      const { terminal, written } = recordingTerminal();
      const context = new ActionContext(hre, { json: false }, terminal);
      const problem = {
        what: "a",
        where: "b",
        why: "c",
        todo: "d",
        notDone: "e",
        details: ["f"],
        exitCode: ExitCode.badInput,
      };

      await conclude("asset.show", context, () => Promise.reject(new MoietyError(problem)));

      expect(written.stdout).to.equal("");
      for (const line of ["a\n", "  where: b\n", "  - f\n", "  why: c\n", "  what to do: d\n", "  not done: e\n"]) {
        expect(written.stderr).to.contain(line);
      }
    });

    it("never lets a bug get out to Hardhat, but ends with 1", async () => {
      const { terminal, written } = recordingTerminal();
      const context = new ActionContext(hre, { json: false }, terminal);

      expect(await conclude("asset.show", context, () => Promise.reject(new TypeError("oops")))).to.equal(1);
      expect(written.stderr).to.contain("oops");
    });

    it("says a revert in words, by the errors of all contracts", async () => {
      const { suite, stranger } = await networkHelpers.loadFixture(deployed);
      const { terminal, written } = recordingTerminal();
      const context = new ActionContext(hre, { json: false }, terminal);

      const code = await conclude("asset.show", context, async () => {
        await suite.shareToken.connect(stranger).pause();
        return { data: null, text: "" };
      });

      expect(code).to.equal(ExitCode.refused);
      expect(written.stderr).to.contain(`${stranger.address} does not have the role for this`);
    });
  });

  describe("a chain of this process", () => {
    it("has no deployment, and is told so in one sentence", async () => {
      const context = new ActionContext(hre, { json: false }, recordingTerminal().terminal);

      const error = await failureOf(context.suite());
      expect(error).to.have.property("exitCode", ExitCode.badInput);
      expect(error).to.have.property(
        "message",
        "no deployment on this network (default, chain 31337); did you mean --network localhost?",
      );
    });
  });

  describe("the sending account", () => {
    it("is refused where the network does not have it", async () => {
      const context = new ActionContext(hre, { json: false, from: "99" }, recordingTerminal().terminal);

      expect(await failureOf(context.signer())).to.have.property("message", 'this network has no account "99"');
    });
  });

  describe("confirmation", () => {
    const plan = ["pay everybody"];
    const sepolia = { networkName: "sepolia", chainId: 11155111n, plan, yes: false };

    it("is not asked for on a local chain, nor with --yes", async () => {
      const { terminal, written } = recordingTerminal("no");

      await requireConfirmation(terminal, { ...sepolia, chainId: 31337n });
      await requireConfirmation(terminal, { ...sepolia, yes: true });
      expect(written.stderr).to.equal("");
    });

    it("is the name of the network, typed after the plan was shown", async () => {
      const { terminal, written } = recordingTerminal("sepolia");

      await requireConfirmation(terminal, sepolia);
      expect(written.stderr).to.equal("About to send on sepolia (chain 11155111):\n  pay everybody\n");
    });

    it("is missing when something else is typed", async () => {
      const error = await failureOf(requireConfirmation(recordingTerminal("y").terminal, sepolia));

      expect(error).to.have.property("exitCode", ExitCode.notConfirmed);
    });

    it("is missing where nobody sits", async () => {
      const error = await failureOf(requireConfirmation(recordingTerminal().terminal, sepolia));

      expect(error).to.have.property("exitCode", ExitCode.notConfirmed);
    });
  });

  describe("Sender", () => {
    // Only the chain belongs to the fixture; who was asked is new for every test.
    const world = async () => {
      const { suite, operator, stranger } = await networkHelpers.loadFixture(deployed);
      const asked: (readonly string[])[] = [];
      const options = {
        signer: operator,
        dryRun: false,
        note: () => undefined,
        confirm: async (plan: readonly string[]) => {
          asked.push(plan);
        },
      };
      const pause = { title: "pause", transaction: () => suite.shareToken.pause.populateTransaction() };
      const unpause = {
        title: "unpause",
        transaction: () => suite.shareToken.unpause.populateTransaction(),
        needsEarlier: true,
      };
      return { suite, options, asked, pause, unpause, operator, stranger };
    };

    it("asks once, then sends step by step", async () => {
      const { options, asked, pause, unpause, suite } = await world();

      const reports = await new Sender(options).run([pause, unpause]);

      expect(asked).to.deep.equal([["pause", "unpause"]]);
      expect(reports.map(({ status }) => status)).to.deep.equal(["sent", "sent"]);
      expect(reports.every(({ hash, gas, block }) => hash !== null && gas !== null && block !== null)).to.equal(true);
      expect(await suite.shareToken.paused()).to.equal(false);
    });

    it("sends nothing in a dry run, and says which steps it could not try", async () => {
      const { options, asked, pause, unpause, operator } = await world();
      const nonce = await operator.getNonce();

      const reports = await new Sender({ ...options, dryRun: true }).run([pause, unpause]);

      expect(reports.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
      expect(asked).to.deep.equal([]);
      expect(await operator.getNonce()).to.equal(nonce);
    });

    it("sends nothing if the first step would be refused", async () => {
      const { options, asked, pause, stranger } = await world();

      const error = await failureOf(new Sender({ ...options, signer: stranger }).run([pause]));

      expect(error).to.have.property("exitCode", ExitCode.refused);
      expect(error).to.have.property("message", 'the chain refuses "pause"');
      expect(asked).to.deep.equal([]);
    });

    it("sends nothing if it is not confirmed", async () => {
      const { options, pause, suite } = await world();

      const error = await failureOf(
        new Sender({ ...options, confirm: () => Promise.reject(new Error("no")) }).run([pause]),
      );

      expect(error).to.have.property("message", "no");
      expect(await suite.shareToken.paused()).to.equal(false);
    });

    it("says how far it came when a later step is refused", async () => {
      const { options, pause } = await world();

      const error = await failureOf(new Sender(options).run([pause, { ...pause, title: "pause again" }]));

      expect(error).to.have.property("exitCode", ExitCode.partly);
      expect(error).to.have.property("message", '"pause again" failed after 1 transaction went through');
    });

    it("does nothing for an empty plan, and asks nobody", async () => {
      const { options, asked } = await world();

      expect(await new Sender(options).run([])).to.deep.equal([]);
      expect(asked).to.deep.equal([]);
    });
  });
});
