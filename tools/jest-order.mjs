import Sequencer from '@jest/test-sequencer'

/**
 * The long files first, so that no worker is left alone with one in the end. Where jest has not run before, as in CI, it
 * takes a file's size for its length, and what is longest here is a file of two lines that runs a thousand rollouts.
 */
const LONGEST = ['/test/fault-matrix/', '/test/rollouts/', '/test/']

export default class LongestFirst extends Sequencer {
  /** Jest's own order within each of the groups. */
  sort(tests) {
    const sorted = [...super.sort([...tests])]
    return sorted.sort((a, b) => groupOf(a) - groupOf(b))
  }
}

/** The path in the repository; `test/` beside a `src/` belongs to no group. */
function groupOf({ path, context }) {
  const inRepository = path.slice(context.config.rootDir.length)
  const group = LONGEST.findIndex((folder) => inRepository.startsWith(folder))
  return group === -1 ? LONGEST.length : group
}
