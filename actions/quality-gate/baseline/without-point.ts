/** What an error says, as a part of a sentence. */
export const withoutPoint = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
