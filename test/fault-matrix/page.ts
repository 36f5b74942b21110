/**
 * `npm run fault-matrix`: prints the tables as Markdown, and writes them to docs/fault-matrix.md.
 * `npm run fault-matrix -- --pairs 1000 [--seed 7]`: only random pairs, more than a test has time for; writes nothing.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../support/run-bundle.ts'
import { PAIRS_IN_TESTS } from './support/pairs.ts'
import { performPairs, performPart } from './support/performance.ts'
import { PARTS } from './support/stories.ts'
import { pairsSection, pairsText, section } from './support/table.ts'

const MARK = '<!-- From here on: npm run fault-matrix -->\n'
const PAGE = join(ROOT, 'docs/fault-matrix.md')

async function writePage(): Promise<boolean> {
  const found = await Promise.all(PARTS.map(performPart))
  const matrices = found.flat()
  const pairs = await performPairs(PAIRS_IN_TESTS.count, PAIRS_IN_TESTS.seed)
  const tables = [...matrices.map(section), pairsSection(pairs)].join('\n')
  process.stdout.write(tables)
  const [intro = ''] = (await readFile(PAGE, 'utf8')).split(MARK)
  await writeFile(PAGE, `${intro}${MARK}\n${tables}`)
  const problems = matrices.flatMap((each) => each.problems)
  for (const { story, call, kind, text } of problems) {
    console.error(`${story}: ${call}, ${kind}: ${text}`)
  }
  console.error(pairsText(pairs))
  return problems.length === 0 && pairs.every((each) => each.problems.length === 0)
}

async function tryPairs(count: number, seed: number): Promise<boolean> {
  const pairs = await performPairs(count, seed)
  console.log(`seed ${seed}: ${pairsText(pairs)}`)
  return pairs.every(({ problems }) => problems.length === 0)
}

const { values } = parseArgs({ options: { pairs: { type: 'string' }, seed: { type: 'string' } } })
const isGood =
  values.pairs === undefined
    ? await writePage()
    : await tryPairs(Number(values.pairs), Number(values.seed ?? PAIRS_IN_TESTS.seed))
process.exitCode = isGood ? 0 : 1
