/**
 * `npm run bench`: what a release costs with the committed bundle, beside the SDK's own waitUntilServicesStable on
 * the same release, on one endpoint, in one run. Nothing here passes or fails; it prints what it measured.
 */
import { spawn } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { measureBake } from './bake.ts'
import { measureJunit } from './junit.ts'
import { measureGateOverhead } from './gate-overhead.ts'
import { measurePushes } from './push.ts'
import { measureRerun } from './rerun.ts'
import { measureServices, servicesTable } from './services.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { NODE_24, ROOT, runBundle } from '../support/run-bundle.ts'
import {
  awsEnvironment,
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createService,
  FAST_CLOCK_GRACE,
  publishImage,
  taskDefinitionFor,
  type Clients,
} from '../support/stack.ts'

const SPEED = 30
const COLD_STARTS = 9

interface Stand {
  readonly aws: LocalAwsProcess
  readonly clients: Clients
}

interface Measured {
  readonly calls: number
  /** Seconds of AWS time from the update to the end of the process. */
  readonly seconds: number
  /** Seconds of AWS time from the completion, or from the first failed task, to the end of the process. */
  readonly late: number
  readonly said: string
}

async function main(): Promise<void> {
  console.log(`Bundles, bytes\n${await bundleTable()}\n`)
  console.log(
    `Cold start to the first refusal, Node 24, ${COLD_STARTS} runs, milliseconds on the wall`,
  )
  console.log(`${await coldStarts()}\n`)
  const aws = await startLocalAwsProcess(['--speed', String(SPEED)])
  try {
    const stand = { aws, clients: clientsFor(aws) }
    await createGround(stand.clients)
    console.log(`Releases of 2 tasks, AWS time, endpoint at ${SPEED} times the wall`)
    console.log(row('release', 'deployer', 'calls', 'took s', 'late s', 'said'))
    for (const behaviour of ['good', 'crash'] as const) {
      console.log(row(behaviour, 'ecs-pipeline', ...cells(await withBundle(stand, behaviour))))
      console.log(row(behaviour, 'SDK waiter', ...cells(await withWaiter(stand, behaviour))))
    }
    console.log(
      '\nlate: good = from the completion of the service deployment to the end of the step; crash = from the first stopped task to the end of the step.',
    )
    console.log(
      '\nA bake of 10 minutes under 30 requests a second on the wall, looked at every 10 s',
    )
    console.log('release   detection s   calls/min   peak MB   said')
    for (const behaviour of ['good', 'errors', 'slow'] as const) {
      const bake = await measureBake(aws, stand.clients, behaviour)
      const parts = [
        bake.release,
        bake.detection?.toFixed(1) ?? '-',
        bake.callsPerMinute.toFixed(1),
      ]
      console.log([...parts, bake.megabytes.toFixed(0), bake.said.slice(0, 110)].join('   '))
    }
    console.log(
      'detection: from the moment when the decisive minute could be read (its end and 90 s) to the first call of the rollback.',
    )
  } finally {
    await aws.stop()
  }
  console.log('\nMany services in one step, with a bake of 10 minutes, looked at every 10 s')
  console.log(servicesTable(await measureServices()))
  console.log('\nA push of 200 MB in six layers, seconds on the wall of the whole process')
  console.log(await measurePushes())
  console.log('\necr-push again on the same commit, the whole process')
  console.log(await measureRerun())
  console.log(
    '\nquality-gate over the commands of its four checks, seconds on the wall, median of 5',
  )
  console.log(await measureGateOverhead())
  console.log('\nA report of JUnit with 300,000 tests, each reader in a process of its own')
  console.log(await measureJunit())
}

const row = (...parts: readonly string[]): string =>
  parts.map((part, index) => part.padEnd([9, 14, 7, 8, 8][index] ?? 0)).join(' ')

const cells = ({ calls, seconds, late, said }: Measured): readonly string[] => [
  String(calls),
  seconds.toFixed(0),
  late.toFixed(1),
  said.replace(/\s+/g, ' ').slice(0, 160),
]

async function bundleTable(): Promise<string> {
  const names = await readdir(join(ROOT, 'dist'))
  const lines = await Promise.all(
    names.map(async (name) => {
      const folder = join(ROOT, 'dist', name)
      const files = (await readdir(folder)).filter((file) => file.endsWith('.js'))
      const sizes = await Promise.all(
        files.map(async (file) => ({ file, bytes: (await stat(join(folder, file))).size })),
      )
      const entry = sizes.find(({ file }) => file === 'index.js')?.bytes ?? 0
      const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
      return `${name}: index.js ${entry}, with ${files.length - 1} chunks loaded when needed ${all}`
    }),
  )
  return lines.join('\n')
}

