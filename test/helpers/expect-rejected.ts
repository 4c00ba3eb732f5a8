import { expect } from "chai";

/** Insists that `work` fails with an error of `kind` whose words include `message`, and returns it. */
export async function expectRejected<Failure extends Error>(
  work: Promise<unknown>,
  kind: new (...values: never[]) => Failure,
  message = "",
): Promise<Failure> {
  const reason: unknown = await work.then(
    () => expect.fail(`nothing was refused ("${message}")`),
    (error: unknown) => error,
  );
  if (!(reason instanceof kind))
    throw new Error(`not the error that was expected: ${String(reason)}`, { cause: reason });
  expect(String(reason)).to.include(message);
  return reason;
}
