/** A run that dies without a word: what it wrote last, what the post part makes of it, and what the next run does. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Behaviour, type Inputs } from '../support/bundle-stage.ts'
import type { Answer, Sent } from '../support/listening-server.ts'
import {
  closeOutside,
  created,
  openOutside,
  statesOnGithub,
  tellAll,
  type Told,
} from '../support/outside.ts'
import type { BundleRun } from '../support/run-bundle.ts'

const TRIGGERS =
  'bake_minutes: 6\ntriggers: [{metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}]'

interface Story {
  /** What was on disk when the run had died. */
  readonly died: BundleRun
  /** What GitHub had been asked for by then, and how many messages had been sent. */
  readonly before: { readonly states: readonly string[]; readonly messages: number }
  readonly post: BundleRun
  readonly told: Told
  /** The same step in the next attempt; it tells nobody. */
  readonly again?: BundleRun
}

let stage: BundleStage
let stories: Record<'slow' | 'slowBack' | 'bad' | 'good' | 'goodBack' | 'undone', Story>
let updating: Omit<Story, 'told' | 'before'>

beforeAll(async () => {
  stage = await BundleStage.open()
  const [slow, slowBack, bad, good, goodBack] = await Promise.all([
    inRollout('slow', 'leave'),
    inRollout('slow-back', 'rollback'),
    inBake('bad', 'errors', 'leave'),
    inBake('good', 'good', 'leave'),
    inBake('good-back', 'good', 'rollback', refusingEnds),
  ])
  const [undone, cut] = await Promise.all([inRollback('undone'), inUpdate('cut')])
  stories = { slow, slowBack, bad, good, goodBack, undone }
  updating = cut
}, 240_000)

afterAll(async () => {
  await Promise.all(Object.values(stories).map(({ told }) => closeOutside(told)))
  expect(await stage.close()).toBe(0)
})

/** A deployment may be begun, but not ended. */
const refusingEnds = (sent: Sent): Answer =>
  (sent.body as { state?: string }).state === 'error'
    ? { status: 403, body: { message: 'Resource not accessible by integration' } }
    : created(sent)

const messages = ({ slack, webhook }: Told): number => slack.sent.length + webhook.sent.length

/** `at`: the line at which the main part is killed, though not before GitHub shows its deployment. */
async function killed(
  face: 'deploy' | 'rollback',
  at: string,
  inputs: Inputs,
  github?: (sent: Sent) => Answer,
): Promise<Story> {
  const told = await openOutside(undefined, github)
  const interrupt = { signal: 'SIGKILL', at, until: told.github.arrived(2) } as const
  const env = { GITHUB_API_URL: told.github.url }
  const step = await stage.step(face, { ...inputs, ...tellAll(told) }, { interrupt, env })
  try {
    const died = await step.main()
    const before = { states: statesOnGithub(told), messages: messages(told) }
    const post = await step.post()
    const story = { died, before, post, told }
    if (face === 'rollback' || inputs['on-cancel'] === 'rollback') return story
    return { ...story, again: await stage.run('deploy', inputs) }
  } finally {
    await step.close()
  }
}

/** The new revision takes five minutes until it is healthy: ten seconds here, in which the next run has to begin. */
async function inRollout(service: string, onCancel: 'leave' | 'rollback'): Promise<Story> {
  await stage.service(service)
  const image = await stage.image(`${service}-2`, 'slow-start', 300)
  return killed('deploy', 'rolling out: ', { service, image, 'on-cancel': onCancel })
}

async function inBake(
  service: string,
  behaviour: Behaviour,
  onCancel: 'leave' | 'rollback',
  github?: (sent: Sent) => Answer,
): Promise<Story> {
  await stage.service(service)
  stage.startUsers(service)
  const image = await stage.image(`${service}-2`, behaviour)
  const inputs = { service, image, 'on-cancel': onCancel, triggers: TRIGGERS }
  return killed('deploy', 'baking, ', inputs, github)
}

/** The revision gone back to takes two minutes until it is healthy. */
async function inRollback(service: string): Promise<Story> {
  await stage.service(service, { image: await stage.image(`${service}-1`, 'slow-start', 120) })
  await stage.updateByHand(service, await stage.image(`${service}-2`))
  await stage.untilCompleted(service)
  return killed('rollback', '/2 running', { service })
}

