import { emptyTask, task } from "hardhat/config";
import { writing } from "../lib/flags.ts";

export const custodyTasks = [
  emptyTask("custody", "Keep the signed word about the things behind the assets").build(),

  writing(
    task(
      ["custody", "attest"],
      "Sign an attestation with the attester's key, or bring one that is signed, and keep it on chain",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Attestation file (moiety.attestation/1)" })
    .setAction(() => import("./attest.ts"))
    .build(),
];
