/**
 * `npm run docs`: writes the tables of inputs and outputs in every README from the action.yml beside it.
 * `npm run check:docs` writes nothing and fails when one is not what its action.yml says.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFaces } from './action-files.ts'
import { fillTables } from './docs/tables.ts'
import { ROOT } from './root.ts'

const isCheck = process.argv.includes('--check')

for (const { face, action } of await readFaces()) {
  const page = join(face, 'README.md')
  const text = await readFile(join(ROOT, page), 'utf8')
  const filled = fillTables(text, action)
  if (filled === text) continue
  if (isCheck) {
    console.error(`${page} is not what its action.yml says. Write it again with: npm run docs`)
    process.exitCode = 1
  } else {
    await writeFile(join(ROOT, page), filled)
    console.log(`wrote ${page}`)
  }
}
