/**
 * `npm run screenshots`: runs the actions against a local AWS, once for each kind of job summary, and makes pictures
 * of what GitHub would show of it. Needs chromium, and no network.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'puppeteer-core'
import { ROOT } from './root.ts'
import { CHROMIUM, openBrowser, photograph } from './screenshots/camera.ts'
import { renderPage } from './screenshots/page.ts'
import { PICTURES, type Picture } from './screenshots/pictures.ts'
import { writeCounts } from './test-counts.ts'

/** A page without a summary has less. */
const LEAST_BYTES = 10_000
/** So that the documentation stays light. */
const MOST_BYTES = 200_000

const HELP = `Makes the pictures of docs/summaries.md and of the actions' pages: the actions run against a local AWS, once for each kind of job
summary, and chromium shows what GitHub would make of it. Ends with 1 when a run does not end as it should, GitHub
could not draw a diagram, or a picture is empty, too large, or missing.

Usage: npm run screenshots -- [options] [kind…]

  --out FOLDER     where the pictures go (default docs/images)
  --chromium FILE  the browser (default ${CHROMIUM})
  --help           this text

Kinds, all by default: ${PICTURES.map(({ kind }) => kind).join(', ')}`

async function main(): Promise<void> {
  const { values, positionals: kinds } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(ROOT, 'docs/images') },
      chromium: { type: 'string', default: CHROMIUM },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const pictures = kinds.length === 0 ? PICTURES : kinds.map(pictureCalled)
  const folder = resolve(values.out)
  const problems = kinds.length === 0 ? await withoutStory() : []
  const browser = await openBrowser(values.chromium)
  let passed = 0
  try {
    await mkdir(folder, { recursive: true })
    for (const picture of pictures) {
      try {
        await makePicture(picture, browser, folder)
        passed++
      } catch (error) {
        problems.push(`${picture.kind}: ${(error as Error).message}`)
      }
    }
  } finally {
    await browser.close()
  }
  for (const problem of problems) console.error(`FAILED  ${problem}`)
  writeCounts({ passed, failed: problems.length })
  process.exitCode = problems.length === 0 ? 0 : 1
}

function pictureCalled(kind: string): Picture {
  const picture = PICTURES.find((each) => each.kind === kind)
  if (picture) return picture
  throw new Error(`There is no summary of the kind '${kind}'.`)
}

async function makePicture(shown: Picture, browser: Browser, folder: string): Promise<void> {
  const { title, markdown } = await shown.make()
  const html = await renderPage(markdown, title)
  const picture = await photograph(browser, html)
  const path = join(folder, shown.file)
  await writeFile(path, picture)
  const size = `${Math.ceil(picture.length / 1000)} kB`
  if (picture.length < LEAST_BYTES) throw new Error(`${path} is empty (${size}).`)
  if (picture.length > MOST_BYTES) {
    throw new Error(`${path} is too large (${size}, at most ${MOST_BYTES / 1000} kB).`)
  }
  console.log(`wrote ${path} (${size})`)
}

/** Pictures of the page that this command cannot make again. */
async function withoutStory(): Promise<string[]> {
  const page = await readFile(join(ROOT, 'docs/summaries.md'), 'utf8')
  const shown = [...page.matchAll(/\(images\/(summary-[^)]+)\)/g)].map(([, name = '']) => name)
  const told = new Set(PICTURES.map(({ file }) => file))
  return shown
    .filter((name) => !told.has(name))
    .map((name) => `docs/summaries.md shows images/${name}, which no story makes.`)
}

try {
  await main()
} catch (error) {
  console.error(`screenshots: ${(error as Error).message}`)
  console.error('Try: npm run screenshots -- --help')
  process.exitCode = 2
}
