/** What the test files do: disturb their stories, print the tables, and hold them against the page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { ROOT } from '../../support/run-bundle.ts'
import type { Matrix } from './matrix.ts'
import { PAIRS_IN_TESTS, type Pair } from './pairs.ts'
import { performPairs, performPart } from './performance.ts'
import type { Part } from './stories.ts'
import { pairsSection, pairsText, section, textTable } from './table.ts'

/** A busy machine is no failure. */
const PATIENCE = 600_000

const readPage = (): Promise<string> => readFile(join(ROOT, 'docs/fault-matrix.md'), 'utf8')

export function disturbPart(part: Part): void {
  describe(`${part}, with every call disturbed in every way`, () => {
    let matrices: readonly Matrix[] = []
    beforeAll(async () => {
      matrices = await performPart(part)
      process.stdout.write(`\n${matrices.map(textTable).join('\n\n')}\n\n`)
    }, PATIENCE)

    test('say what is true, and leave the service safe', () => {
      expect(matrices.flatMap(({ problems }) => problems)).toEqual([])
    })

    test('are on the page as they are; npm run fault-matrix writes it', async () => {
      const page = await readPage()
      for (const matrix of matrices) expect(page).toContain(section(matrix))
    })
  })
}

export function disturbTwoAtOnce(): void {
  const { count, seed } = PAIRS_IN_TESTS
  describe(`${count} random pairs of disturbed calls (seed ${seed})`, () => {
    let pairs: readonly Pair[] = []
    beforeAll(async () => {
      pairs = await performPairs(count, seed)
      process.stdout.write(`\nseed ${seed}: ${pairsText(pairs)}\n\n`)
    }, PATIENCE)

    test('say what is true, and leave the service safe', () => {
      expect(pairs.filter(({ problems }) => problems.length > 0)).toEqual([])
    })

    test('are on the page as they are; npm run fault-matrix writes it', async () => {
      expect(await readPage()).toContain(pairsSection(pairs))
    })
  })
}
