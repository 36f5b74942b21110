/** What the test files do: disturb their stories, print the tables, and hold them against the page. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Matrix } from './matrix.ts'
import { PAIRS_IN_TESTS, type Pair } from './pairs.ts'
import { performPairs, performSome } from './performance.ts'
import { cellsOf, readPage, type Cell } from './sample.ts'
import type { Part } from './stories.ts'
import { headingOf, introOf, pairsSection, pairsText, textTable } from './table.ts'

/** A busy machine is no failure. */
const PATIENCE = 600_000

/** What was played, as the page would have it. */
const cellsPlayed = ({ story, rows }: Matrix): readonly Cell[] =>
  rows.flatMap(({ call, cells }) =>
    Object.entries(cells).map(([kind, outcome]) => ({
      story: headingOf(story.name),
      call,
      kind,
      outcome,
    })),
  )

export function disturbPart(part: Part): void {
  describe(`${part}, with every call disturbed`, () => {
    let matrices: readonly Matrix[] = []
    beforeAll(async () => {
      matrices = await performSome(part)
      process.stdout.write(`\n${matrices.map(textTable).join('\n\n')}\n\n`)
    }, PATIENCE)

    test('say what is true, and leave the service safe', () => {
      expect(matrices.flatMap(({ problems }) => problems)).toEqual([])
    })

    test('are on the page as they are; npm run fault-matrix writes it', async () => {
      const page = await readPage()
      const cells = cellsOf(page)
      for (const matrix of matrices) {
        expect(page).toContain(introOf(matrix))
        const ofStory = cells.filter(({ story }) => story === headingOf(matrix.story.name))
        expect(matrix.rows.map(({ call }) => call)).toEqual([
          ...new Set(ofStory.map(({ call }) => call)),
        ])
        expect(ofStory).toEqual(expect.arrayContaining([...cellsPlayed(matrix)]))
      }
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
