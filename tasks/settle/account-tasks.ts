import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { forMultisig, reading, writing } from "../lib/flags.ts";

const CURRENCY = { name: "currency", description: "ERC-20 (local chains: the TestDollar)", defaultValue: "" } as const;

const ASSET = { name: "asset", description: "Asset id", type: ArgumentType.BIGINT } as const;

/** What accounts do for themselves: cash at the desk, and the mandate that binds whoever settles. */
export const accountTasks = [
  forMultisig(task(["settle", "deposit"], "Deposit cash of the sender at the settlement desk"))
    .addPositionalArgument({ name: "amount", description: "e.g. 1250.00" })
    .addOption(CURRENCY)
    .setAction(() => import("./deposit.ts"))
    .build(),

  forMultisig(task(["settle", "withdraw"], "Ask for cash back, or take out what was asked for long enough ago"))
    .addOption({ name: "request", description: "Ask for this much; left out, take out what is due", defaultValue: "" })
    .addOption(CURRENCY)
    .setAction(() => import("./withdraw.ts"))
    .build(),

  forMultisig(task(["settle", "migrate"], "Take cash of the sender over to the desk that follows this one"))
    .addOption(CURRENCY)
    .setAction(() => import("./migrate.ts"))
    .build(),

  forMultisig(task(["settle", "lock"], "Lock shares of the sender for chunks; they stay in the wallet"))
    .addPositionalArgument(ASSET)
    .addPositionalArgument({ name: "shares", description: "How many", type: ArgumentType.BIGINT })
    .setAction(() => import("./lock.ts"))
    .build(),

  forMultisig(
    task(["settle", "unlock"], "Ask for locked shares back, or take those that were asked for long enough ago"),
  )
    .addPositionalArgument(ASSET)
    .addOption({ name: "request", description: "Ask for this many; left out, take what is due", defaultValue: "" })
    .setAction(() => import("./unlock.ts"))
    .build(),

  writing(task(["settle", "mandate"], "Register how far netted chunks may go with an account"))
    .addPositionalArgument({ name: "file", description: "JSON, moiety.settlement-mandate/1" })
    .setAction(() => import("./mandate.ts"))
    .build(),

  forMultisig(task(["settle", "revoke"], "End the sender's mandate, and rule out the next one it has signed"))
    .addOption(CURRENCY)
    .setAction(() => import("./revoke.ts"))
    .build(),

  reading(task(["settle", "status"], "Show how far the desk's batches have come, and what it knows of an account"))
    .addOption({ name: "account", description: "Whose cash and mandate", defaultValue: "" })
    .addOption(CURRENCY)
    .addOption({
      name: "assets",
      description: "Locked shares and limits of the mandate for these ids, as 1,2,7",
      defaultValue: "",
    })
    .setAction(() => import("./status.ts"))
    .build(),
];
