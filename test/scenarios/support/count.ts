/** How often an operation is among the calls of a run. */
export const count = (calls: readonly string[], operation: string): number =>
  calls.filter((call) => call === operation).length
