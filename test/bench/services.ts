/** What many services in one step cost beside one: calls, and memory beside one process for each service. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  startLocalAwsProcess,
  type LocalAwsProcess,
  type RecordedCall,
} from '../support/local-aws-process.ts'
import { ROOT, runBundle } from '../support/run-bundle.ts'
import {
  awsEnvironment,
  clientsFor,
  CLUSTER,
  createGround,
  createBalancer,
  createGroup,
  createListener,
  createService,
  FAST_CLOCK_GRACE,
  publishImage,
  type Clients,
} from '../support/stack.ts'
import { peakMemory } from './bake.ts'

/** A hundred services have two hundred processes for a while: they need the wall time. */
const SPEED = 10
const COUNTS = [1, 10, 100]
/** So many a load balancer of AWS may have. */
const LISTENERS = 50
const MINUTE = 60_000
/** Two that need no user to have data. */
const TRIGGERS = [
  'bake_minutes: 10',
  'triggers:',
  '  - {metric: HealthyHostCount, threshold: 1, duration: 120}',
  '  - {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}',
].join('\n')

export interface ServicesMeasured {
  readonly count: number
  /** From the first to the last. */
  readonly calls: number
  /** From the last update to the end. */
  readonly callsPerMinute: number
  /** The most that the step's process had in memory, megabytes (VmHWM). */
  readonly megabytes: number
  readonly minutes: number
  readonly outcome: string
  /** In the order in which they came. */
  readonly all: readonly RecordedCall[]
}

export async function measureServices(
  counts: readonly number[] = COUNTS,
): Promise<readonly ServicesMeasured[]> {
  const aws = await startLocalAwsProcess(['--speed', String(SPEED)])
  try {
    const clients = clientsFor(aws)
    await createGround(clients)
    const first = await push(aws, clients, 'first')
    const measured: ServicesMeasured[] = []
    for (const count of counts) {
      const names = Array.from({ length: count }, (_each, at) => `many-${count}-${at}`)
      let balancer = ''
      for (const [index, name] of names.entries()) {
        const port = 1000 + (index % LISTENERS)
        if (port === 1000) balancer = await createBalancer(clients, `lb-${count}-${index}`)
        await create(aws, clients, balancer, { name, port, image: first })
      }
      for (const name of names) await untilCompleted(aws, clients, name)
      measured.push(await measure(aws, names, await push(aws, clients, `next-${count}`)))
      for (const service of names) {
        await clients.ecs.deleteService({ cluster: CLUSTER, service, force: true })
      }
    }
    return measured
  } finally {
    await aws.stop()
  }
}

const push = async (aws: LocalAwsProcess, clients: Clients, tag: string): Promise<string> =>
  publishImage(aws, clients, {
    tag,
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { BEHAVIOUR: 'good', VERSION: tag },
  })

async function create(
  aws: LocalAwsProcess,
  clients: Clients,
  balancerArn: string,
  { name, port, image }: { readonly name: string; readonly port: number; readonly image: string },
): Promise<void> {
  // Health checks of a hundred services would be most of what is measured.
  const targetGroupArn = await createGroup(clients, name, 10, 60)
  const listenerArn = await createListener(clients, balancerArn, port, targetGroupArn)
  const loadBalancer = { targetGroupArn, listenerArn, name }
  const settings = FAST_CLOCK_GRACE
  await createService(aws, clients, { name, image, loadBalancer, settings, desiredCount: 1 })
}

async function untilCompleted(aws: LocalAwsProcess, { ecs }: Clients, name: string): Promise<void> {
  for (;;) {
    const answer = await ecs.describeServices({ cluster: CLUSTER, services: [name] })
    if (answer.services?.[0]?.deployments?.[0]?.rolloutState === 'COMPLETED') return
    await aws.sleep(5000)
  }
}

async function measure(
  aws: LocalAwsProcess,
  names: readonly string[],
  image: string,
): Promise<ServicesMeasured> {
  await aws.takeCalls()
  let megabytes = 0
  const run = await runBundle('deploy', {
    inputs: { cluster: CLUSTER, services: names.join('\n'), image, triggers: TRIGGERS },
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
  const calls = await aws.takeCalls()
  const updated = calls.findLast(({ operation }) => operation === 'UpdateService')?.at ?? 0
  const watching = calls.filter(({ at }) => at > updated)
  const end = calls.at(-1)?.at ?? updated
  return {
    count: names.length,
    calls: calls.length,
    callsPerMinute: watching.length / ((end - updated) / MINUTE),
    megabytes,
    minutes: (end - (calls[0]?.at ?? end)) / MINUTE,
    outcome: run.outputs['outcome'] ?? run.stdout.slice(-200),
    all: calls,
  }
}

/** A table for people. */
export function servicesTable(measured: readonly ServicesMeasured[]): string {
  const [one] = measured
  const times = (value: number, single = 1): string => `${(value / single).toFixed(1)}x`
  const rows = measured.map((each) =>
    [
      each.count,
      each.calls,
      times(each.calls, one?.calls),
      each.callsPerMinute.toFixed(1),
      times(each.callsPerMinute, one?.callsPerMinute),
      each.megabytes.toFixed(0),
      (each.count * (one?.megabytes ?? 0)).toFixed(0),
      each.minutes.toFixed(1),
      each.outcome,
    ].join('   '),
  )
  return [
    'services   calls   of one   calls/min   of one   peak MB   MB with a process each   minutes   outcome',
    ...rows,
    'MB with a process each: that of one, times the number of services; not measured.',
  ].join('\n')
}
