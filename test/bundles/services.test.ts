/** Several services in one step of the committed bundle: together, back together, and a runner that dies. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SetReport } from '@ecs-pipeline/rollout'
import { BundleStage } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

let stage: BundleStage
let together: BundleRun
let died: BundleRun
let post: BundleRun

beforeAll(async () => {
  stage = await BundleStage.open()
  const names = ['api', 'worker', 'mailer', 'left-a', 'left-b']
  await Promise.all(names.map((name) => stage.service(name)))
  ;[together, { died, post }] = await Promise.all([backTogether(), killed()])
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

async function backTogether(): Promise<BundleRun> {
  const [good, bad] = await Promise.all([stage.image('set-good'), stage.image('set-bad', 'crash')])
  const services = [
    { service: 'api', wave: 1, image: good },
    { service: 'worker', wave: 2, image: bad },
    { service: 'mailer', wave: 2, image: good },
  ]
  return stage.run('deploy', {
    services: JSON.stringify(services),
    order: 'waves',
    'on-failure': 'rollback-all',
  })
}

async function killed(): Promise<{ died: BundleRun; post: BundleRun }> {
  const image = await stage.image('set-left')
  const inputs = { services: 'left-a\nleft-b', order: 'sequential', image, 'on-cancel': 'rollback' }
  const interrupt = { signal: 'SIGKILL', at: 'rolling out' } as const
  const step = await stage.step('deploy', inputs, {
    interrupt: { ...interrupt, at: 'rolling out' },
  })
  try {
    return { died: await step.main(), post: await step.post() }
  } finally {
    await step.close()
  }
}

const setReportOf = ({ report }: BundleRun): SetReport => report as unknown as SetReport
const outcomesOf = (run: BundleRun): Record<string, string> =>
  Object.fromEntries(setReportOf(run).services.map(({ service, outcome }) => [service, outcome]))

test('one fails in the second wave, and the whole set is back', async () => {
  expect(together.exitCode).toBe(1)
  expect(outcomesOf(together)).toEqual({
    api: 'rolled-back',
    worker: 'rolled-back',
    mailer: 'rolled-back',
  })
  for (const name of ['api', 'worker', 'mailer']) {
    expect((await stage.describe(name)).taskDefinition).toMatch(/:1$/)
  }
})

test('the log, the summary and the outputs tell of each', () => {
  for (const name of ['api', 'worker', 'mailer']) {
    expect(together.stdout).toMatch(new RegExp(`^${name} {2}\\d+:\\d\\d`, 'm'))
    expect(together.summary).toMatch(new RegExp(`^\\| ⏪ ${name} \\| rolled-back`, 'm'))
  }
  expect(together.stdout).toContain('wave 2 of 2: worker, mailer')
  expect(together.outputs['outcome']).toBe('rolled-back')
  const listed = JSON.parse(together.outputs['services-json'] ?? '[]') as object[]
  expect(listed).toMatchObject([
    { service: 'api', 'reason-code': 'other-service' },
    { service: 'worker' },
    { service: 'mailer' },
  ])
})

test('a runner that dies leaves how far each service had come, and its post part ends it', async () => {
  expect(died.exitCode).toBeNull()
  expect(setReportOf(died)).toMatchObject({
    phase: 'running',
    services: [{ phase: 'rolling-out' }, { phase: 'preflight' }],
  })
  expect(outcomesOf(post)).toEqual({ 'left-a': 'cancelled', 'left-b': 'refused' })
  expect(setReportOf(post).phase).toBe('ended')
  expect(post.summary).toMatch(/^\| 🚫 left-a \| cancelled/m)
  await stage.untilCompleted('left-a')
  expect((await stage.describe('left-a')).taskDefinition).toMatch(/:1$/)
})
