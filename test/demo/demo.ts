/**
 * `npm run demo`: the main job on this machine. Four releases of the finance server go to a real service on a local
 * AWS; two are good, two are not, and users are served all the while.
 */
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import {
  clientsFor,
  createGround,
  createLoadBalancer,
  createService,
  publishImage,
} from '../support/stack.ts'
import { Traffic } from '../support/traffic.ts'
import { checkRelease, type ReleaseRecord } from './checks.ts'
import { financeImage } from './finance-image.ts'
import { writePages } from './pages.ts'
import { RELEASES } from './releases.ts'
import { runRelease } from './run-release.ts'

/** How many times as fast as the wall AWS time runs. */
const SPEED = 10
const REQUESTS_PER_SECOND = 200
const SERVICE = 'ledger'

async function main(): Promise<boolean> {
  const startedAt = performance.now()
  console.log(`ecs-pipeline demo

A local AWS endpoint is started on this machine: the deploy action's committed bundle (dist/deploy) talks to it as it
would to AWS. The tasks are real processes, made from a real image in a real registry, behind a real load balancer
that gets ${REQUESTS_PER_SECOND} requests a second.

One thing is not real: time runs ${SPEED} times as fast as the clock on the wall, for the endpoint and, by a preload
that the bundle knows nothing of, for the bundle. Times below are AWS time.
`)
  const aws = await startLocalAwsProcess(['--speed', String(SPEED)])
  try {
    const records = await releaseAll(aws)
    const problems = records.flatMap((record) => record.problems)
    await writePages(records)
    printTable(records)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    console.log(
      `\nThe summaries as pages: demo-report/index.html. It took ${seconds} s on the wall.`,
    )
    for (const problem of problems) console.log(`NOT AS PROMISED: ${problem}`)
    return problems.length === 0
  } finally {
    await aws.stop()
  }
}

async function releaseAll(aws: LocalAwsProcess): Promise<readonly ReleaseRecord[]> {
  const clients = clientsFor(aws)
  await createGround(clients)
  const loadBalancer = await createLoadBalancer(clients, SERVICE)
  const first = await publishImage(aws, clients, await financeImage('bootstrap', {}))
  // As Terraform leaves it before the first release: everything is there, and nothing runs.
  await createService(aws, clients, {
    name: SERVICE,
    image: first,
    loadBalancer,
    desiredCount: 0,
    settings: { healthCheckGracePeriodSeconds: 30 },
  })
  const url = await aws.listenerUrl(loadBalancer.listenerArn)
  const records: ReleaseRecord[] = []
  let traffic: Traffic | undefined
  try {
    for (const release of RELEASES) {
      console.log(`\n=== Release ${release.version}: ${release.story} ===\n`)
      const image = await publishImage(
        aws,
        clients,
        await financeImage(release.version, release.environment),
      )
      traffic?.count()
      const ran = await runRelease(aws, clients, { service: SERVICE, image, release, url })
      const count = traffic?.count()
      records.push(checkRelease(release, ran, count))
      console.log(`\n${ran.summary}`)
      if (!traffic) {
        traffic = new Traffic(`${url}/info`, REQUESTS_PER_SECOND)
        traffic.start()
      }
    }
  } finally {
    await traffic?.stop()
  }
  return records
}

function printTable(records: readonly ReleaseRecord[]): void {
  const line = (...cells: readonly string[]): void => {
    console.log(
      cells.map((cell, index) => cell.padEnd([9, 13, 20, 8, 9, 8, 13][index] ?? 0)).join(' '),
    )
  }
  line(
    'release',
    'outcome',
    'rolled back by',
    'took',
    'served',
    'failed',
    'to verdict',
    'users get',
  )
  for (const record of records) {
    line(
      record.version,
      record.outcome,
      record.rolledBackBy,
      record.took,
      record.traffic ? String(record.traffic.served) : '-',
      record.traffic ? String(record.traffic.failed) : '-',
      record.secondsToVerdict === undefined ? '-' : `${record.secondsToVerdict.toFixed(0)} s`,
      record.servedVersion,
    )
  }
  console.log('\nto verdict: from the first failed task to the decision to go back, AWS time.')
}

process.exitCode = (await main()) ? 0 : 1
