/** The DNS record that leads users to a release: changed after the bake, and back with a rollback. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { complete } from '../../actions/deploy/after.ts'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import type { DeployReport } from '@ecs-pipeline/rollout'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { renderSummary } from '@ecs-pipeline/reporting'
import { balancerOf, elsewhere, StageZone } from './support/dns.ts'
import { killIn } from './support/kill.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { runSetOnStage } from './support/run-set-on-stage.ts'
import { Stage, type Behaviour } from './support/stage.ts'

let stage: Stage
let zone: StageZone
beforeAll(async () => {
  stage = await Stage.open()
  zone = await StageZone.open('example.com')
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

/** Every call of Route 53 but the reading ones, in order. */
const changes = (): readonly string[] =>
  stage.aws.calls
    .entries()
    .filter(({ operation }) => operation === 'ChangeResourceRecordSets')
    .map(({ input }) => {
      const { ChangeBatch } = input as { ChangeBatch: { Changes: { Action: string }[] } }
      return ChangeBatch.Changes.map(({ Action }) => Action).join()
    })

const order = (name: string, weight?: number): Pick<DeployInputs, 'dns'> => ({
  dns: { zone: zone.id, name, weight },
})

/** A release to a service of its own. */
async function release(
  service: string,
  inputs: Partial<DeployInputs>,
  behaviour: Behaviour = 'good',
): Promise<DeployReport> {
  await stage.service({ name: service })
  return again(service, inputs, behaviour)
}

async function again(
  service: string,
  inputs: Partial<DeployInputs>,
  behaviour: Behaviour = 'good',
): Promise<DeployReport> {
  const images = [{ container: undefined, image: await stage.image(behaviour) }]
  return (await stage.deploy(service, { inputs: { images, ...inputs } })).report
}

/** A denial as IAM words it. */
const deny = (operation: string): void => {
  const message = `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: route53:${operation} on resource: arn:aws:route53:::hostedzone/${zone.id}`
  stage.aws.faults.add({ operation, error: { code: 'AccessDenied', message, status: 403 } })
}

describe('after a good release', () => {
  test('a simple record leads to the load balancer, once all name servers have it', async () => {
    const name = 'simple.example.com'
    await zone.put(elsewhere(name))
    const report = await release('dns-simple', { ...order(name), bakeMinutes: 2 })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true, caveats: [] })
    expect(report.dns).toMatchObject({ state: 'changed', record: name })
    expect(await zone.records(name)).toEqual([
      {
        Name: `${name}.`,
        Type: 'A',
        AliasTarget: { ...(await balancerOf(stage, 'dns-simple')), EvaluateTargetHealth: true },
      },
    ])
    expect(changes()).toEqual(['UPSERT'])
    const at = (text: RegExp): number => report.timeline.findIndex((each) => text.test(each.text))
    expect(at(/^changing the record/)).toBeGreaterThan(at(/bake|baking/))
    expect(at(/all name servers/)).toBeGreaterThan(at(/^changing the record/))
    expect(renderSummary(report).join('\n')).toMatch(/\*\*DNS:\*\* simple\.example\.com leads to/)
  })

  test('a weighted record stands beside those of others, under the name of the service', async () => {
    const name = 'shared.example.com'
    await zone.put({ ...elsewhere(name), SetIdentifier: 'old', Weight: 90 })
    const report = await release('dns-weighted', order(name, 10))
    expect(report).toMatchObject({ outcome: 'deployed', dns: { state: 'changed' } })
    expect(await zone.records(name)).toMatchObject([
      {
        SetIdentifier: 'dns-weighted',
        Weight: 10,
        AliasTarget: await balancerOf(stage, 'dns-weighted'),
      },
      { SetIdentifier: 'old', Weight: 90 },
    ])
  })

  test('a record that leads there already is not touched, whatever else it says', async () => {
    const name = 'there.example.com'
    await stage.service({ name: 'dns-there' })
    const { HostedZoneId, DNSName } = await balancerOf(stage, 'dns-there')
    await zone.put({
      Name: name,
      Type: 'A',
      AliasTarget: {
        HostedZoneId,
        DNSName: DNSName.replace('dualstack.', ''),
        EvaluateTargetHealth: false,
      },
    })
    const report = await again('dns-there', order(name))
    expect(report).toMatchObject({ outcome: 'deployed', dns: { state: 'unchanged' } })
    expect(changes()).toEqual([])
  })

  test('a change that is not in sync in time is a caveat', async () => {
    await stage.service({ name: 'dns-late' })
    stage.aws.faults.add({
      operation: 'GetChange',
      answer: { ChangeInfo: { Id: '/change/C1', Status: 'PENDING', SubmittedAt: new Date(0) } },
    })
    const report = await again('dns-late', order('late.example.com'))
    expect(report).toMatchObject({ outcome: 'deployed', dns: { state: 'changed' } })
    expect(report.caveats.join()).toContain('not INSYNC after 5 minutes')
  })
})

