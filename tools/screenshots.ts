/**
 * `npm run screenshots [kind…]`: runs the actions against a local AWS, once for each kind of job summary, and writes
 * what GitHub would show of it to docs/images/. Needs chromium, and no network.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderSummary } from '@ecs-pipeline/reporting'
import { ROOT } from './root.ts'
import { Browser } from './screenshots/browser.ts'
import { renderPage } from './screenshots/page.ts'
import { shrinkPng } from './screenshots/small-png.ts'
import { pictureOf, reportOf, STORIES, type Story } from './screenshots/stories.ts'

const WIDTH = 900
/** Pixels of a picture for one of the page. */
const SCALE = 1.5
/** So that the documentation stays light. */
const MOST_BYTES = 150_000

const asked = process.argv.slice(2)
const stories = STORIES.filter(({ kind }) => asked.length === 0 || asked.includes(kind))
const folder = await mkdtemp(join(tmpdir(), 'ecs-pipeline-screenshots-'))
const browser = await Browser.open()
try {
  for (const story of stories) await shoot(story)
} finally {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}

async function shoot(story: Story): Promise<void> {
  const report = await reportOf(story)
  const page = join(folder, `${story.kind}.html`)
  const markdown = renderSummary(report).join('\n\n')
  await writeFile(page, await renderPage(markdown, `${report.action} summary`))
  const loaded = await browser.load(page, WIDTH, SCALE)
  const { failures, height } = (await loaded.evaluate('window.drawn')) as {
    readonly failures: readonly string[]
    readonly height: number
  }
  if (failures.length > 0) {
    throw new Error(`GitHub would show an error in ${story.kind}:\n${failures.join('\n')}`)
  }
  const picture = shrinkPng(await loaded.picture({ width: WIDTH, height }))
  await writeFile(join(ROOT, pictureOf(story)), picture)
  console.log(`wrote ${pictureOf(story)} (${Math.ceil(picture.length / 1000)} kB)`)
  if (picture.length > MOST_BYTES) {
    console.error(`${pictureOf(story)} is too large: at most ${MOST_BYTES / 1000} kB.`)
    process.exitCode = 1
  }
}
