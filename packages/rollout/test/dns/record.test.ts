import { expect, test } from '@jest/globals'
import type { DnsRecord, LoadBalancerAddress } from '../../src/dns/port.ts'
import { leadsAlike, recordTo } from '../../src/dns/record.ts'

const BALANCER: LoadBalancerAddress = {
  name: 'ledger',
  dnsName: 'Ledger-1.us-east-1.elb.amazonaws.com',
  zone: 'Z35SXDO',
  kind: 'application',
}
const WISH = { name: 'api.example.com', weight: undefined, setIdentifier: 'ledger' }
const wanted = recordTo(BALANCER, WISH, undefined)

const alias = (over: object = {}): DnsRecord => ({
  Name: 'api.example.com.',
  Type: 'A',
  AliasTarget: {
    HostedZoneId: 'Z35SXDO',
    DNSName: 'dualstack.ledger-1.us-east-1.elb.amazonaws.com.',
    EvaluateTargetHealth: true,
    ...over,
  },
})

test('what Route 53 gives back of a record is the record', () => {
  expect(leadsAlike(wanted, alias())).toBe(true)
})

test('the load balancer has two names', () => {
  const bare = { DNSName: 'ledger-1.us-east-1.elb.amazonaws.com.' }
  expect(leadsAlike(wanted, alias(bare))).toBe(true)
})

test.each<readonly [string, DnsRecord]>([
  ['another load balancer', alias({ DNSName: 'other-1.us-east-1.elb.amazonaws.com.' })],
  ['another zone', alias({ HostedZoneId: 'Z1' })],
  ['a weight', { ...alias(), SetIdentifier: 'ledger', Weight: 1 }],
  ['an address', { Name: 'api.example.com.', Type: 'A', TTL: 60, ResourceRecords: [] }],
])('%s makes another record of it', (_what, other) => {
  expect(leadsAlike(wanted, other)).toBe(false)
})

test('a network load balancer has no dualstack name', () => {
  const record = recordTo({ ...BALANCER, kind: 'network' }, WISH, undefined)
  expect(record.AliasTarget?.DNSName).toBe(BALANCER.dnsName)
})

test('what nobody asked to change stays: target health and health check', () => {
  const present = { ...alias({ EvaluateTargetHealth: false }), HealthCheckId: 'check' }
  expect(recordTo(BALANCER, { ...WISH, weight: 5 }, present)).toEqual({
    Name: 'api.example.com',
    Type: 'A',
    SetIdentifier: 'ledger',
    Weight: 5,
    AliasTarget: {
      HostedZoneId: 'Z35SXDO',
      DNSName: `dualstack.${BALANCER.dnsName}`,
      EvaluateTargetHealth: false,
    },
    HealthCheckId: 'check',
  })
})
