/** The DNS record that leads users to a release: changed after the bake. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { renderSummary } from '@ecs-pipeline/reporting'
import { balancerOf, changesOf, elsewhere, StageZone } from './support/dns.ts'
import { Stage, type Behaviour } from './support/stage.ts'

let stage: Stage
let zone: StageZone
beforeAll(async () => {
  stage = await Stage.open()
  zone = await StageZone.open('example.com')
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

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
  const images = await stage.images(behaviour)
  return (await stage.deploy(service, { inputs: { ...images, ...inputs } })).report
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
    expect(changesOf(stage)).toEqual(['UPSERT'])
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
    expect(changesOf(stage)).toEqual([])
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
  expect(changesOf(stage)).toEqual([])
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
    const images = await stage.images('good')
    deny('ChangeResourceRecordSets')
    const first = await stage.deploy('dns-denied', { inputs: { ...images, ...order(name) } })
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
      inputs: { ...images, ...order(name) },
    })
    expect(report).toMatchObject({ outcome: 'no-change', passed: true, reasonCode: 'dns' })
    expect(calls).not.toContain('UpdateService')
    expect(await zone.records(name)).toHaveLength(1)
  })
})
