/** The story of one gate: from the policy to a verdict, or the reason why there is none. */
import { join, posix } from 'node:path'
import {
  countAll,
  findOthers,
  findPlaces,
  judge,
  judgeGate,
  unknownFiles,
  withoutDoubles,
  type BaselineView,
  type Evidence,
  type Measure,
  type Policy,
  type TestCounts,
} from '@ecs-pipeline/quality'
import { baseBranch, type BaseBranch } from './baseline/base-branch.ts'
import type { BaselineStore } from './baseline/baseline-store.ts'
import { openStore } from './baseline/open-store.ts'
import { policyHash } from './baseline/policy-hash.ts'
import { findChange } from './change/find-change.ts'
import { performChecks, skipChecks } from './checks/perform-checks.ts'
import { holding, tellExceptions } from './exceptions.ts'
import type { GateInputs } from './inputs.ts'
import { install } from './install/install.ts'
import { findPolicy } from './policy/find-policy.ts'
import { measureAllSizes } from './reports/measure-all-sizes.ts'
import { readRepository } from './reports/tree.ts'
import type { GateReport } from './report.ts'
import type { Tools } from './tools.ts'

/** Findings that the report holds. */
const MOST_FINDINGS = 2000

export interface GateRun {
  readonly report: GateReport
  readonly evidence: Evidence
}

/** `caveats` is what {@link Tools.caveat} was told meanwhile. Throws an InputError before anything is run. */
export async function run(
  inputs: GateInputs,
  tools: Tools,
  caveats: readonly string[],
): Promise<GateRun> {
  const { context, clock } = tools
  const startedAt = clock.now()
  const repository = await readRepository(
    join(context.workspace, inputs.workingDirectory),
    tools.run,
  )
  const change = await findChange(inputs.baseRef, { ...tools, root: repository.root })
  const { policy, source } = await findPolicy({
    name: inputs.policy,
    from: inputs.policyFrom,
    root: repository.root,
    folder: repository.folder,
    change,
    run: tools.run,
  })
  const base = baseBranch(inputs.baselineBranch, context)
  const store = openStore(
    {
      place: placeIn(inputs, repository.folder),
      name: policy.name,
      branch: base.name,
      root: repository.root,
      change,
    },
    tools,
  )
  // Beside the checks: it may take a while to come.
  const loading = loadBaseline(store)
  const installed = await install(inputs, repository, tools)
  const missing = installed.filter(({ status }) => status !== 'passed').map(({ check }) => check.id)
  const { results, evidence: parts } =
    missing.length > 0
      ? skipChecks(policy.checks, missing)
      : await performChecks(policy.checks, inputs, { repository, change }, tools)
  const sizes = await measureAllSizes(policy.sizes, repository.root)
  const evidence: Evidence = {
    tests: parts.flatMap(({ tests }) => tests),
    coverage: parts.flatMap(({ coverage }) => coverage),
    issues: parts.flatMap(({ issues }) => issues),
    audits: parts.flatMap(({ audits }) => audits),
    lost: [...parts.flatMap(({ lost }) => lost), ...sizes.lost],
    sizes: sizes.measured,
    change,
  }
  tellUnknownFiles(evidence, tools)
  const now = clock.now()
  const exceptions = holding(policy.exceptions, now)
  const baseline = await loading
  if (baseline.view.kind === 'missing' && policy.gates.some(isRatchet) && !base.isThis) {
    tools.notice(baseline.told)
  }
  const gates = policy.gates.map((gate) =>
    judgeGate(gate, evidence, { baseline: baseline.view, isRecording: base.isThis, exceptions }),
  )
  const checks = [...installed, ...results]
  const verdict = judge(checks, gates)
  const metrics = countAll(policy, evidence, exceptions)
  const sources = { evidence, checks, gates, exceptions }
  const places = findPlaces(sources)
  const findings = withoutDoubles([...places, ...findOthers(sources, places)])
  const told = tellExceptions(policy.exceptions, now, { gates, audits: evidence.audits })
  const recorded = await record({ store, base, metrics, policy, result: verdict.result }, tools)
  const report: GateReport = {
    version: 1,
    action: 'quality-gate',
    name: policy.name,
    ...verdict,
    passed:
      verdict.result === 'passed' || (inputs.mode === 'report' && verdict.result !== 'cancelled'),
    mode: inputs.mode,
    caveats,
    startedAt,
    finishedAt: clock.now(),
    repository: context.repository,
    commit: context.pullRequest?.sha ?? context.commit,
    pullRequest: context.pullRequest?.number,
    runUrl: context.runUrl,
    policy: source,
    checks,
    gates,
    metrics,
    tests: evidence.tests.length === 0 ? undefined : sumOf(evidence),
    flaky: evidence.tests.flatMap(({ flaky }) => flaky),
    slowest: slowestOf(evidence),
    findings: findings.slice(0, MOST_FINDINGS),
    findingCount: findings.length,
    exceptions: told,
    baseline: { read: baseline.told, recorded },
  }
  return { report, evidence }
}

