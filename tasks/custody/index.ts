import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing } from "../lib/flags.ts";

export const custodyTasks = [
  emptyTask("custody", "Say who answers for the things behind the assets, and keep the signed word about them").build(),

  writing(
    task(
      ["custody", "mandate"],
      "Offer a custodian his mandate, and accept it with his key or the signature in the file",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Mandate file (moiety.custody-mandate/1)" })
    .setAction(() => import("./mandate.ts"))
    .build(),

  writing(
    task(
      ["custody", "attest"],
      "Sign an attestation with the attester's key, or bring one that is signed, and keep it on chain",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Attestation file (moiety.attestation/1)" })
    .setAction(() => import("./attest.ts"))
    .build(),

  writing(
    task(
      ["custody", "handover"],
      "Approve that one custodian hands over to another, and carry it out once both have signed",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Hand-over file (moiety.custody-handover/1)" })
    .setAction(() => import("./hand-over.ts"))
    .build(),

  writing(task(["custody", "incident"], "Report that something happened to the thing, or that it is over"))
    .addPositionalArgument({
      name: "file",
      description: "Incident file (moiety.custody-incident/1 or moiety.custody-resolution/1)",
    })
    .setAction(() => import("./incident.ts"))
    .build(),

  reading(task(["custody", "status"], "Show how it stands with custody; exit code 6 if anything has lapsed"))
    .addPositionalArgument({
      name: "id",
      description: "Asset id (0: all of them)",
      type: ArgumentType.BIGINT,
      defaultValue: 0n,
    })
    .setAction(() => import("./status.ts"))
    .build(),

  reading(task(["custody", "history"], "Tell everything that custody has said about an asset"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .setAction(() => import("./history.ts"))
    .build(),
];