test('a release that is rolled back changes no record', async () => {
  const report = await release('dns-bad', order('bad.example.com'), 'crash')
  expect(report).toMatchObject({ outcome: 'rolled-back', dns: undefined })
  expect(changes()).toEqual([])
})

describe('refused before anything is changed', () => {
  const refuse = async (
    service: string,
    inputs: Partial<DeployInputs>,
    message: RegExp,
  ): Promise<void> => {
    const report = await again(service, inputs)
    expect(report).toMatchObject({ outcome: 'refused', passed: false })
    expect(report.reason).toMatch(message)
    const writes = ['RegisterTaskDefinition', 'UpdateService', 'ChangeResourceRecordSets']
    expect(writes.map((each) => stage.aws.calls.count(each))).toEqual([0, 0, 0])
  }
  test('a zone, a name or a neighbour that do not fit, and what may not be looked at', async () => {
    await stage.service({ name: 'dns-refused' })
    const elsewhereZone = { dns: { zone: 'Z0NONE', name: 'a.example.com', weight: undefined } }
    await refuse('dns-refused', elsewhereZone, /hosted zone Z0NONE.*GetHostedZone/)
    await refuse('dns-refused', order('www.anexample.com'), /is not in the hosted zone/)
    await zone.put(
      { ...elsewhere('w.example.com'), SetIdentifier: 'old', Weight: 1 },
      elsewhere('s.example.com'),
      {
        Name: 'c.example.com',
        Type: 'CNAME',
        TTL: 60,
        ResourceRecords: [{ Value: 'other.org' }],
      },
    )
    await refuse('dns-refused', order('w.example.com'), /Set dns-weight/)
    await refuse('dns-refused', order('s.example.com', 1), /leave out dns-weight/)
    await refuse('dns-refused', order('c.example.com'), /CNAME/)
    deny('ListResourceRecordSets')
    await refuse('dns-refused', order('d.example.com'), /may not do route53:ListResourceRecordSets/)
  })

  test('a service without a load balancer', async () => {
    await stage.service({ name: 'dns-none', settings: { loadBalancers: [] } })
    await refuse('dns-none', order('none.example.com'), /no load balancer/)
  })
})

describe('a change that is denied', () => {
  test('is red, and leaves the release, which is good; run again, only the record is changed', async () => {
    const name = 'denied.example.com'
    await stage.service({ name: 'dns-denied' })
    const images = [{ container: undefined, image: await stage.image('good') }]
    deny('ChangeResourceRecordSets')
    const first = await stage.deploy('dns-denied', { inputs: { images, ...order(name) } })
    expect(first.report).toMatchObject({
      outcome: 'failed-no-rollback',
      passed: false,
      reasonCode: 'dns',
      rolledBackBy: 'none',
      dns: { state: 'failed' },
    })
    expect(first.report.reason).toContain('The deployment completed')
    expect(first.report.reason).toContain('Add to the role')
    expect(await stage.running('dns-denied')).toEqual(['dns-denied:2', 'dns-denied:2'])
    stage.aws.faults.clear()
    const { report, calls } = await stage.deploy('dns-denied', {
      inputs: { images, ...order(name) },
    })
    expect(report).toMatchObject({ outcome: 'no-change', passed: true, reasonCode: 'dns' })
    expect(calls).not.toContain('UpdateService')
    expect(await zone.records(name)).toHaveLength(1)
  })
})

describe('a release that is taken back after its record was changed', () => {
  const back = async (
    records: readonly ResourceRecordSet[],
    service: string,
  ): Promise<DeployReport | undefined> => {
    if (records.length > 0) await zone.put(...records)
    const bad = `${service}-bad`
    for (const name of [service, bad]) await stage.service({ name, desiredCount: 1 })
    const { report } = await runSetOnStage(stage, {
      inputs: {
        services: JSON.stringify([
          {
            service,
            wave: 1,
            image: await stage.image('good'),
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
    expect(changes()).toEqual(['UPSERT', 'UPSERT'])
    expect(await stage.running('dns-all')).toEqual(['dns-all:1'])
  })

  test('where there was no record: there is none again', async () => {
    const report = await back([], 'dns-gone')
    expect(report).toMatchObject({ outcome: 'rolled-back', dns: { state: 'undone' } })
    expect(await zone.records('dns-gone.example.com')).toEqual([])
    expect(changes()).toEqual(['UPSERT', 'DELETE'])
  })

  test('by the post part, when the run was killed while it waited for the name servers', async () => {
    const name = 'killed.example.com'
    const before = elsewhere(name)
    await zone.put(before)
    await stage.service({ name: 'dns-killed' })
    const images = [{ container: undefined, image: await stage.image('good') }]
    let isChanged = false
    let left: DeployReport | undefined
    const run = stage.deploy('dns-killed', {
      inputs: { images, bakeMinutes: 1, ...order(name) },
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
    const images = [{ container: undefined, image: await stage.image('good') }]
    const left = await killIn(stage, 'baking', 'dns-theirs', {
      inputs: { images, bakeMinutes: 1 },
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
})
