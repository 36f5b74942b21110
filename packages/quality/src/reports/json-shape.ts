/** Members of a value of which only the report says what it is: each reads as what it should be, or `undefined`. */

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectIn = (value: unknown): JsonObject | undefined =>
  isObject(value) ? value : undefined

export const listIn = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

/** A line or a column: whole and from 1. Tools write 0, -1 or `null` for a place that they do not know. */
export const placeIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined
