/**
 * `npm run docs`: writes the tables of inputs and outputs in every README from the action.yml beside it, and the table
 * of failures in docs/diagnosis.md from the rules. `npm run check:docs` writes nothing and fails when one is stale.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFaces } from './action-files.ts'
import { fillDiagnosis } from './docs/diagnosis.ts'
import { fillTables } from './docs/tables.ts'
import { ROOT } from './root.ts'

const isCheck = process.argv.includes('--check')

for (const { face, action } of await readFaces()) {
  await fillPage(join(face, 'README.md'), 'its action.yml says', (text) => fillTables(text, action))
}
await fillPage('docs/diagnosis.md', 'the rules say', fillDiagnosis)

async function fillPage(
  page: string,
  source: string,
  fill: (text: string) => string,
): Promise<void> {
  const text = await readFile(join(ROOT, page), 'utf8')
  const filled = fill(text)
  if (filled === text) return
  if (isCheck) {
    console.error(`${page} is not what ${source}. Write it again with: npm run docs`)
    process.exitCode = 1
  } else {
    await writeFile(join(ROOT, page), filled)
    console.log(`wrote ${page}`)
  }
}