/** At the moment when UpdateService is called: nobody knows whether it arrives. */
async function inUpdate(service: string): Promise<typeof updating> {
  await stage.service(service)
  const inputs = { service, image: await stage.image(`${service}-2`) }
  const interrupt = { signal: 'SIGKILL', at: `updating ${service} to ` } as const
  const step = await stage.step('deploy', inputs, { interrupt })
  try {
    const died = await step.main()
    const post = await step.post()
    return { died, post, again: await stage.run('deploy', inputs) }
  } finally {
    await step.close()
  }
}

describe.each([
  ['slow', 'slow', 'rolling-out'],
  ['slowBack', 'slow-back', 'rolling-out'],
  ['bad', 'bad', 'baking'],
  ['good', 'good', 'baking'],
  ['goodBack', 'good-back', 'baking'],
  ['undone', 'undone', 'rolling-back'],
] as const)('%s', (name, service, phase) => {
  test('report.json and the outputs on disk tell how far it had come', () => {
    const { died } = stories[name]
    expect(died.exitCode).toBeNull()
    expect(died.outputs).toMatchObject({
      outcome: 'monitoring-lost',
      'rolled-back': 'false',
      'rolled-back-by': 'none',
      'reason-code': 'interrupted',
    })
    const revision = name === 'undone' ? 1 : 2
    expect(died.outputs['task-definition-arn']).toMatch(new RegExp(`/${service}:${revision}$`))
    expect(died.outputs['service-deployment-arn']).toContain(`/${service}/`)
    expect(reportOf(died)).toMatchObject({ phase, outcome: 'monitoring-lost', passed: false })
    expect(died.summary).toBe('')
  })

  test('the post part writes the summary that is missing, and ends the report', () => {
    const { post } = stories[name]
    expect(post.exitCode).toBe(0)
    expect(post.stderr).toBe('')
    expect(post.summary).toMatch(new RegExp(`^## .. ?${service}: `))
    expect(post.summary).toContain(`(${phase})`)
    expect(post.summary).toMatch(/^\*\*Users get now:\*\* .*`[\w-]+:\d`/m)
    expect(reportOf(post)).toMatchObject({ phase: 'ended', reasonCode: 'interrupted' })
  })

  test("GitHub's deployment is ended, and it is the one that the main part began", () => {
    const { before, told, post } = stories[name]
    expect(before.states).toEqual(['created', 'in_progress'])
    expect(statesOnGithub(told)).toEqual(['created', 'in_progress', 'error'])
    const { outcome } = reportOf(post)
    expect(told.github.sent[2]?.body).toMatchObject({
      description: expect.stringContaining(`: ${outcome}`),
      log_url: 'https://github.com/octo-org/ledger/actions/runs/42',
    })
  })

  test('who is to be notified is notified once, of the outcome that the report has', () => {
    const { before, told, post } = stories[name]
    expect(before.messages).toBe(0)
    const { outcome, reason } = reportOf(post)
    expect(told.webhook.sent.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        title: `${service} in production: ${outcome}`,
        outcome,
        report: expect.objectContaining({ phase: 'ended', outcome, reason }),
      }),
    ])
    expect(told.slack.sent).toHaveLength(1)
    expect(JSON.stringify(told.slack.sent)).toContain(`${service} in production: ${outcome}`)
    expect(post.outputs).toMatchObject({ outcome, reason })
  })
})

test('GitHub that refuses changes nothing but a caveat', () => {
  const { post } = stories.goodBack
  expect(post.exitCode).toBe(0)
  expect(post.stdout).toMatch(/^::warning::GitHub does not show the state error of .*403/m)
  expect(reportOf(post).caveats.join()).toContain('permissions: deployments: write')
  expect(reportOf(post)).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  expect(stories.good.post.stdout).not.toContain('::warning::')
})

test('in a rollback: ECS is left to finish it', async () => {
  const { post } = stories.undone
  expect(reportOf(post)).toMatchObject({ action: 'rollback', outcome: 'monitoring-lost' })
  expect(await stage.asked('undone')).toEqual(['UpdateService'])
  await stage.untilCompleted('undone')
  expect(await stage.ask('undone')).toBe('undone-1')
})

