const DAY = 24 * 60 * 60_000

/** The end of a day such as `2027-01-31` in UTC, in milliseconds since 1970; `undefined` when there is no such day. */
export function endOfDay(text: string): number | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  // The 31st of a month of 30 days is a date to `Date`, but not this one.
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(text)
  return isDay ? start + DAY : undefined
}
