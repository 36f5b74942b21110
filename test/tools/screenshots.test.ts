/** What the pictures of docs/summaries.md are made of; the pictures themselves need chromium (npm run screenshots). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import DOMPurify from 'dompurify'
import mermaid from 'mermaid'
import { tellingOf } from '@ecs-pipeline/reporting'
import { isSetReport, OUTCOMES } from '@ecs-pipeline/rollout'
import { ROOT } from '../../tools/root.ts'
import { run, type CommandResult } from '../support/command.ts'
import { NODE_24 } from '../support/run-bundle.ts'
import { renderPage } from '../../tools/screenshots/page.ts'
import { IMAGE_STORIES, imageSummaryOf } from '../../tools/screenshots/image-stories.ts'
import { PICTURES } from '../../tools/screenshots/pictures.ts'
import { pictureOf, reportOf, STORIES } from '../../tools/screenshots/stories.ts'

// mermaid cleans labels with it, and without a browser it does not work; the grammar is the same without.
Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (text: string) => text })

const diagramsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')

/** Four words in a row that what happened has said before: in the way of somebody who is in a hurry. */
function saidTwice(markdown: string): readonly string[] {
  const [, happened = ''] = /\*\*What happened:\*\* (.*)/.exec(markdown) ?? []
  const words = happened.replaceAll(/[.,:;()]+(?= |$)/g, '').split(' ')
  const runs = words.slice(3).map((_, index) => words.slice(index, index + 4).join(' '))
  const again = runs.filter((run, index) => runs.indexOf(run) !== index)
  return again.filter((run) => !/^\d+ tasks of the$/.test(run))
}

describe('the parser of diagrams', () => {
  test.each([
    ['graph LR\n  old["ledger:1"] --> new["ledger:2"]', true],
    ['graph LR\n  old["ledger:1 --> new', false],
    ['xychart-beta\n  x-axis ["1", "2"]\n  line [1, 2]', true],
    ['xychart-beta\n  x-axis ["1", "2"]\n  line [1e21, 2]', false],
  ])('%j: %s', async (text, isFine) => {
    expect(await mermaid.parse(text, { suppressErrors: true })).toEqual(
      isFine ? expect.objectContaining({}) : false,
    )
  })
})

describe('the stories', () => {
  test.each(STORIES)(
    '$kind: the run ends $outcome, and GitHub can draw its summary',
    async (story) => {
      const report = await reportOf(story)
      const markdown = tellingOf(report, '').summary().join('\n\n')
      const diagrams = diagramsIn(markdown)
      const hasPicture = !['no-change', 'refused', 'registered'].includes(story.outcome)
      expect(diagrams.length > 0).toBe(hasPicture)
      for (const diagram of diagrams) await mermaid.parse(diagram)
      expect(markdown).toContain('**Users get now:**')
      expect(markdown).toContain('**What happened:**')
      expect(saidTwice(markdown)).toEqual([])
      const reports = isSetReport(report) ? report.services : [report]
      const hasNext = reports.some(({ nextSteps }) => nextSteps.length > 0)
      expect(markdown.includes('### Next')).toBe(hasNext)
    },
  )

  test('show every outcome there is', () => {
    expect(new Set(STORIES.map(({ outcome }) => outcome))).toEqual(new Set(OUTCOMES))
  })

  test('have one picture each, and there are no others of summaries', () => {
    const committed = readdirSync(join(ROOT, 'docs/images')).filter((file) =>
      file.startsWith('summary-'),
    )
    expect(committed.sort()).toEqual(PICTURES.map(({ file }) => file).sort())
  })

  test('are told in docs/summaries.md, each with its picture under a heading that says its outcome', () => {
    const page = readFileSync(join(ROOT, 'docs/summaries.md'), 'utf8')
    const told = page.split(/^### /m).flatMap((section) => {
      const [, picture] = /!\[.{40,}\]\(images\/(summary-[^)]+)\)/.exec(section) ?? []
      return picture === undefined ? [] : [`${/^[\w-]+/.exec(section)?.[0] ?? ''} ${picture}`]
    })
    const stories = STORIES.map((story) => `${story.outcome} ${pictureOf(story)}`)
    expect([...told].sort()).toEqual([...stories].sort())
  })
})

describe.each(IMAGE_STORIES)('$kind', (story) => {
  test('ends $outcome, and GitHub can draw its summary', async () => {
    const markdown = await imageSummaryOf(story)
    const diagrams = diagramsIn(markdown)
    expect(diagrams).toHaveLength(1)
    for (const diagram of diagrams) await mermaid.parse(diagram)
    expect(markdown).toContain('**Image to deploy:**')
  })

  test('is shown on the page of the action', () => {
    const page = readFileSync(join(ROOT, 'ecr-push/README.md'), 'utf8')
    expect(page).toContain(`(../docs/images/summary-${story.kind}.png)`)
  })
})

describe('the command', () => {
  const command = (...args: readonly string[]): Promise<CommandResult> =>
    run(NODE_24, [join(ROOT, 'tools/screenshots.ts'), ...args])

  test('--help helps, and starts nothing', async () => {
    const { exitCode, stdout } = await command('--help')
    expect(exitCode).toBe(0)
    for (const part of ['--out', '--chromium', 'rolled-back-trigger'])
      expect(stdout).toContain(part)
  })

  test.each([
    [['rolled-bakc'], "There is no summary of the kind 'rolled-bakc'."],
    [['--ouput', 'x'], '--ouput'],
    [
      ['--chromium', '/nowhere/chromium'],
      'There is no chromium at /nowhere/chromium. On Debian: apt-get install',
    ],
  ])('%j is refused before anything runs', async (args, expected) => {
    const { exitCode, output } = await command(...args)
    expect(exitCode).toBe(2)
    expect(output).toContain(expected)
    expect(output).toContain('--help')
    expect(output).not.toMatch(/^\s+at /m)
  })
})

test('a page shows tags that are not ours instead of obeying them', async () => {
  const page = await renderPage(
    '<details open><summary>a</summary>\n\n<img src=x>\n\n</details>',
    't',
  )
  expect(page).toContain('<details open><summary>a</summary>')
  expect(page).toContain('&lt;img src=x>')
})
