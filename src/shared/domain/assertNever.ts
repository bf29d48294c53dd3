/** Closes an exhaustive switch: it compiles only when every case was handled, and throws when data lied about its type. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
