import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { plain, testRoute53, type TestRoute53 } from './test-route53.ts'

let route53: TestRoute53
beforeAll(async () => {
  route53 = await testRoute53()
})
afterAll(() => {
  route53.close()
})

describe('a hosted zone', () => {
  test('is made with its own records, and is answered with its address', async () => {
    const { client } = route53
    const answer = await client.createHostedZone({
      Name: 'Example.com',
      CallerReference: 'once',
      HostedZoneConfig: { Comment: 'ours' },
    })
    const id = answer.HostedZone?.Id ?? ''
    expect(answer.HostedZone).toMatchObject({
      Name: 'example.com.',
      CallerReference: 'once',
      Config: { Comment: 'ours', PrivateZone: false },
      ResourceRecordSetCount: 2,
    })
    expect(id).toMatch(/^\/hostedzone\/Z0[0-9A-F]+$/)
    expect(answer.Location).toMatch(new RegExp(`/2013-04-01${id}$`))
    expect(answer.ChangeInfo?.Status).toBe('PENDING')
    expect((await client.getHostedZone({ Id: id })).HostedZone?.Name).toBe('example.com.')
  })

  test('is made once for a caller reference', async () => {
    await expect(
      route53.client.createHostedZone({ Name: 'other.com', CallerReference: 'once' }),
    ).rejects.toMatchObject({ name: 'HostedZoneAlreadyExists' })
  })

  test('that is not there is an error', async () => {
    const missing = { name: 'NoSuchHostedZone', message: 'No hosted zone found with ID: Z0NONE' }
    const { client } = route53
    await expect(client.getHostedZone({ Id: 'Z0NONE' })).rejects.toMatchObject(missing)
    await expect(client.listResourceRecordSets({ HostedZoneId: 'Z0NONE' })).rejects.toMatchObject(
      missing,
    )
  })
})

describe('the records of a zone', () => {
  test('are listed by their labels from the right, then by type and set identifier', async () => {
    const zone = await route53.zone('order.com')
    for (const name of ['b.a.order.com', 'a.order.com', 'a.b.order.com', 'order.com']) {
      await route53.change(zone, 'CREATE', plain(name))
    }
    for (const SetIdentifier of ['two', 'one']) {
      await route53.change(zone, 'CREATE', { ...plain('w.order.com'), SetIdentifier, Weight: 1 })
    }
    expect(await route53.names(zone)).toEqual([
      'A order.com.',
      'NS order.com.',
      'SOA order.com.',
      'A a.order.com.',
      'A b.a.order.com.',
      'A a.b.order.com.',
      'A w.order.com. one',
      'A w.order.com. two',
    ])
  })

  test('are listed from a name on, page by page', async () => {
    const zone = await route53.zone('pages.com')
    for (const name of ['a', 'b', 'c'])
      await route53.change(zone, 'CREATE', plain(`${name}.pages.com`))
    const { client } = route53
    const first = await client.listResourceRecordSets({
      HostedZoneId: zone,
      StartRecordName: 'b.pages.com',
      MaxItems: 1,
    })
    expect(first).toMatchObject({
      ResourceRecordSets: [{ Name: 'b.pages.com.' }],
      IsTruncated: true,
      NextRecordName: 'c.pages.com.',
      NextRecordType: 'A',
      MaxItems: 1,
    })
    const next = await client.listResourceRecordSets({
      HostedZoneId: zone,
      StartRecordName: first.NextRecordName,
      StartRecordType: first.NextRecordType,
    })
    expect(next).toMatchObject({
      ResourceRecordSets: [{ Name: 'c.pages.com.' }],
      IsTruncated: false,
    })
  })

  test('have names in lower case, with other characters escaped', async () => {
    const zone = await route53.zone('names.com')
    await route53.change(zone, 'CREATE', plain('*.WWW.names.com'))
    expect(await route53.names(zone)).toContain('A \\052.www.names.com.')
  })
})

test('a change is PENDING at first, and INSYNC half a minute later', async () => {
  const zone = await route53.zone('sync.com')
  const Id = await route53.change(zone, 'CREATE', plain('www.sync.com'))
  expect(Id).toMatch(/^\/change\/C0/)
  const status = async (): Promise<string | undefined> =>
    (await route53.client.getChange({ Id })).ChangeInfo?.Status
  expect(await status()).toBe('PENDING')
  await route53.clock.advance(30_000)
  expect(await status()).toBe('INSYNC')
  await expect(route53.client.getChange({ Id: 'C0NONE' })).rejects.toMatchObject({
    name: 'NoSuchChange',
  })
})
