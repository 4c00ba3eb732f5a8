// Builds a list at the path given and dies by the hand of its own while it writes proofs. For tests that look at what is left.
import { argv, kill, pid } from "node:process";
import { buildIncomeList } from "../../executor/index.ts";
import { LIST_KEY, someRows } from "./income-list.ts";

await buildIncomeList(
  { listKey: LIST_KEY, rows: someRows(20_000), path: argv[2] ?? "" },
  {
    onProgress: (stage) => {
      if (stage === "proofs") kill(pid, "SIGKILL");
    },
  },
);
