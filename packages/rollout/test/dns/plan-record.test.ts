import { expect, test } from '@jest/globals'
import { planRecord } from '../../src/dns/plan-record.ts'
import type { DnsRecord, LoadBalancerAddress } from '../../src/dns/port.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { makeService } from '../support/make.ts'

const BALANCER: LoadBalancerAddress = {
  name: 'ledger',
  dnsName: 'ledger-1.us-east-1.elb.amazonaws.com',
  zone: 'Z35SXDO',
  kind: 'application',
}

const plan = (
  order: { name?: string; weight?: number },
  world: { balancers?: readonly LoadBalancerAddress[]; records?: readonly DnsRecord[] } = {},
): ReturnType<typeof planRecord> => {
  const { balancers = [BALANCER], records = [] } = world
  const service = makeService({
    name: 'ledger',
    loadBalancers: [
      {
        targetGroupArn: 'group',
        containerName: 'app',
        containerPort: 3000,
        alternateTargetGroupArn: 'other-group',
        hasTestListener: false,
      },
    ],
  })
  const dns = {
    zoneName: () => Promise.resolve('example.com.'),
    records: () => Promise.resolve(records),
    loadBalancers: (groups: readonly string[]) => {
      expect(groups).toEqual(['group', 'other-group'])
      return Promise.resolve(balancers)
    },
  }
  const { name = 'api.example.com', weight } = order
  return planRecord({ zone: 'Z1', name, weight }, service, fakePorts({ dns }))
}

const record = (over: Partial<DnsRecord> = {}): DnsRecord => ({
  Name: 'api.example.com.',
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
  ...over,
})

test.each(['example.com', 'api.example.com', 'API.Example.com', '*.example.com'])(
  '%s lies in the zone example.com',
  async (name) => {
    expect(await plan({ name })).toMatchObject({ zone: 'Z1', name, balancer: BALANCER })
  },
)

test.each(['anexample.com', 'example.org', 'com'])('%s does not', async (name) => {
  await expect(plan({ name })).rejects.toThrow(
    /is not in the hosted zone Z1, which is example\.com/,
  )
})

test('one of several load balancers is not guessed', async () => {
  const balancers = [BALANCER, { ...BALANCER, name: 'internal' }]
  await expect(plan({}, { balancers })).rejects.toThrow(
    /several load balancers \(ledger, internal\)/,
  )
})

test.each<readonly [what: string, weight: number | undefined, DnsRecord, RegExp]>([
  [
    'a simple record beside weighted ones',
    undefined,
    record({ SetIdentifier: 'blue', Weight: 1 }),
    /set identifiers \(blue\).*Set dns-weight/,
  ],
  ['a weighted record beside a simple one', 1, record(), /is a simple record/],
  [
    'a weighted record beside one with another policy',
    1,
    record({ SetIdentifier: 'eu', Region: 'eu-west-1' }),
    /not weighted \(eu\)/,
  ],
  ['a record beside a CNAME', undefined, record({ Type: 'CNAME' }), /is a CNAME record/],
])('%s is refused here, before Route 53 does', async (_what, weight, beside, message) => {
  const order = weight === undefined ? {} : { weight }
  await expect(plan(order, { records: [beside] })).rejects.toThrow(message)
})

test('records of other types do not matter', async () => {
  const records = [record({ Type: 'TXT' }), record({ Type: 'AAAA', SetIdentifier: 'six' })]
  expect(await plan({}, { records })).toMatchObject({ weight: undefined })
})
