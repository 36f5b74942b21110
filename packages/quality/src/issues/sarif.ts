/** Issues as SARIF 2.1.0 has them (OASIS), which CodeQL, Trivy, Semgrep, eslint and many others write. */
import { badReport } from '../reports/bad-report.ts'
import { readJsonReport, type Entries, type Entry } from '../reports/json-report.ts'
import {
  isObject,
  listIn,
  objectIn,
  placeIn,
  textIn,
  type JsonObject,
} from '../reports/json-shape.ts'
import { shortText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { LONGEST_ISSUE, type Issue, type OnIssue } from './issue.ts'
import {
  addRule,
  emptyRun,
  isSarifLevel,
  messageOf,
  pathOf,
  ruleOf,
  textsIn,
} from './sarif-rules.ts'
import type { SarifLevel, SarifRun } from './sarif-rules.ts'

const RESULTS = ['runs', '*', 'results', '*']

/**
 * Reads the file twice: rules may stand after the results which need them. What is suppressed, gone since a baseline, or no
 * fault at all (`kind`, level `none`) is no issue. Throws {@link BadReport}, also when no run has looked for anything, or
 * one says that it did not succeed.
 */
export async function readSarif(file: ReportFile, onIssue: OnIssue): Promise<void> {
  const runs = await readRuns(file)
  const onEntry = ({ value, path, line }: Entry): void => {
    const run = runs[Number(path[1])]
    if (!run || !isObject(value)) throw badReport(file.name, line, 'this is no result')
    const issue = issueOf(run, value)
    if (issue === 'bad level') throw badReport(file.name, line, 'this result has an unknown level')
    if (issue) onIssue(issue)
  }
  await readJsonReport(file, [{ path: RESULTS, onEntry }, ...notNeeded(), ...shared()])
}

/** Of every run, all but its results. */
async function readRuns(file: ReportFile): Promise<readonly SarifRun[]> {
  const runs: SarifRun[] = []
  const log = await readJsonReport(file, [{ path: RESULTS }, ...notNeeded(), ...shared(runs)])
  const wrong = (problem: string): Error => badReport(file.name, undefined, problem)
  const list = isObject(log) ? listIn(log['runs']) : undefined
  if (!isObject(log) || !list) throw wrong('it is no SARIF: it has no list runs')
  if (log['version'] !== '2.1.0')
    throw wrong(`it is SARIF ${JSON.stringify(log['version']) ?? 'without a version'}, not 2.1.0`)
  if (list.length === 0) throw wrong('it has no run: nothing was looked for')
  return list.map((value, index) => {
    const run = runs[index] ?? emptyRun()
    const driver = objectIn(objectIn(objectIn(value)?.['tool'])?.['driver'])
    if (!isObject(value) || !driver) throw wrong(`runs.${index} has no tool`)
    run.tool = textIn(driver['name']) ?? run.tool
    run.texts = textsIn(driver['globalMessageStrings'])
    run.bases = objectIn(value['originalUriBaseIds']) ?? {}
    // 3.14.23: an empty list when nothing was found; none at all when nothing was looked for.
    if (!listIn(value['results'])) throw wrong(`the run of ${run.tool} has no list of results`)
    for (const each of listIn(value['invocations']) ?? []) {
      if (objectIn(each)?.['executionSuccessful'] === false)
        throw wrong(`${run.tool} says that its run did not succeed${notification(each)}`)
    }
    return run
  })
}

/** Parts that can be very large, and are not asked for. */
const notNeeded = (): readonly Entries[] =>
  [
    'graphs',
    'logicalLocations',
    'threadFlowLocations',
    'taxonomies',
    'webRequests',
    'webResponses',
  ].map((name) => ({ path: ['runs', '*', name, '*'] }))

/** What results refer to; only left out where no list of runs is given. */
function shared(runs?: SarifRun[]): readonly Entries[] {
  const runOf = (runs: SarifRun[], { path }: Entry): SarifRun =>
    (runs[Number(path[1])] ??= emptyRun())
  const of = (path: readonly string[], onEntry: (run: SarifRun, entry: Entry) => void): Entries =>
    runs ? { path, onEntry: (entry) => onEntry(runOf(runs, entry), entry) } : { path }
  return [
    of(['runs', '*', 'tool', 'driver', 'rules', '*'], (run, { value }) =>
      addRule(run, undefined, value),
    ),
    of(['runs', '*', 'tool', 'extensions', '*', 'rules', '*'], (run, { value, path }) =>
      addRule(run, Number(path[4]), value),
    ),
    of(['runs', '*', 'artifacts', '*'], (run, { value }) => {
      run.artifacts.push({ location: objectIn(objectIn(value)?.['location']) })
    }),
  ]
}

function notification(invocation: unknown): string {
  const of = (name: string): readonly unknown[] => listIn(objectIn(invocation)?.[name]) ?? []
  const [first] = [...of('toolExecutionNotifications'), ...of('toolConfigurationNotifications')]
  const text = textIn(objectIn(objectIn(first)?.['message'])?.['text'])
  return text === undefined ? '' : `: ${shortText(text, 200)}`
}

function issueOf(run: SarifRun, result: JsonObject): Issue | 'bad level' | undefined {
  const kind = result['kind']
  if (kind !== undefined && kind !== 'fail') return undefined
  if (isSuppressed(result) || result['baselineState'] === 'absent') return undefined
  const { id, rule } = ruleOf(run, result)
  // 3.27.10: the level of the rule where the result has none, and 'warning' where neither has.
  const level: SarifLevel | undefined =
    result['level'] === undefined
      ? (rule?.level ?? 'warning')
      : isSarifLevel(result['level'])
        ? result['level']
        : undefined
  if (level === undefined) return 'bad level'
  if (level === 'none') return undefined
  const place = objectIn(objectIn(listIn(result['locations'])?.[0])?.['physicalLocation'])
  const region = objectIn(place?.['region'])
  return {
    tool: run.tool,
    level,
    rule: id,
    message: shortText(messageOf(run, rule, result['message']), LONGEST_ISSUE),
    path: pathOf(run, place?.['artifactLocation']),
    line: placeIn(region?.['startLine']),
    column: placeIn(region?.['startColumn']),
  }
}

/** 3.27.23: it is, unless one of them is still under review or was rejected. */
function isSuppressed(result: JsonObject): boolean {
  const states = (listIn(result['suppressions']) ?? []).map((each) => objectIn(each)?.['status'])
  return states.length > 0 && states.every((state) => state === undefined || state === 'accepted')
}
