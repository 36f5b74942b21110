/** Several services in one step: in waves, together, and back together. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { renderSetSummary } from '@ecs-pipeline/reporting'
import type { SetReport } from '@ecs-pipeline/rollout'
import { runSetOnStage } from './support/run-set-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const outcomesOf = ({ services }: SetReport): Record<string, string> =>
  Object.fromEntries(services.map(({ service, outcome }) => [service, outcome]))

/** One task each, so that ten of them are ten processes. */
async function createServices(names: readonly string[]): Promise<void> {
  for (const name of names) await stage.service({ name, desiredCount: 1, settle: false })
  await stage.clock.advance(40_000)
}

const list = (entries: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify(entries)

describe('ten services in waves, one of them bad', () => {
  const tenOf = (set: string): string[] => Array.from({ length: 10 }, (_each, at) => `${set}${at}`)
  let good: string
  let bad: string
  beforeAll(async () => {
    good = await stage.image('good')
    bad = await stage.image('crash')
  })
  const services = (names: readonly string[]): string =>
    list(
      names.map((service, index) => ({
        service,
        wave: index < 2 ? 1 : index < 6 ? 2 : 3,
        image: index === 4 ? bad : good,
      })),
    )
  const begun = (names: readonly string[], outcome: string): Record<string, string> =>
    Object.fromEntries(names.map((name, index) => [name, index < 6 ? outcome : 'refused']))

  test('the wave stops, and what is well stays', async () => {
    const names = tenOf('s')
    await createServices(names)
    const { report, updates } = await runSetOnStage(stage, {
      inputs: { services: services(names), order: 'waves' },
    })
    expect(outcomesOf(report)).toEqual({ ...begun(names, 'deployed'), s4: 'rolled-back' })
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: false })
    expect(updates.slice(0, 2).sort()).toEqual(['s0 s0:2', 's1 s1:2'])
    expect(updates).toHaveLength(6)
    for (const name of names) {
      const isNew = name < 's6' && name !== 's4'
      expect(await stage.running(name)).toEqual([`${name}:${isNew ? 2 : 1}`])
    }
    const summary = renderSetSummary(report).join('\n\n')
    for (const name of names) expect(summary).toMatch(new RegExp(`^\\| .+ ${name} \\|`, 'm'))
  })

  test('the set goes back together where that is asked for', async () => {
    const names = tenOf('t')
    await createServices(names)
    const { report } = await runSetOnStage(stage, {
      inputs: { services: services(names), order: 'waves', 'on-failure': 'rollback-all' },
    })
    expect(outcomesOf(report)).toEqual(begun(names, 'rolled-back'))
    for (const name of names) expect(await stage.running(name)).toEqual([`${name}:1`])
    const [first] = report.services
    expect(first).toMatchObject({ reasonCode: 'other-service', rolledBackBy: 'action' })
    expect(first?.reason).toContain('t4, which is deployed together with it, failed.')
  })
})

describe('services side by side', () => {
  test('share their looks: one DescribeServices a poll', async () => {
    const names = ['one', 'two', 'three']
    await createServices(names)
    const { report, calls } = await runSetOnStage(stage, {
      inputs: { services: names.join('\n'), image: await stage.image('good') },
    })
    expect(outcomesOf(report)).toEqual({ one: 'deployed', two: 'deployed', three: 'deployed' })
    const looks = calls.filter(({ operation }) => operation === 'DescribeServices')
    const began = calls.find(({ operation }) => operation === 'UpdateService')?.at ?? 0
    const minutes = (Math.max(...looks.map(({ at }) => at)) - began) / 60_000
    expect(looks.length).toBeLessThanOrEqual(6 * minutes + 6)
  })

  test('more than a few share what is a list of one service, and the image', async () => {
    const names = ['u', 'v', 'w', 'x', 'y', 'z']
    await createServices(names)
    const { report, calls } = await runSetOnStage(stage, {
      inputs: { services: names.join('\n'), image: await stage.image('good') },
    })
    expect(new Set(Object.values(outcomesOf(report)))).toEqual(new Set(['deployed']))
    for (const { serviceDeployment, service } of report.services) {
      expect(serviceDeployment).toContain(`/${service}/`)
    }
    const count = (name: string): number =>
      calls.filter(({ operation }) => operation === name).length
    expect(count('BatchGetImage')).toBe(1)
    // The history of each, before anything is changed.
    expect(count('ListServiceDeployments')).toBe(6)
    // Whether they may be listed; which images run; what users get.
    expect(count('ListTasks')).toBeLessThanOrEqual(3)
  })

  test('one that is refused: nothing of any is changed', async () => {
    await createServices(['here'])
    const { report, calls } = await runSetOnStage(stage, {
      inputs: { services: 'here\nnowhere', image: await stage.image('good') },
    })
    expect(outcomesOf(report)).toEqual({ here: 'refused', nowhere: 'refused' })
    expect(report.reason).toContain('nowhere')
    const writes = ['RegisterTaskDefinition', 'UpdateService', 'TagResource']
    expect(calls.filter(({ operation }) => writes.includes(operation))).toEqual([])
  })

  test('one after the other', async () => {
    await createServices(['first', 'second'])
    const { report, updates } = await runSetOnStage(stage, {
      inputs: { services: 'first, second', order: 'sequential', image: await stage.image('good') },
    })
    expect(report.passed).toBe(true)
    expect(updates).toEqual(['first first:2', 'second second:2'])
    const [first, second] = report.services
    const begun = second?.timeline.find(({ text }) => text.startsWith('updating'))?.at
    expect(begun).toBeGreaterThanOrEqual(first?.finishedAt ?? Infinity)
  })

  test('those that are still under way go back as soon as one has failed', async () => {
    await createServices(['slow', 'broken'])
    const { report } = await runSetOnStage(stage, {
      inputs: {
        services: list([
          { service: 'slow', image: await stage.image('slow-start') },
          { service: 'broken', image: await stage.image('crash') },
        ]),
        'on-failure': 'rollback-all',
      },
    })
    expect(outcomesOf(report)).toEqual({ slow: 'rolled-back', broken: 'rolled-back' })
    expect(await stage.running('slow')).toEqual(['slow:1'])
  })
})

test('what a run that dies leaves says how far each service has come', async () => {
  await createServices(['a', 'b'])
  const { drafts } = await runSetOnStage(stage, {
    inputs: { services: 'a\nb', order: 'sequential', image: await stage.image('good') },
  })
  const phases = drafts.map(({ services }) => services.map(({ phase }) => phase).join(' '))
  expect(phases).toContain('rolling-out preflight')
  expect(phases).toContain('ended updating')
  expect(drafts.every(({ phase }) => phase === 'running')).toBe(true)
})