const isRatchet = ({ maxDrop, maxRise }: Policy['gates'][number]): boolean =>
  maxDrop !== undefined || maxRise !== undefined

/** A file of the policy's folder, as the root sees it. */
function placeIn({ baseline }: GateInputs, folder: string): GateInputs['baseline'] {
  return baseline.kind === 'file'
    ? { ...baseline, path: posix.join(folder, baseline.path) }
    : baseline
}

const MOST_NAMED = 5

/** New lines of them are in no number: a gate over new code would pass without them. */
function tellUnknownFiles({ coverage, change }: Evidence, { caveat }: Tools): void {
  if (change.kind !== 'known') return
  const files = unknownFiles(
    coverage.flatMap((each) => each.files),
    change.lines,
  )
  if (files.length === 0) return
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : ''
  caveat(
    `No report of coverage knows ${files.slice(0, MOST_NAMED).join(', ')}${more}, which this change has touched. Tell the tool to list files that no test loads (collectCoverageFrom of jest, --all of c8, coverage.include of vitest, source of coverage.py).`,
  )
}

type Store = BaselineStore | { readonly none: string }

async function loadBaseline(store: Store): Promise<{ view: BaselineView; told: string }> {
  const found = 'none' in store ? { missing: store.none } : await store.load()
  if ('missing' in found) {
    return {
      view: { kind: 'missing', why: found.missing },
      told: `There is no baseline to compare with: ${found.missing}.`,
    }
  }
  const { commit, branch, metrics, recordedAt } = found.baseline
  return {
    view: { kind: 'known', commit, metrics },
    told: `${branch} at ${commit.slice(0, 7)}, recorded ${recordedAt.slice(0, 10)}.`,
  }
}

interface Recordable {
  readonly store: Store
  readonly base: BaseBranch
  readonly metrics: Readonly<Record<string, Measure>>
  readonly policy: Policy
  readonly result: GateReport['result']
}

/**
 * The base branch records whatever it has, red or green: one that only a green run may lower would stay red for ever. A
 * run that was cancelled has not seen all of it.
 */
async function record(
  { store, base, metrics, policy, result }: Recordable,
  { context, clock }: Tools,
): Promise<string | undefined> {
  if ('none' in store || !base.isThis || base.name === undefined) return undefined
  if (result === 'cancelled' || context.commit === undefined || Object.keys(metrics).length === 0) {
    return 'Nothing was recorded: not all of it was measured.'
  }
  const done = await store.record({
    version: 1,
    branch: base.name,
    commit: context.commit,
    recordedAt: new Date(clock.now()).toISOString(),
    policy: policyHash(policy),
    metrics,
  })
  return 'recorded' in done
    ? `The numbers of this run are the new baseline of ${base.name}: ${done.recorded}.`
    : `The numbers of this run were not recorded: ${done.notRecorded}.`
}

function sumOf({ tests }: Evidence): TestCounts {
  const sum = (of: keyof TestCounts): number =>
    tests.reduce((all, { counts }) => all + counts[of], 0)
  return {
    total: sum('total'),
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    flaky: sum('flaky'),
    seconds: sum('seconds'),
  }
}

const MOST_SLOW = 10

const slowestOf = ({ tests }: Evidence): GateReport['slowest'] =>
  tests
    .flatMap(({ slowest }) => slowest)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, MOST_SLOW)
