/** What Route 53 takes and what it refuses, in the words that users of AWS have quoted. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ChangeAction, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { alias, BALANCER, plain, testRoute53, type TestRoute53 } from './test-route53.ts'

let route53: TestRoute53
let zone: string
beforeAll(async () => {
  route53 = await testRoute53()
  zone = await route53.zone('example.com')
  await route53.change(zone, 'CREATE', plain('taken.example.com'))
  await route53.change(zone, 'CREATE', {
    Name: 'cname.example.com',
    Type: 'CNAME',
    TTL: 60,
    ResourceRecords: [{ Value: 'elsewhere.org' }],
  })
  await route53.change(zone, 'CREATE', weighted('shared.example.com', 'blue'))
})
afterAll(() => {
  route53.close()
})

const weighted = (name: string, SetIdentifier: string): ResourceRecordSet => ({
  ...plain(name),
  SetIdentifier,
  Weight: 10,
})

const recordOf = async (name: string): Promise<ResourceRecordSet | undefined> => {
  const { ResourceRecordSets } = await route53.client.listResourceRecordSets({
    HostedZoneId: zone,
    StartRecordName: name,
    StartRecordType: 'A',
    MaxItems: 1,
  })
  return ResourceRecordSets?.find(({ Name }) => Name === `${name}.`)
}

test('UPSERT makes a record, and then changes the whole of it', async () => {
  await route53.change(zone, 'UPSERT', plain('up.example.com'))
  await route53.change(zone, 'UPSERT', alias('up.example.com', `dualstack.${BALANCER.name}`))
  expect(await recordOf('up.example.com')).toEqual({
    Name: 'up.example.com.',
    Type: 'A',
    AliasTarget: {
      DNSName: 'dualstack.ledger-1234567890.us-east-1.elb.amazonaws.com.',
      HostedZoneId: BALANCER.zoneId,
      EvaluateTargetHealth: true,
    },
  })
})

test('an alias may lead to another record of the zone', async () => {
  await route53.change(zone, 'CREATE', alias('own.example.com', 'taken.example.com', zone))
  expect(await recordOf('own.example.com')).toBeDefined()
})

test('DELETE takes exactly what is there', async () => {
  await route53.change(zone, 'CREATE', weighted('gone.example.com', 'blue'))
  await route53.change(zone, 'DELETE', weighted('gone.example.com', 'blue'))
  expect(await recordOf('gone.example.com')).toBeUndefined()
})

type Refused = readonly [why: string, ChangeAction, ResourceRecordSet, message: string]

const BATCHES: readonly Refused[] = [
  [
    'a name of another zone',
    'UPSERT',
    plain('www.example.org'),
    'RRSet with DNS name www.example.org. is not permitted in zone example.com.',
  ],
  [
    'a name that only ends alike',
    'UPSERT',
    plain('www.anexample.com'),
    'RRSet with DNS name www.anexample.com. is not permitted in zone example.com.',
  ],
  [
    'to create what is there',
    'CREATE',
    plain('taken.example.com'),
    "Tried to create resource record set [name='taken.example.com.', type='A'] but it already exists",
  ],
  [
    'to create what is there under a set identifier',
    'CREATE',
    weighted('shared.example.com', 'blue'),
    "Tried to create resource record set [name='shared.example.com.', type='A', set-identifier='blue'] but it already exists",
  ],
  [
    'to delete what is not there',
    'DELETE',
    plain('none.example.com'),
    "Tried to delete resource record set [name='none.example.com.', type='A'] but it was not found",
  ],
  [
    'to delete what is there with another value',
    'DELETE',
    plain('taken.example.com', '192.0.2.2'),
    "Tried to delete resource record set [name='taken.example.com.', type='A'] but the values provided do not match the current values",
  ],
  [
    'an address beside a CNAME',
    'UPSERT',
    plain('cname.example.com'),
    'RRSet of type A with DNS name cname.example.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.',
  ],
  [
    'a simple record beside a weighted one',
    'UPSERT',
    plain('shared.example.com'),
    'RRSet with DNS name shared.example.com., type A cannot be created as other RRSets exist with the same name and type.',
  ],
  [
    'a weighted record beside a simple one',
    'UPSERT',
    weighted('taken.example.com', 'blue'),
    'RRSet with DNS name taken.example.com., type A, SetIdentifier blue cannot be created as a non-weighted set exists with the same name and type.',
  ],
  [
    'an alias to a load balancer that is not there',
    'UPSERT',
    alias('www.example.com', 'none.us-east-1.elb.amazonaws.com'),
    `Tried to create an alias that targets none.us-east-1.elb.amazonaws.com., type A in zone ${BALANCER.zoneId}, but that target was not found`,
  ],
  [
    'an alias by the wrong zone',
    'UPSERT',
    alias('www.example.com', BALANCER.name, 'Z0WRONG'),
    'Tried to create an alias that targets ledger-1234567890.us-east-1.elb.amazonaws.com., type A in zone Z0WRONG, but the alias target name does not lie within the target zone',
  ],
]

describe('refuses, with InvalidChangeBatch,', () => {
  test.each(BATCHES)('%s', async (_why, action, record, message) => {
    const before = await route53.names(zone)
    await expect(route53.change(zone, action, record)).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message: expect.stringContaining(message) as unknown,
    })
    expect(await route53.names(zone)).toEqual(before)
  })

  test('the whole batch, when one of it cannot be', async () => {
    const before = await route53.names(zone)
    const changes = [plain('one.example.com'), plain('taken.example.com')]
    await expect(
      route53.client.changeResourceRecordSets({
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: changes.map((each) => ({ Action: 'CREATE', ResourceRecordSet: each })),
        },
      }),
    ).rejects.toMatchObject({ name: 'InvalidChangeBatch' })
    expect(await route53.names(zone)).toEqual(before)
  })
})

const WHERE = 'in Change with [Action=UPSERT, Name=www.example.com, Type=A, SetIdentifier=null]'
const KINDS =
  'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]'

describe('refuses, with InvalidInput,', () => {
  test.each<readonly [string, ResourceRecordSet, string]>([
    [
      'neither an alias nor values',
      { Name: 'www.example.com', Type: 'A' },
      `Invalid request: ${KINDS}, but found none ${WHERE}`,
    ],
    [
      'an alias with a TTL',
      { ...alias('www.example.com'), TTL: 60 },
      `Invalid request: ${KINDS}, but found more than one ${WHERE}`,
    ],
    [
      'a weight without a set identifier',
      { ...plain('www.example.com'), Weight: 1 },
      `Invalid request: Missing field 'SetIdentifier' ${WHERE}`,
    ],
    [
      'a weight above 255',
      { ...weighted('www.example.com', 'blue'), Weight: 256 },
      'less than or equal to 255',
    ],
  ])('%s', async (_why, record, message) => {
    await expect(route53.change(zone, 'UPSERT', record)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message) as unknown,
    })
  })
})