async function coldStarts(): Promise<string> {
  const times: number[] = []
  for (let run = 0; run < COLD_STARTS; run++) times.push((await runBundle('deploy')).milliseconds)
  times.sort((a, b) => a - b)
  const at = (share: number): string =>
    (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0)
  return `deploy: median ${at(0.5)}, fastest ${at(0)}, slowest ${at(1)}`
}

async function prepare(
  { aws, clients }: Stand,
  deployer: string,
  behaviour: 'good' | 'crash',
): Promise<{ service: string; image: string }> {
  const program = await readFile(join(ROOT, 'test/support/task-app.cjs'), 'utf8')
  const push = (what: string): Promise<string> =>
    publishImage(aws, clients, {
      tag: `${deployer}-${behaviour}-${what}`,
      files: { 'app.cjs': program },
      command: ['node', '/app.cjs'],
      environment: { BEHAVIOUR: what, VERSION: what },
    })
  const service = `${deployer}-${behaviour}`
  const loadBalancer = await createLoadBalancer(clients, service)
  const first = await publishImage(aws, clients, {
    tag: `${service}-first`,
    files: { 'app.cjs': program },
    command: ['node', '/app.cjs'],
    environment: { BEHAVIOUR: 'good', VERSION: 'first' },
  })
  await createService(aws, clients, {
    name: service,
    image: first,
    loadBalancer,
    settings: FAST_CLOCK_GRACE,
  })
  await untilCompleted(aws, clients, service)
  const image = await push(behaviour)
  await aws.takeCalls()
  return { service, image }
}

async function untilCompleted(
  aws: LocalAwsProcess,
  { ecs }: Clients,
  service: string,
): Promise<void> {
  for (;;) {
    const answer = await ecs.describeServices({ cluster: CLUSTER, services: [service] })
    if (answer.services?.[0]?.deployments?.[0]?.rolloutState === 'COMPLETED') return
    await aws.sleep(5000)
  }
}

async function withBundle(stand: Stand, behaviour: 'good' | 'crash'): Promise<Measured> {
  const { service, image } = await prepare(stand, 'ours', behaviour)
  const { aws } = stand
  const run = await runBundle('deploy', {
    inputs: { cluster: CLUSTER, service, image },
    env: awsEnvironment(aws),
    clock: aws.clock,
  })
  const said = run.outputs['reason'] ?? run.stdout.slice(-200)
  return measure(stand, service, aws.now(), `${run.outputs['outcome'] ?? '?'}: ${said}`)
}

async function withWaiter(stand: Stand, behaviour: 'good' | 'crash'): Promise<Measured> {
  const { service, image } = await prepare(stand, 'waiter', behaviour)
  const { aws } = stand
  const definition = taskDefinitionFor(service, image, aws.region)
  const printed = await new Promise<string>((resolve, reject) => {
    const child = spawn(
      NODE_24,
      [
        '--import',
        join(ROOT, 'packages/local-aws/preload/fast-clock.mjs'),
        join(ROOT, 'test/bench/waiter.mjs'),
      ],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          ...awsEnvironment(aws),
          LOCAL_AWS_CLOCK: JSON.stringify(aws.clock),
          RELEASE: JSON.stringify({ definition, cluster: CLUSTER, service }),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.once('error', reject)
    child.once('close', () => {
      resolve(text)
    })
  })
  const { said, endedAt } = JSON.parse(printed) as { said: string; endedAt: number }
  return measure(stand, service, endedAt, said)
}

async function measure(
  { aws, clients }: Stand,
  service: string,
  endedAt: number,
  said: string,
): Promise<Measured> {
  const calls = await aws.takeCalls()
  const updatedAt = calls.find((call) => call.operation === 'UpdateService')?.at ?? endedAt
  const { ecs } = clients
  const list = await ecs.listServiceDeployments({ cluster: CLUSTER, service })
  const newest = list.serviceDeployments?.[0]
  const good = newest?.status === 'SUCCESSFUL' ? newest.finishedAt?.getTime() : undefined
  const since = good ?? (await firstStop(clients, service, updatedAt)) ?? endedAt
  return {
    calls: calls.length,
    seconds: (endedAt - updatedAt) / 1000,
    late: (endedAt - since) / 1000,
    said,
  }
}

async function firstStop(
  { ecs }: Clients,
  service: string,
  since: number,
): Promise<number | undefined> {
  const { taskArns } = await ecs.listTasks({
    cluster: CLUSTER,
    serviceName: service,
    desiredStatus: 'STOPPED',
  })
  if (!taskArns || taskArns.length === 0) return undefined
  const { tasks } = await ecs.describeTasks({ cluster: CLUSTER, tasks: taskArns })
  const stops = (tasks ?? [])
    .map((task) => (task.executionStoppedAt ?? task.stoppingAt ?? task.stoppedAt)?.getTime() ?? 0)
    .filter((at) => at >= since)
  return stops.length === 0 ? undefined : Math.min(...stops)
}

await main()
