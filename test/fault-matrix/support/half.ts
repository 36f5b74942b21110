/** What both test files do: disturb their stories, print the tables, and hold them against the page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { ROOT } from '../../support/run-bundle.ts'
import type { Matrix } from './matrix.ts'
import { perform, type Half } from './performance.ts'
import { section, textTable } from './table.ts'

/** A busy machine is no failure. */
const PATIENCE = 600_000

export function disturbHalf(half: Half): void {
  describe(`${half}, with every call disturbed in every way`, () => {
    let matrices: readonly Matrix[] = []
    beforeAll(async () => {
      matrices = await perform(half)
      process.stdout.write(`\n${matrices.map(textTable).join('\n\n')}\n\n`)
    }, PATIENCE)

    test('say what is true, and leave the service safe', () => {
      expect(matrices.flatMap(({ problems }) => problems)).toEqual([])
    })

    test('are on the page as they are; npm run fault-matrix writes it', async () => {
      const page = await readFile(join(ROOT, 'docs/fault-matrix.md'), 'utf8')
      for (const matrix of matrices) expect(page).toContain(section(matrix))
    })
  })
}
