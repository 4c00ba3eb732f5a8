import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Suite } from "../../sdk/connect.ts";
import {
  type BundleDocument,
  type DocumentBundle,
  manifestOf,
  readDocumentsFile,
} from "../../sdk/documents/documents-file.ts";
import { readAnchoredBundle, type Verification, verifyBundle } from "../../sdk/documents/verify-bundle.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";

interface DocumentArguments extends WritingArguments {
  readonly file: string;
  readonly supersede: boolean;
  readonly verify: boolean;
  readonly manifest: string;
}

export interface AnchoredDocuments {
  readonly asset: bigint;
  readonly subjectId: string;
  readonly role: string;
  readonly bundleHash: string;
  /** The bundle that counted until now; null if the slot was free, or if nothing was to be done. */
  readonly superseded: string | null;
  readonly documents: readonly BundleDocument[];
  readonly steps: readonly StepReport[];
}

/** Anchors a bundle in its slot, or with `supersede` replaces the one that is there. The same bundle again is left alone. */
export async function anchorDocuments(
  suite: Suite,
  sender: Sender,
  bundle: DocumentBundle,
  supersede: boolean,
): Promise<AnchoredDocuments> {
  const { asset, role, bundleHash, documents } = bundle;
  requireUnchanged(documents);
  const { subjectId, state, active, supersededBy } = await readAnchoredBundle(suite, bundle);
  if (state === "superseded") {
    throw badInput("this bundle counted once and was superseded; it does not come back", {
      why: `the one that came after it is ${supersededBy}`,
      todo: "change the documents, or verify against the bundle that counts now",
      notDone: "nothing was sent",
    });
  }
  const replaced = state === "active" ? null : active;
  if (replaced !== null && !supersede) {
    throw badInput(`asset ${asset} has documents for ${role} already: bundle ${replaced}`, {
      todo: "add --supersede to replace them for good",
      notDone: "nothing was sent",
    });
  }

  const steps = await sender.run(state === "active" ? [] : [anchor(suite, bundle, subjectId, replaced)]);
  return { asset, subjectId, role, bundleHash, superseded: replaced, documents, steps };
}

export default runAction<DocumentArguments>("asset.document", async (context, args) => {
  if (args.verify && args.supersede) throw badInput("--verify sends nothing, so there is nothing to --supersede");
  const bundle = await readDocumentsFile(args.file);
  const { suite } = await context.suite();
  if (args.verify) return describeVerification(await verifyBundle(suite, bundle));

  const result = await anchorDocuments(suite, await context.sender(), bundle, args.supersede);
  if (args.manifest !== "") await writeManifest(bundle, args.manifest);
  const said = context.dryRun ? "would be" : "is";
  return {
    data: result,
    text: `${describeSteps(result.steps)}\n${describeDocuments(bundle.documents)}\nBundle ${bundle.bundleHash} ${said} what counts for ${bundle.role} of asset ${bundle.asset}.`,
  };
});

/** What verification found, in words, with exit code 6 unless all of it holds. */
export function describeVerification(found: Verification): Outcome {
  const text = `${describeDocuments(found.documents)}\n${describeChain(found)}`;
  if (found.holds) return { data: found, text };

  const details = found.documents
    .filter(({ state }) => state !== "matches" && state !== "withheld")
    .map(({ name, state }) => `${name}: ${state}`);
  return {
    data: found,
    text,
    exitCode: ExitCode.checkFailed,
    error: {
      what: "the documents are not what the chain says",
      why: describeChain(found),
      details,
      exitCode: ExitCode.checkFailed,
    },
  };
}

function describeChain({ bundleHash, chain, documents }: Verification): string {
  if (chain.state === "unknown") {
    const active = chain.active === null ? "no bundle is anchored" : `what counts is ${chain.active}`;
    return `Bundle ${bundleHash} was never anchored here; ${active}.`;
  }
  const since = `since ${formatTime(chain.anchoredAt ?? 0n)}`;
  const counted =
    chain.documentCount === BigInt(documents.length)
      ? ""
      : ` The chain says ${chain.documentCount} documents, the file has ${documents.length}.`;
  return chain.state === "superseded"
    ? `Bundle ${bundleHash} was anchored ${since} and superseded by ${chain.supersededBy}; ${chain.active} counts now.${counted}`
    : `Bundle ${bundleHash} counts ${since}.${counted}`;
}

function describeDocuments(documents: readonly { name: string; role: string; state: string; contentHash: string }[]) {
  return table(
    ["Document", "Role", "State", "Hash"],
    documents.map(({ name, role, state, contentHash }) => [name, role, state, contentHash]),
  );
}

/** Whoever anchors stands for what he anchors: a document that is not what the file says is not anchored under that hash. */
function requireUnchanged(documents: readonly BundleDocument[]): void {
  const wrong = documents.filter(({ state }) => state === "differs" || state === "missing");
  if (wrong.length === 0) return;

  throw badInput("some documents are not what the file says of them", {
    details: wrong.map(({ name, state, contentHash, foundHash }) =>
      state === "missing" ? `${name} is missing` : `${name} should be ${contentHash} and is ${foundHash}`,
    ),
    todo: "bring the right documents, or take their contentHash and cid out of the file",
    notDone: "nothing was sent",
  });
}

function anchor({ documentAnchor }: Suite, bundle: DocumentBundle, subjectId: string, replaced: string | null): Step {
  const { asset, role, roleId, bundleHash, entries, uri } = bundle;
  const count = entries.length === 1 ? "1 document" : `${entries.length} documents`;
  if (replaced === null) {
    return {
      title: `anchor ${count} for ${role} of asset ${asset}`,
      transaction: () =>
        documentAnchor.anchorBundle.populateTransaction(bundleHash, subjectId, roleId, entries.length, uri),
    };
  }
  return {
    title: `supersede the documents for ${role} of asset ${asset} by ${count}`,
    transaction: () =>
      documentAnchor.supersedeBundle.populateTransaction(replaced, bundleHash, subjectId, roleId, entries.length, uri),
  };
}

async function writeManifest(bundle: DocumentBundle, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, manifestOf(bundle, path));
}
