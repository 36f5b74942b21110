/** '1 min 20 s', and for short ones '0.4 s'. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${Math.max(0, Math.round(milliseconds / 100)) / 10} s`
  const seconds = Math.round(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`
}
