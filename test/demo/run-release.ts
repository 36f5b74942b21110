import type { DeployReport } from '@ecs-pipeline/rollout'
import type { LocalAwsProcess } from '../support/local-aws-process.ts'
import { runBundle } from '../support/run-bundle.ts'
import { awsEnvironment, CLUSTER, type Clients } from '../support/stack.ts'
import type { Release } from './releases.ts'

export interface RanRelease {
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly report: DeployReport | undefined
  /** What `/info` says afterwards, or why it says nothing. */
  readonly servedVersion: string
  /** AWS time, seconds from the first failed task to the decision to go back. */
  readonly secondsToVerdict: number | undefined
}

/** Runs the deploy bundle as the runner would, on the endpoint's clock, and prints its log as it comes. */
export async function runRelease(
  aws: LocalAwsProcess,
  clients: Clients,
  what: {
    readonly service: string
    readonly image: string
    readonly release: Release
    readonly url: string
  },
): Promise<RanRelease> {
  const run = await runBundle('deploy', {
    inputs: {
      cluster: CLUSTER,
      service: what.service,
      image: what.image,
      ...what.release.inputs,
    },
    env: awsEnvironment(aws),
    clock: aws.clock,
    onLine: (line) => {
      // GitHub shows debug lines only when debug logging is on.
      if (!line.startsWith('::debug::')) console.log(`  | ${line}`)
    },
  })
  const report = run.report as DeployReport | undefined
  if (run.stderr.trim() !== '') console.log(`  ! ${run.stderr.trim()}`)
  return {
    exitCode: run.exitCode,
    outputs: run.outputs,
    summary: run.summary,
    report,
    servedVersion: await versionServed(what.url),
    secondsToVerdict: report && (await secondsToVerdict(clients, report)),
  }
}

async function versionServed(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/info`)
    const body = (await response.json()) as { version?: string }
    return body.version ?? `HTTP ${response.status}`
  } catch (error) {
    return (error as Error).message
  }
}

async function secondsToVerdict(
  { ecs }: Clients,
  report: DeployReport,
): Promise<number | undefined> {
  const ids = report.failures.flatMap((group) => group.taskIds)
  if (ids.length === 0) return undefined
  const { tasks } = await ecs.describeTasks({ cluster: CLUSTER, tasks: ids })
  const stops = (tasks ?? []).map((task) => (task.executionStoppedAt ?? task.stoppedAt)?.getTime())
  const first = Math.min(...stops.map((at) => at ?? Infinity))
  const verdict = report.timeline.find((entry) => entry.text.startsWith('failed:'))?.at
  return verdict === undefined ? undefined : (verdict - first) / 1000
}
