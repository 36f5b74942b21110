/**
 * Coverage of changed lines against an oracle that shares nothing with it: Git shows 500 random changes once with no
 * context and once with all of it. Of the second each line is counted by hand, one after the other.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { coverageOfChange } from '../../src/test-coverage/changed-coverage.ts'
import { countHits, type CoverageFile } from '../../src/test-coverage/coverage.ts'
import { readDiff } from '../../src/diff/changed-lines.ts'
import { randomFrom } from '../../../../test/support/random.ts'

const FILES = 500
const SEED = Number(process.env['QUALITY_SEED'] ?? 1)

let folder: string
let random: () => number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'changed-coverage-'))
  console.log(`seed ${SEED} (QUALITY_SEED chooses another)`)
  random = randomFrom(SEED)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const below = (limit: number): number => Math.floor(random() * limit)

/** Few different lines, so that Git finds many ways to match them; some look like parts of a diff. */
const LINES = [
  '',
  '}',
  'return x',
  '+ y',
  '- z',
  '+++ b/other.ts',
  '@@ -1 +1 @@',
  'const a = 1',
  '\\',
]
const randomLine = (): string => LINES[below(LINES.length)] ?? ''

const randomText = (): string[] => Array.from({ length: below(30) }, randomLine)

function changed(lines: readonly string[]): string[] {
  const after = [...lines]
  for (let edits = below(5); edits >= 0; edits--) {
    const added = Array.from({ length: below(4) }, randomLine)
    after.splice(below(after.length + 1), below(4), ...added)
  }
  return after
}

/** With or without a line end at the end. */
const textOf = (lines: readonly string[]): string =>
  lines.join('\n') + (lines.length > 0 && random() < 0.8 ? '\n' : '')

const NAMES = ['src/a b', 'src/über', 'src/"quoted"', 'lib/plain', 'a/b/c/deep', 'b/odd']
const nameOf = (index: number): string => `${NAMES[index % NAMES.length] ?? ''}-${index}.ts`

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })

async function commit(texts: ReadonlyMap<string, string | undefined>): Promise<void> {
  for (const [name, text] of texts) {
    const path = join(folder, name)
    if (text === undefined) await rm(path, { force: true })
    else {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    }
  }
  git('add', '--all')
  git('commit', '--quiet', '--allow-empty', '-m', 'x')
}

/** The numbers of the lines that a diff with the whole file as its context marks as added. */
function addedIn(whole: string): ReadonlySet<number> {
  const added = new Set<number>()
  const body = whole
    .slice(whole.indexOf('\n@@ ') + 1)
    .split('\n')
    .slice(1)
  let line = 0
  for (const content of body) {
    if (content.startsWith('-') || content.startsWith('\\') || content === '') continue
    line++
    if (content.startsWith('+')) added.add(line)
  }
  return added
}

test(`agrees with counting by hand on ${FILES} random changes`, async () => {
  git('init', '--quiet')
  const names = Array.from({ length: FILES }, (_each, index) => nameOf(index))
  const before = new Map(names.map((name) => [name, randomText()]))
  const isNew = (name: string): boolean => before.get(name)?.length === 0
  await commit(
    new Map(names.map((name) => [name, isNew(name) ? undefined : textOf(before.get(name) ?? [])])),
  )
  const after = new Map(names.map((name) => [name, changed(before.get(name) ?? [])]))
  await commit(
    new Map(
      names.map((name) => [name, random() < 0.05 ? undefined : textOf(after.get(name) ?? [])]),
    ),
  )
  const options = ['diff', '--no-color', '--no-ext-diff', '--no-renames', 'HEAD~1', 'HEAD']
  const diff = readDiff(git(...options.toSpliced(1, 0, '--unified=0')))

  let compared = 0
  for (const name of names) {
    const whole = git(...options.toSpliced(1, 0, '--unified=1000000'), '--', name)
    const added =
      whole.includes('\n@@ ') && !whole.includes('\n+++ /dev/null') ? addedIn(whole) : new Set()
    const lines = new Map<number, number>()
    for (let line = 1; line <= 40; line++) if (random() < 0.6) lines.set(line, below(3))
    const file: CoverageFile = {
      path: name,
      roots: [],
      hits: lines,
      lines: countHits(lines),
      branches: { covered: 0, total: 0 },
      functions: { covered: 0, total: 0 },
    }
    const counted = [...lines].filter(([line]) => added.has(line))
    const result = coverageOfChange([file], diff)
    expect({ name, total: result.total, covered: result.covered }).toEqual({
      name,
      total: counted.length,
      covered: counted.filter(([, hits]) => hits > 0).length,
    })
    const missed = counted.filter(([, hits]) => hits === 0).map(([line]) => line)
    const told = result.uncovered.flatMap(({ ranges }) =>
      [...lines.keys()].filter((line) => ranges.some(({ from, to }) => line >= from && line <= to)),
    )
    expect({ name, told }).toEqual({ name, told: missed })
    compared += counted.length
  }
  // A test that never has anything to compare proves nothing.
  expect(compared).toBeGreaterThan(500)
}, 120_000)
