import { beforeEach, describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { compilePattern } from '../../src/services/logs/filter-pattern.ts'
import { createLogs } from '../../src/services/logs/logs.ts'
import { call } from '../ecs/call.ts'

const PLACE = { account: '123456789012', region: 'us-east-1' }
const G = { logGroupName: '/ecs/app' }
const S = { ...G, logStreamName: 'app/web/1' }

let clock: VirtualClock
let logs: ReturnType<typeof createLogs>
const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(logs.service, operation, input)
const messagesOf = ({ events }: Record<string, unknown>): string[] =>
  (events as { message: string }[]).map(({ message }) => message)

beforeEach(async () => {
  clock = new VirtualClock()
  logs = createLogs({ clock, place: PLACE })
  await send('CreateLogGroup', G)
  await send('CreateLogStream', S)
})

/** One event a second, named 1 to `count`. */
async function fill(count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    logs.write(G.logGroupName, S.logStreamName, String(index))
    await clock.advance(1000)
  }
}

describe('groups and streams', () => {
  test.each<[string, string, object, string, string]>([
    [
      'a group twice',
      'CreateLogGroup',
      G,
      'ResourceAlreadyExistsException',
      'The specified log group already exists',
    ],
    [
      'a stream twice',
      'CreateLogStream',
      S,
      'ResourceAlreadyExistsException',
      'The specified log stream already exists',
    ],
    [
      'a stream of no group',
      'CreateLogStream',
      { ...S, logGroupName: 'x' },
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ],
    [
      'deleting no group',
      'DeleteLogGroup',
      { logGroupName: 'x' },
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ],
    [
      'reading no stream',
      'GetLogEvents',
      { ...S, logStreamName: 'x' },
      'ResourceNotFoundException',
      'The specified log stream does not exist.',
    ],
    [
      'a bad retention',
      'PutRetentionPolicy',
      { ...G, retentionInDays: 2 },
      'InvalidParameterException',
      'retentionInDays',
    ],
    [
      'a bad name',
      'CreateLogGroup',
      { logGroupName: 'a b' },
      'InvalidParameterException',
      'logGroupName',
    ],
  ])('%s is refused', async (_name, operation, input, name, message) => {
    await expect(send(operation, input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    })
  })

  test('groups are described by prefix, in pages, with their retention', async () => {
    await send('CreateLogGroup', { logGroupName: '/ecs/b' })
    await send('CreateLogGroup', { logGroupName: '/other' })
    await send('PutRetentionPolicy', { ...G, retentionInDays: 30 })
    const first = await send('DescribeLogGroups', { logGroupNamePrefix: '/ecs', limit: 1 })
    expect(first['logGroups']).toMatchObject([
      {
        logGroupName: '/ecs/app',
        retentionInDays: 30,
        arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/app:*',
        logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/app',
      },
    ])
    const second = await send('DescribeLogGroups', {
      logGroupNamePrefix: '/ecs',
      limit: 1,
      nextToken: first['nextToken'],
    })
    expect(second).toMatchObject({ logGroups: [{ logGroupName: '/ecs/b' }], nextToken: undefined })
  })

  test('streams are ordered by name or by their last event', async () => {
    logs.write(G.logGroupName, 'z', 'first')
    await clock.advance(1000)
    logs.write(G.logGroupName, S.logStreamName, 'second')
    const names = async (input: object): Promise<unknown[]> =>
      (
        (await send('DescribeLogStreams', { ...G, ...input }))['logStreams'] as {
          logStreamName: string
        }[]
      ).map(({ logStreamName }) => logStreamName)
    expect(await names({})).toEqual([S.logStreamName, 'z'])
    expect(await names({ orderBy: 'LastEventTime' })).toEqual(['z', S.logStreamName])
    expect(await names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual([
      S.logStreamName,
    ])
    await expect(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })).rejects.toThrow(
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    )
  })

  test('what tasks print makes the stream, and the group only when told to', () => {
    expect(() => {
      logs.write('/new', 's', 'x')
    }).toThrow('The specified log group does not exist.')
    logs.write('/new', 's', 'x', true)
    expect(logs.hasGroup('/new')).toBe(true)
  })
})