test('in the update: nobody says that nothing was changed, and the next run sees to it', async () => {
  const { died, post, again } = updating
  expect(reportOf(died)).toMatchObject({ phase: 'updating', outcome: 'monitoring-lost' })
  expect(reportOf(post)).toMatchObject({ phase: 'ended', outcome: 'monitoring-lost' })
  expect(post.outputs['reason']).toContain('Whether the service was updated is not known')
  // By then there may be nothing left to do.
  expect(again?.outputs['outcome']).toMatch(/^(deployed|no-change)$/)
  expect(await stage.ask('cut')).toBe('cut-2')
})

describe('on-cancel: leave', () => {
  test.each(['slow', 'bad', 'good'] as const)('the post part of %s changes nothing', (name) => {
    expect(reportOf(stories[name].post)).toMatchObject({
      outcome: 'monitoring-lost',
      rolledBackBy: 'none',
    })
  })

  test('in the rollout: the next run takes it up, and ends green', async () => {
    const { again } = stories.slow
    expect(again?.stdout).toMatch(/taking up ecs-svc\/\d+, which is under way already/)
    expect(again?.exitCode).toBe(0)
    expect(again?.outputs['outcome']).toBe('deployed')
    expect(await stage.asked('slow')).toEqual(['RegisterTaskDefinition', 'UpdateService'])
    expect(await stage.ask('slow')).toBe('slow-2')
  })

  test('in the bake of a good release: the next run watches the bake, and ends green', async () => {
    const { again } = stories.good
    expect(again?.stdout).toContain('no run has seen its bake to the end')
    expect(again?.exitCode).toBe(0)
    expect(again?.outputs['outcome']).toBe('deployed')
    expect(again?.summary).toMatch(/🟢\sOK/)
    expect(await stage.asked('good')).toEqual(['RegisterTaskDefinition', 'UpdateService'])
  })

  test('in the bake of a bad release: the next run rolls it back', async () => {
    const { again } = stories.bad
    expect(again?.stdout).toContain('no run has seen its bake to the end')
    expect(again?.exitCode).toBe(1)
    expect(again?.outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back-by': 'action',
      'trigger-name': 'HTTPCode_Target_5XX_Count',
    })
    expect(await stage.ask('bad')).toBe('bad-1')
    expect(await stage.asked('bad')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'UpdateService',
    ])
  })
})

describe('on-cancel: rollback', () => {
  test('in the rollout: the post part asks ECS to stop the deployment', async () => {
    expect(reportOf(stories.slowBack.post)).toMatchObject({
      outcome: 'cancelled',
      rolledBackBy: 'action',
    })
    expect(await stage.asked('slow-back')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'StopServiceDeployment',
    ])
    await stage.untilCompleted('slow-back')
    expect(await stage.ask('slow-back')).toBe('slow-back-1')
  })

  test('in the bake: the post part asks for the revision before', async () => {
    expect(reportOf(stories.goodBack.post)).toMatchObject({
      outcome: 'cancelled',
      rolledBackBy: 'action',
    })
    expect(await stage.asked('good-back')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'UpdateService',
    ])
    await stage.untilCompleted('good-back')
    expect(await stage.ask('good-back')).toBe('good-back-1')
  })
})

describe('a run that could end itself leaves nothing to its post part', () => {
  test.each([
    ['deployed', 'ended', (service: string) => stage.image(`${service}-2`)],
    ['refused', 'nobody', async () => 'nginx:1'],
  ])('%s', async (outcome, service, imageOf) => {
    if (outcome === 'deployed') await stage.service(service)
    const told = await openOutside()
    const inputs = { service, image: await imageOf(service), ...tellAll(told) }
    const step = await stage.step('deploy', inputs, { env: { GITHUB_API_URL: told.github.url } })
    try {
      const main = await step.main()
      expect(main.outputs['outcome']).toBe(outcome)
      const before = { calls: (await stage.calls()).length, states: statesOnGithub(told) }
      const post = await step.post()
      const { outputs, summary, report } = main
      const nothing = { exitCode: 0, stdout: '', stderr: '' }
      expect(post).toMatchObject({ ...nothing, outputs, summary, report })
      expect(await stage.calls()).toHaveLength(before.calls)
      expect(statesOnGithub(told)).toEqual(before.states)
      expect(messages(told)).toBe(2)
    } finally {
      await step.close()
      await closeOutside(told)
    }
  })
})
