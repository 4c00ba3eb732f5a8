import { suiteInterfaces } from "../contracts.ts";
import { roleName } from "./access-state.ts";

/** A call in words, as far as it is of a contract of ours: "grantRole(ISSUER, 0x…, 0)". */
export function describeCall(data: string): string {
  for (const contract of suiteInterfaces()) {
    const call = contract.parseTransaction({ data });
    if (call === null) continue;
    const words = call.fragment.inputs.map(({ name }, place) => {
      const value: unknown = call.args[place];
      return name === "roleId" && typeof value === "bigint" ? roleName(value) : String(value);
    });
    return `${call.name}(${words.join(", ")})`;
  }
  return data.slice(0, 10);
}
