/** Each case is a process of its own, which says how much memory it had at most. */
import { execFileSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const TREE = fileURLToPath(new URL('../../src/process-tree.ts', import.meta.url))
const PEAK = fileURLToPath(new URL('../../../../test/support/peak-memory.ts', import.meta.url))
const MEGABYTE = 1_000_000

/** Megabytes. `end`: of each line, as JavaScript writes it. */
function peak(megabytes: number, end: string): number {
  const printer = `const block = ('x'.repeat(99) + '${end}').repeat(1000)
    const write = (left) => { if (left > 0) process.stdout.write(block, () => write(left - block.length)) }
    write(${megabytes * MEGABYTE})`
  const file = join(folder, 'run.mjs')
  writeFileSync(
    file,
    `import { runProcessTree } from ${JSON.stringify(TREE)}
    import { peakMegabytes } from ${JSON.stringify(PEAK)}
    let characters = 0
    const end = await runProcessTree({ program: process.execPath, args: ['-e', ${JSON.stringify(printer)}],
      folder: ${JSON.stringify(folder)}, environment: {}, timeoutSeconds: 100, stdoutFile: 'stdout',
      onLine: (line) => { characters += line.length } })
    console.log(JSON.stringify({ end, characters, peak: peakMegabytes() }))`,
  )
  const args = ['--disable-warning=ExperimentalWarning', file]
  const printed = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const seen = JSON.parse(printed) as { end: object; characters: number; peak: number }
  expect(seen.end).toMatchObject({ kind: 'exited', code: 0 })
  expect(seen.characters).toBeGreaterThan(megabytes * MEGABYTE * 0.98)
  expect(statSync(join(folder, 'stdout')).size).toBeGreaterThanOrEqual(megabytes * MEGABYTE)
  return seen.peak
}

test.each([
  ['in lines', '\\n'],
  ['without an end of a line', 'x'],
])('100 MB of output %s need little more memory than none', (_name, end) => {
  expect(peak(100, end) - peak(2, end)).toBeLessThan(60)
})
