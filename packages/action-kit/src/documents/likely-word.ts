import { nearest } from '../inputs/kinds.ts'

/** Longer texts are no misspelled words, and measuring the distance of a whole file would take seconds. */
const LONGEST_WORD = 60

/** The word that was probably meant by a text of a document; `undefined` when none is close. */
export const likelyWord = (given: string, words: readonly string[]): string | undefined =>
  given.length > LONGEST_WORD ? undefined : nearest(given, words)
