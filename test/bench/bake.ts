/** What watching costs: from a bad minute that can be read to the rollback call, calls a minute, and memory. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SHORT_FORM } from '../../packages/trigger-file/test/good-files.ts'
import type { LocalAwsProcess, RecordedCall } from '../support/local-aws-process.ts'
import { ROOT, runBundle } from '../support/run-bundle.ts'
import {
  awsEnvironment,
  CLUSTER,
  createLoadBalancer,
  createService,
  FAST_CLOCK_GRACE,
  publishImage,
  type Clients,
} from '../support/stack.ts'
import { Traffic } from '../support/traffic.ts'

const MINUTE = 60_000
/** As in the trigger file's default. */
const LAG = 90_000
const REQUESTS_PER_SECOND = 30

export interface BakeMeasured {
  readonly release: string
  /** Seconds of AWS time from the moment when the decisive minute could be read to the first call of the rollback. */
  readonly detection: number | undefined
  readonly callsPerMinute: number
  /** The most that the step's process had in memory, megabytes (VmHWM). */
  readonly megabytes: number
  readonly said: string
}

export async function measureBake(
  aws: LocalAwsProcess,
  clients: Clients,
  behaviour: 'good' | 'slow' | 'errors',
): Promise<BakeMeasured> {
  const service = `bake-${behaviour}`
  const listenerArn = await createBakedService(aws, clients, service)
  const image = await push(aws, clients, service, behaviour)
  const users = new Traffic(await aws.listenerUrl(listenerArn), REQUESTS_PER_SECOND)
  users.start()
  await aws.takeCalls()
  let megabytes = 0
  const run = await runBundle('deploy', {
    inputs: { cluster: CLUSTER, service, image, triggers: SHORT_FORM },
    env: awsEnvironment(aws),
    clock: aws.clock,
    onStart: (pid) => {
      const timer = setInterval(() => {
        megabytes = Math.max(megabytes, peakMemory(pid))
      }, 200)
      return () => {
        clearInterval(timer)
      }
    },
  })
  await users.stop()
  const calls = await aws.takeCalls()
  return {
    release: behaviour,
    detection: detectionOf(run.report, calls),
    callsPerMinute: callsPerMinute(calls),
    megabytes,
    said: `${run.outputs['outcome'] ?? '?'}: ${run.outputs['reason'] ?? run.stdout.slice(-200)}`,
  }
}

async function createBakedService(
  aws: LocalAwsProcess,
  clients: Clients,
  name: string,
): Promise<string> {
  const loadBalancer = await createLoadBalancer(clients, name)
  const image = await push(aws, clients, name, 'good')
  await createService(aws, clients, { name, image, loadBalancer, settings: FAST_CLOCK_GRACE })
  for (;;) {
    const answer = await clients.ecs.describeServices({ cluster: CLUSTER, services: [name] })
    if (answer.services?.[0]?.deployments?.[0]?.rolloutState === 'COMPLETED') break
    await aws.sleep(5000)
  }
  return loadBalancer.listenerArn
}

const push = async (
  aws: LocalAwsProcess,
  clients: Clients,
  service: string,
  behaviour: string,
): Promise<string> =>
  publishImage(aws, clients, {
    tag: `${service}-${behaviour}`,
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { BEHAVIOUR: behaviour, VERSION: `${service}-${behaviour}` },
  })

/** The process' own high-water mark; 0 when it is gone. */
function peakMemory(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

interface TriggersOfReport {
  readonly trigger?: string
  readonly triggers?: readonly {
    readonly trigger: {
      readonly name: string
      readonly period: number
      readonly datapointsToAlarm: number
    }
    readonly points: readonly { readonly at: number; readonly state: string }[]
  }[]
}

function detectionOf(
  report: Record<string, unknown> | undefined,
  calls: readonly RecordedCall[],
): number | undefined {
  const { trigger, triggers = [] } = (report ?? {}) as TriggersOfReport
  const breached = triggers.find((each) => each.trigger.name === trigger)
  const bad = breached?.points.filter((point) => point.state === 'breaching')
  const decisive = bad?.[(breached?.trigger.datapointsToAlarm ?? 0) - 1]
  if (!breached || !decisive) return undefined
  const readable = decisive.at + breached.trigger.period * 1000 + LAG
  const back = calls.find(
    ({ operation, at }) =>
      at >= readable && (operation === 'UpdateService' || operation === 'StopServiceDeployment'),
  )
  return back && (back.at - readable) / 1000
}

/** Of the time between the update and the end. */
function callsPerMinute(calls: readonly RecordedCall[]): number {
  const since = calls.find((call) => call.operation === 'UpdateService')?.at ?? 0
  const later = calls.filter((call) => call.at > since)
  const minutes = ((later.at(-1)?.at ?? since) - since) / MINUTE
  return minutes === 0 ? 0 : later.length / minutes
}
