/** A reporter of node:test that prints one line, `passed failed`; see jest-counts.mjs. */
export default async function* counts(events) {
  let last
  for await (const { type, data } of events) {
    // One comes for each file; the last one, without a file, is for the whole run.
    if (type === 'test:summary' && data.file === undefined) last = data.counts
  }
  if (last) yield `${last.passed} ${last.tests - last.passed}\n`
}
