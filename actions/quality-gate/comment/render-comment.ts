/** The comment as Markdown. Pure: the same report gives the same text. */
import { webAddress } from '@ecs-pipeline/action-kit'
import type { FindingLevel } from '@ecs-pipeline/quality'
import { fitSections, SEPARATOR, type Section } from './fit.ts'
import { markerOf, runLineOf, type RunMark } from './marker.ts'
import { STANDINGS } from '../standing.ts'
import { MARK, rowsOf, TABLE_HEAD, type Row } from './rows.ts'
import { commitLink, fileLink, safe, type CommitPlace } from './safe-text.ts'
import type { Told, ToldFinding, ToldTest } from './told.ts'

/** What the report is told with. Nothing of it comes from a report of strangers. */
export interface CommentFrame extends CommitPlace {
  /** Tells the comments of several gates on one pull request apart. */
  readonly key: string
  readonly run: RunMark
  readonly runUrl: string | undefined
  /** Said above the table: whose code has made the numbers. */
  readonly origin?: string
}

/** GitHub takes 65,536 characters; the rest is for what it may count otherwise. */
export const MOST_CHARACTERS = 60_000

const MOST_FINDINGS = 25
const MOST_FLAKY = 15
const MOST_CAVEATS = 5

/** At most {@link MOST_CHARACTERS} UTF-16 units, cut on whole rows. */
export function renderComment(told: Told, frame: CommentFrame): string {
  const rows = rowsOf(told)
  const head = headOf(told, frame, rows)
  const foot = footOf(told, frame)
  const room = MOST_CHARACTERS - head.length - foot.length - SEPARATOR.length
  const sections = fitSections(
    [
      tableOf(rows.filter(({ standing }) => standing !== 'passed')),
      findingsOf(told, frame),
      flakyOf(told.flaky, frame),
      passedOf(rows.filter(({ standing }) => standing === 'passed')),
    ],
    room,
  )
  return [head, ...sections, foot].join(SEPARATOR)
}

function headOf(told: Told, { key, run, origin }: CommentFrame, rows: readonly Row[]): string {
  const { result, mode, policy, caveats } = told
  const isWarned = result === 'passed' && rows.some(({ standing }) => standing === 'warned')
  const mark = isWarned ? MARK.warned : MARK[result]
  const counts = STANDINGS.map((standing) => ({
    standing,
    count: rows.filter((row) => row.standing === standing).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ standing, count }) => `${count} ${standing}`)
  const notes = [
    ...(origin === undefined ? [] : [`⚠️ ${safe(origin, 500)}`]),
    ...(mode === 'report'
      ? ['The mode is `report`: the step is green whatever the verdict is.']
      : []),
    ...(policy.isChanged ? [`This change has touched the policy ${safe(policy.name, 200)}.`] : []),
    ...caveats.slice(0, MOST_CAVEATS).map((caveat) => safe(caveat, 300)),
    ...(caveats.length > MOST_CAVEATS
      ? [`${caveats.length - MOST_CAVEATS} more notes are in the summary of the run.`]
      : []),
  ]
  return [
    `${markerOf(key)}\n${runLineOf(run)}`,
    `### ${mark} Quality gate ${safe(told.name, 100)}: ${isWarned ? 'passed with warnings' : result}`,
    safe(told.reason, 500),
    counts.join(' · '),
    notes.map((note) => `- ${note}`).join('\n'),
  ]
    .filter((block) => block !== '')
    .join(SEPARATOR)
}

function footOf({ policy }: Told, frame: CommentFrame): string {
  const runUrl = webAddress(frame.runUrl)
  const commit = commitLink(frame)
  return [
    runUrl === undefined || /[()]/.test(runUrl) ? '' : `[Run and its full summary](${runUrl})`,
    commit === '' ? '' : `commit ${commit}`,
    `policy ${safe(policy.name, 200)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

const tableOf = (rows: readonly Row[]): Section => ({
  before: TABLE_HEAD,
  rows: rows.map(({ text }) => text),
  after: '',
  mostRows: rows.length,
  most: 25_000,
  leftOut: (count) => moreOf(count, 'row that is not good', 'rows that are not good'),
})

const passedOf = (rows: readonly Row[]): Section => ({
  before: `<details><summary>${MARK.passed} ${rows.length} passed</summary>${SEPARATOR}${TABLE_HEAD}`,
  rows: rows.map(({ text }) => text),
  after: `${SEPARATOR}</details>`,
  mostRows: rows.length,
  most: MOST_CHARACTERS,
  leftOut: (count) => moreOf(count, 'row that passed', 'rows that passed'),
})

const LEVEL: Readonly<Record<FindingLevel, string>> = { error: '❌', warning: '⚠️', notice: 'ℹ️' }

const findingsOf = ({ findings, findingCount }: Told, place: CommitPlace): Section => ({
  before: '#### Findings\n',
  rows: findings.map((finding) => findingRow(finding, place)),
  after: '',
  mostRows: MOST_FINDINGS,
  most: 20_000,
  unlisted: Math.max(0, findingCount - findings.length),
  leftOut: (count) => moreOf(count, 'finding', 'findings'),
})

function findingRow({ level, title, message, ...lines }: ToldFinding, place: CommitPlace): string {
  const link = fileLink(lines, place)
  const where = link === '' ? '' : `${link} `
  return `- ${LEVEL[level]} ${where}${safe(title, 150)}: ${safe(message, 300)}`
}

const flakyOf = (flaky: readonly ToldTest[], place: CommitPlace): Section => ({
  before: `<details><summary>${flaky.length} flaky: failed, and passed on retry</summary>\n`,
  rows: flaky.map(({ suite, name, file, line }) => {
    const link = fileLink({ path: file, line }, place)
    const title = [suite, name].filter((part) => part !== '').join(' › ')
    return `- ${link === '' ? '' : `${link} `}${safe(title, 200)}`
  }),
  after: `${SEPARATOR}</details>`,
  mostRows: MOST_FLAKY,
  most: 8_000,
  leftOut: (count) => moreOf(count, 'flaky test', 'flaky tests'),
})

const moreOf = (count: number, one: string, many: string): string =>
  `_${count} more ${count === 1 ? one : many} left out here; the summary of the run has all that it could hold._`
