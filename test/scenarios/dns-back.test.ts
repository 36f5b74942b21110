/** A DNS record that was changed after a good release: back with whatever takes the release back. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { complete } from '../../actions/deploy/after.ts'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { balancerOf, changesOf, elsewhere, StageZone } from './support/dns.ts'
import { killIn } from './support/kill.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { runSetOnStage } from './support/run-set-on-stage.ts'
import { imagesOf } from './support/make-inputs.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
let zone: StageZone
beforeAll(async () => {
  stage = await Stage.open()
  zone = await StageZone.open('example.com')
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const back = async (
  records: readonly ResourceRecordSet[],
  service: string,
  isThere = false,
): Promise<DeployReport | undefined> => {
  if (records.length > 0) await zone.put(...records)
  const bad = `${service}-bad`
  for (const name of [service, bad]) await stage.service({ name, desiredCount: 1 })
  const image = await stage.image('good')
  if (isThere) {
    await stage.deploy(service, { inputs: imagesOf(image) })
  }
  const { report } = await runSetOnStage(stage, {
    inputs: {
      services: JSON.stringify([
        {
          service,
          wave: 1,
          image,
          'dns-zone-id': zone.id,
          'dns-record': `${service}.example.com`,
        },
        { service: bad, wave: 2, image: await stage.image('crash') },
      ]),
      order: 'waves',
      'on-failure': 'rollback-all',
    },
  })
  return report.services[0]
}

test('by rollback-all: the record is as it was', async () => {
  const before = elsewhere('dns-all.example.com')
  const report = await back([before], 'dns-all')
  expect(report).toMatchObject({ outcome: 'rolled-back', dns: { state: 'undone' } })
  expect(await zone.records('dns-all.example.com')).toEqual([before])
  expect(changesOf(stage)).toEqual(['UPSERT', 'UPSERT'])
  expect(await stage.running('dns-all')).toEqual(['dns-all:1'])
})

test('where there was no record: there is none again', async () => {
  const report = await back([], 'dns-gone')
  expect(report).toMatchObject({ outcome: 'rolled-back', dns: { state: 'undone' } })
  expect(await zone.records('dns-gone.example.com')).toEqual([])
  expect(changesOf(stage)).toEqual(['UPSERT', 'DELETE'])
})

test('where the record was all that was changed: the service is left alone', async () => {
  const before = elsewhere('dns-only.example.com')
  const report = await back([before], 'dns-only', true)
  expect(report).toMatchObject({ outcome: 'no-change', dns: { state: 'undone' } })
  expect(report?.reason).toContain('The service itself was not changed')
  expect(await zone.records('dns-only.example.com')).toEqual([before])
  expect(await stage.running('dns-only')).toEqual(['dns-only:2'])
})

test('by the post part, when the run was killed while it waited for the name servers', async () => {
  const name = 'killed.example.com'
  const before = elsewhere(name)
  await zone.put(before)
  await stage.service({ name: 'dns-killed' })
  const images = await stage.images('good')
  let isChanged = false
  let left: DeployReport | undefined
  const run = stage.deploy('dns-killed', {
    inputs: { ...images, bakeMinutes: 1, dns: { zone: zone.id, name, weight: undefined } },
    onCheckpoint: (draft) => {
      left = draft
      isChanged = draft.dns?.state === 'changed'
      return isChanged ? Promise.reject(new Error('killed')) : Promise.resolve()
    },
  })
  await expect(run).rejects.toThrow('killed')
  if (!left) throw new Error('Nothing was written.')
  const killed = left
  const report = await stage.clock.run((clock) =>
    complete(killed, 'rollback', toolsFor('dns-killed', {}, clock, [], [])),
  )
  expect(report).toMatchObject({
    outcome: 'cancelled',
    rolledBackBy: 'action',
    dns: { state: 'undone' },
  })
  expect(await zone.records(name)).toEqual([before])
})

test('but not the change of somebody else, made since', async () => {
  const name = 'theirs.example.com'
  await stage.service({ name: 'dns-theirs' })
  const left = await killIn(stage, 'baking', 'dns-theirs', {
    inputs: { ...(await stage.images('good')), bakeMinutes: 1 },
  })
  await zone.put(elsewhere(name))
  const { HostedZoneId, DNSName } = await balancerOf(stage, 'dns-theirs')
  const after = {
    Name: name,
    Type: 'A',
    AliasTarget: { HostedZoneId, DNSName, EvaluateTargetHealth: true },
  }
  const dns = { zone: zone.id, record: name, said: '', before: undefined, after }
  const report = await stage.clock.run((clock) =>
    complete(
      { ...left, dns: { ...dns, state: 'changed' } },
      'rollback',
      toolsFor('dns-theirs', {}, clock, [], []),
    ),
  )
  expect(report.dns).toMatchObject({ state: 'left' })
  expect(report.caveats.join()).toContain('somebody else has changed it')
  expect(await zone.records(name)).toEqual([elsewhere(name)])
})
