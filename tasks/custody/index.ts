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
    .addFlag({
      name: "byOrder",
      description: "Take over by an order, without the signature of the custodian before (compliance)",
    })
    .setAction(() => import("./hand-over.ts"))
    .build(),

  writing(task(["custody", "incident"], "Report that something happened to the thing, or that it is over"))
    .addPositionalArgument({
      name: "file",
      description: "Incident file (moiety.custody-incident/1 or moiety.custody-resolution/1)",
    })
    .setAction(() => import("./incident.ts"))
    .build(),

  writing(task(["custody", "properties"], "Say what ERC-7578 asks of a thing: owner, place, terms, declared value"))
    .addPositionalArgument({ name: "file", description: "Properties file (moiety.custody-properties/1)" })
    .setAction(() => import("./properties.ts"))
    .build(),

  writing(task(["custody", "insure"], "Demand that an asset is insured for a sum, or that it need not be (compliance)"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addOption({
      name: "amount",
      description: "Least insured value, a whole number of the unit; 0: it need not be insured",
      type: ArgumentType.BIGINT,
      defaultValue: 0n,
    })
    .addOption({ name: "unit", description: "What the policies count in, like USD", defaultValue: "" })
    .setAction(() => import("./insure.ts"))
    .build(),

  writing(task(["custody", "release"], "Approve that the thing is given out against all its shares, and carry it out"))
    .addPositionalArgument({ name: "file", description: "Release file (moiety.custody-release/1)" })
    .setAction(() => import("./release.ts"))
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
