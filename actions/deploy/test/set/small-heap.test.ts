import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const FILE = join(import.meta.dirname, '../../set/small-heap.ts')

/** Megabytes of the space for new objects, after answers of AWS that some have to wait for. */
async function newSpaceAfterAnswers(before: string): Promise<number> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    ${before}
    const waiting = []
    for (let look = 0; look < 100; look++) {
      waiting[look % 10] = Array.from({ length: 20000 }, (_each, at) => ({ at, text: 'event ' + at }))
      await new Promise(setImmediate)
    }
    const space = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space')
    console.log(space.space_size / 2 ** 20)
  `
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return Number(stdout)
}

test('however much is allocated at once, the space for new objects stays small', async () => {
  const small = `import { keepHeapSmall } from ${JSON.stringify(FILE)}; keepHeapSmall()`
  expect(await newSpaceAfterAnswers(small)).toBeLessThanOrEqual(32)
  // Else this would prove nothing.
  expect(await newSpaceAfterAnswers('')).toBeGreaterThan(32)
})