describe('PutLogEvents', () => {
  const put = (times: number[]): Promise<Record<string, unknown>> =>
    send('PutLogEvents', {
      ...S,
      logEvents: times.map((hours) => ({
        timestamp: clock.now() + hours * 3_600_000,
        message: `${hours}`,
      })),
    })

  test('keeps events in the order of their time, whenever they come', async () => {
    await put([-1, 1])
    await put([-2, 0])
    expect(messagesOf(await send('GetLogEvents', S))).toEqual(['-2', '-1', '0', '1'])
  })

  test('says which events are too old or too new, and keeps the others', async () => {
    expect(await put([-24 * 15, -24 * 14 - 1])).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 2 },
    })
    expect(await put([0, 3])).toMatchObject({
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 },
    })
    expect(messagesOf(await send('GetLogEvents', S))).toEqual(['0'])
  })

  test.each([
    [[0, -1], 'must be in chronological order'],
    [[-25, 0], 'cannot span more than 24 hours'],
  ])('refuses events at hours %j', async (hours, message) => {
    await expect(put(hours)).rejects.toThrow(message)
  })
})

describe('GetLogEvents', () => {
  const read = (input: object): Promise<Record<string, unknown>> =>
    send('GetLogEvents', { ...S, ...input })

  test('gives the newest events unless it starts from the head', async () => {
    await fill(5)
    expect(messagesOf(await read({ limit: 2 }))).toEqual(['4', '5'])
    expect(messagesOf(await read({ limit: 2, startFromHead: true }))).toEqual(['1', '2'])
  })

  test('goes forward to the end, where the token stays the same until more is there', async () => {
    await fill(3)
    let page = await read({ limit: 2, startFromHead: true })
    page = await read({ limit: 2, startFromHead: true, nextToken: page['nextForwardToken'] })
    expect(messagesOf(page)).toEqual(['3'])
    const end = await read({ nextToken: page['nextForwardToken'] })
    expect([messagesOf(end), end['nextForwardToken']]).toEqual([[], page['nextForwardToken']])
    await fill(1)
    expect(messagesOf(await read({ nextToken: end['nextForwardToken'] }))).toEqual(['1'])
  })

  test('goes backward to the beginning', async () => {
    await fill(3)
    const newest = await read({ limit: 2 })
    const older = await read({ limit: 2, nextToken: newest['nextBackwardToken'] })
    expect(messagesOf(older)).toEqual(['1'])
    const end = await read({ nextToken: older['nextBackwardToken'] })
    expect([messagesOf(end), end['nextBackwardToken']]).toEqual([[], older['nextBackwardToken']])
  })

  test('keeps to startTime and stops before endTime', async () => {
    const start = clock.now()
    await fill(5)
    const within = { startTime: start + 1000, endTime: start + 3000 }
    expect(messagesOf(await read(within))).toEqual(['2', '3'])
  })
})

describe('FilterLogEvents', () => {
  test('merges streams by time, in pages, with an id for each event', async () => {
    await fill(1)
    logs.write(G.logGroupName, 'other', '2')
    await clock.advance(1000)
    logs.write(G.logGroupName, S.logStreamName, '3')
    const first = await send('FilterLogEvents', { ...G, limit: 2 })
    expect(first['events']).toMatchObject([
      { message: '1', logStreamName: S.logStreamName, eventId: expect.any(String) },
      { message: '2', logStreamName: 'other' },
    ])
    const second = await send('FilterLogEvents', { ...G, limit: 2, nextToken: first['nextToken'] })
    expect(messagesOf(second)).toEqual(['3'])
    expect(messagesOf(await send('FilterLogEvents', { ...G, logStreamNames: ['other'] }))).toEqual([
      '2',
    ])
  })

  test.each([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR timeout', 'timeout: ERROR', true],
    ['ERROR timeout', 'ERROR', false],
    ['"two words"', 'those two words', true],
    ['"two words"', 'words two', false],
    ['?WARN ?ERROR', 'a WARN', true],
    ['?WARN ?ERROR', 'an INFO', false],
    ['ERROR -retry', 'ERROR, retry', false],
    ['ERROR -retry', 'ERROR', true],
  ])('pattern %j on %j: %s', (pattern, message, matches) => {
    expect(compilePattern(pattern)(message)).toBe(matches)
  })

  test.each(['{ $.level = "x" }', '[a, b]', '%regex%'])(
    'pattern %j is refused',
    async (filterPattern) => {
      await expect(send('FilterLogEvents', { ...G, filterPattern })).rejects.toMatchObject({
        name: 'InvalidParameterException',
      })
    },
  )
})
