/** The bake with users: the trigger file as its owner wrote it, real requests, and the old revision back by itself. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SHORT_FORM } from '../../packages/trigger-file/test/good-files.ts'
import { BundleStage, reportOf } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

let stage: BundleStage
/** By service; all of them bake at the same time, because a bake is minutes long. */
let runs: Record<'late' | 'broken' | 'gone' | 'fine', BundleRun>

beforeAll(async () => {
  stage = await BundleStage.open()
  await writeFile(join(stage.workspace, 'triggers.yml'), SHORT_FORM)
  const [late, broken, gone, fine] = await Promise.all([
    release('late', { image: await stage.image('late-2', 'slow'), triggers: 'triggers.yml' }),
    release('broken', { image: await stage.image('broken-2', 'errors'), triggers: SHORT_FORM }),
    release('gone', {
      image: await stage.image('gone-2', 'sick-later', 120),
      triggers: './triggers.yml',
    }),
    release('fine', { image: await stage.image('fine-2'), triggers: 'triggers.yml' }),
  ])
  runs = { late, broken, gone, fine }
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

async function release(
  service: string,
  inputs: Readonly<Record<string, string>>,
): Promise<BundleRun> {
  // Sick tasks are not to be replaced: then there is nothing but the metric to go by.
  await stage.service(service, { graceSeconds: 7200 })
  if (service !== 'gone') stage.startUsers(service)
  return stage.run('deploy', { service, ...inputs })
}

describe.each([
  ['late', 'TargetResponseTime', /5 of 5 periods above 5 s \(limit 5 of 5\)/],
  ['broken', 'HTTPCode_Target_5XX_Count', /1 of 1 periods? above 10.*\(limit 1 of 1\)/],
  ['gone', 'HealthyHostCount', /2 of 2 periods below 1.*\(limit 2 of 2\)/],
] as const)('%s', (service, trigger, arithmetic) => {
  test('the run is red, and the outputs say which trigger, by whom, and what runs', () => {
    const { exitCode, outputs } = runs[service]
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back': 'true',
      'rolled-back-by': 'action',
      'reason-code': 'trigger',
      'trigger-name': trigger,
    })
    expect(outputs['reason']).toMatch(arithmetic)
    expect(outputs['task-definition-arn']).toMatch(new RegExp(`/${service}:2$`))
    expect(outputs['running-task-definition-arn']).toMatch(new RegExp(`/${service}:1$`))
  })

  test('report.json holds each period that was read', () => {
    const report = reportOf(runs[service])
    expect(report).toMatchObject({ phase: 'ended', passed: false, trigger })
    const judged = report.triggers.find((each) => each.trigger.name === trigger)
    expect(judged).toMatchObject({ verdict: 'BREACHING', demoted: false })
    const breaching = judged?.points.filter((point) => point.state === 'breaching') ?? []
    expect(breaching.length).toBeGreaterThanOrEqual(judged?.trigger.datapointsToAlarm ?? Infinity)
  })

  test('the summary has the table, and the values as a picture', () => {
    const { stdout } = runs[service]
    const summary = runs[service].summary.replaceAll('&#95;', '_')
    const report = reportOf(runs[service])
    const charted = report.triggers.filter(({ points }) =>
      points.some(({ value }) => value !== undefined),
    )
    expect(summary).toMatch(/^## ⏪ \w+: rolled-back/)
    expect(summary).toMatch(new RegExp(`Users get now:.*${service}:1`))
    expect(summary).toMatch(new RegExp(`\\| ${trigger}.*\\| 🔴.BREACHING \\|`))
    expect(summary.match(/^xychart-beta$/gm) ?? []).toHaveLength(charted.length)
    expect(charted.map((each) => each.trigger.name)).toContain(trigger)
    expect(stdout.match(/^::error/gm)).toHaveLength(1)
  })

  test('users are back, by one more UpdateService', async () => {
    expect(await stage.ask(service)).toBe(`${service}-1`)
    expect(await stage.running(service)).toEqual([`${service}:1`, `${service}:1`])
    expect(await stage.asked(service)).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'UpdateService',
    ])
  })
})

test('a good release passes the same triggers, and is green', async () => {
  const { exitCode, outputs, summary } = runs.fine
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ outcome: 'deployed', 'trigger-name': '' })
  expect(outputs['reason']).toContain('The bake of 10 min passed. 3 of 3 triggers were OK.')
  // The verdict of each, and what it was before where that is known.
  expect(summary.match(/🟢\sOK/g)?.length).toBeGreaterThanOrEqual(3)
  expect(await stage.ask('fine')).toBe('fine-2')
})
