/** `npm run fault-matrix`: prints the tables as Markdown, and writes them to docs/fault-matrix.md. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../support/run-bundle.ts'
import { HALVES, perform } from './support/performance.ts'
import { section } from './support/table.ts'

const MARK = '<!-- From here on: npm run fault-matrix -->\n'
const PAGE = join(ROOT, 'docs/fault-matrix.md')

const matrices = (await Promise.all(HALVES.map(perform))).flat()
const tables = matrices.map(section).join('\n')
process.stdout.write(tables)
const [intro = ''] = (await readFile(PAGE, 'utf8')).split(MARK)
await writeFile(PAGE, `${intro}${MARK}\n${tables}`)
for (const { story, call, kind, text } of matrices.flatMap(({ problems }) => problems)) {
  console.error(`${story}: ${call}, ${kind}: ${text}`)
}
