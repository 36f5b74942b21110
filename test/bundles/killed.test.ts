/** A run that dies without a word: what it wrote last, what the post part makes of it, and what the next run does. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Behaviour, type Inputs } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

const TRIGGERS =
  'bake_minutes: 6\ntriggers: [{metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}]'

interface Story {
  /** What was on disk when the run had died. */
  readonly died: BundleRun
  readonly post: BundleRun
  /** The same step in the next attempt. */
  readonly again?: BundleRun
}

let stage: BundleStage
let stories: Record<'slow' | 'slowBack' | 'bad' | 'good' | 'goodBack', Story>

beforeAll(async () => {
  stage = await BundleStage.open()
  const [slow, slowBack, bad, good, goodBack] = await Promise.all([
    inRollout('slow', 'leave'),
    inRollout('slow-back', 'rollback'),
    inBake('bad', 'errors', 'leave'),
    inBake('good', 'good', 'leave'),
    inBake('good-back', 'good', 'rollback'),
  ])
  stories = { slow, slowBack, bad, good, goodBack }
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

async function killed(service: string, at: string, inputs: Inputs): Promise<Story> {
  const all = { service, ...inputs }
  const interrupt = { signal: 'SIGKILL', at } as const
  const step = await stage.step('deploy', all, { interrupt })
  try {
    const died = await step.main()
    const post = await step.post()
    if (inputs['on-cancel'] === 'rollback') return { died, post }
    return { died, post, again: await stage.run('deploy', all) }
  } finally {
    await step.close()
  }
}

/** The new revision takes two minutes until it is healthy. */
async function inRollout(service: string, onCancel: 'leave' | 'rollback'): Promise<Story> {
  await stage.service(service)
  const image = await stage.image(`${service}-2`, 'slow-start', 120)
  return killed(service, 'rolling out: ', { image, 'on-cancel': onCancel })
}

async function inBake(
  service: string,
  behaviour: Behaviour,
  onCancel: 'leave' | 'rollback',
): Promise<Story> {
  await stage.service(service)
  stage.startUsers(service)
  const image = await stage.image(`${service}-2`, behaviour)
  return killed(service, 'baking, ', { image, 'on-cancel': onCancel, triggers: TRIGGERS })
}

describe.each([
  ['slow', 'slow', 'rolling-out'],
  ['slowBack', 'slow-back', 'rolling-out'],
  ['bad', 'bad', 'baking'],
  ['good', 'good', 'baking'],
  ['goodBack', 'good-back', 'baking'],
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
    expect(died.outputs['task-definition-arn']).toMatch(new RegExp(`/${service}:2$`))
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
    expect(reportOf(post)).toMatchObject({ phase: 'ended', reasonCode: 'interrupted' })
  })
})

describe('on-cancel: leave', () => {
  test.each(['slow', 'bad', 'good'] as const)('the post part of %s asks nothing of ECS', (name) => {
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

test('a run that could end itself leaves nothing to its post part', async () => {
  const step = await stage.step('deploy', { service: 'nobody', image: 'nginx:1' })
  try {
    const main = await step.main()
    expect(main.outputs['outcome']).toBe('refused')
    const post = await step.post()
    expect(post).toMatchObject({ exitCode: 0, stdout: '', stderr: '', summary: main.summary })
  } finally {
    await step.close()
  }
})
