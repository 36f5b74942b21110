import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  ask,
  createListener,
  createLoadBalancer,
  NO_LISTENER,
  virtualWorld,
  type Ask,
  type TestListener,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let loadBalancer: string
beforeEach(async () => {
  world = await virtualWorld()
  loadBalancer = await createLoadBalancer(world)
})
afterEach(async () => {
  await world.close()
})

const fixed = (MessageBody: string, StatusCode = '200'): Action[] => [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode, MessageBody } },
]
const path = (...Values: string[]): RuleCondition => ({
  Field: 'path-pattern',
  PathPatternConfig: { Values },
})

describe('rules', () => {
  let listener: TestListener
  beforeEach(async () => {
    listener = await createListener(world, loadBalancer, fixed('default'))
  })
  const addRule = async (
    Priority: number,
    Conditions: RuleCondition[],
    Actions = fixed(`rule ${Priority}`),
  ): Promise<string> => {
    const ListenerArn = listener.arn
    const made = await world.client.createRule({ ListenerArn, Priority, Conditions, Actions })
    return made.Rules?.[0]?.RuleArn ?? ''
  }
  const bodyOf = async (given: Ask): Promise<string> => (await ask(listener.port, given)).body

  const header = (...Values: string[]): RuleCondition => ({
    Field: 'http-header',
    HttpHeaderConfig: { HttpHeaderName: 'X-Team', Values },
  })
  const query = (Value: string, Key?: string): RuleCondition => ({
    Field: 'query-string',
    QueryStringConfig: { Values: [Key === undefined ? { Value } : { Key, Value }] },
  })
  const host = (...Values: string[]): RuleCondition => ({
    Field: 'host-header',
    HostHeaderConfig: { Values },
  })
  const from = (...Values: string[]): RuleCondition => ({
    Field: 'source-ip',
    SourceIpConfig: { Values },
  })

  test.each<[string, RuleCondition[], Ask, boolean]>([
    ['a path pattern', [path('/api/*')], { path: '/api/a/b' }, true],
    ['a path, by its case', [path('/api/*')], { path: '/API/a' }, false],
    ['a path, not its query', [path('/api/*')], { path: '/?/api/a' }, false],
    ['a path that only begins so', [path('/api')], { path: '/api/a' }, false],
    ['one character', [path('/v?/x')], { path: '/v2/x' }, true],
    ['a dot as a dot', [path('/a.b')], { path: '/axb' }, false],
    ['the second of two values', [path('/a', '/b')], { path: '/b' }, true],
    ['the old form of a value', [{ Field: 'path-pattern', Values: ['/a'] }], { path: '/a' }, true],
    ['a path that is no URL', [path('//')], { path: '//' }, true],
    [
      'a host in any case',
      [host('API.example.com')],
      { headers: { host: 'api.Example.com' } },
      true,
    ],
    [
      'a host with a port',
      [host('*.example.com')],
      { headers: { host: 'a.example.com:80' } },
      true,
    ],
    ['another host', [host('*.example.com')], { headers: { host: 'example.com' } }, false],
    [
      'a header in any case',
      [header('*payments*')],
      { headers: { 'x-team': 'EU-Payments-1' } },
      true,
    ],
    ['no such header', [header('*')], {}, false],
    ['a query by key and value', [query('2', 'version')], { path: '/?version=2' }, true],
    ['a query in any case', [query('BETA*', 'Mode')], { path: '/?mode=beta-1' }, true],
    ['a query by its value alone', [query('2')], { path: '/?any=2' }, true],
    ['another value', [query('2', 'version')], { path: '/?version=3&x=2' }, false],
    ['an escaped star', [query('\\*', 'q')], { path: '/?q=*' }, true],
    ['an escaped star, not anything', [query('\\*', 'q')], { path: '/?q=a' }, false],
    ['a source network', [from('127.0.0.0/8')], {}, true],
    ['another network', [from('10.0.0.0/8')], {}, false],
    [
      'all conditions',
      [path('/a'), host('b.com')],
      { path: '/a', headers: { host: 'b.com' } },
      true,
    ],
    ['one condition of two', [path('/a'), host('b.com')], { path: '/a' }, false],
    [
      'a method',
      [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT'] } }],
      { method: 'PUT' },
      true,
    ],
  ])('match by %s', async (_what, conditions, given, isMatch) => {
    await addRule(10, conditions)
    expect(await bodyOf(given)).toBe(isMatch ? 'rule 10' : 'default')
  })

  test('go by priority, whatever their order of creation, and the default is last', async () => {
    await addRule(20, [path('/a*')])
    const first = await addRule(10, [path('/ab*')])
    expect(await bodyOf({ path: '/abc' })).toBe('rule 10')
    expect(await bodyOf({ path: '/acc' })).toBe('rule 20')
    await world.client.deleteRule({ RuleArn: first })
    expect(await bodyOf({ path: '/abc' })).toBe('rule 20')
    const { Rules } = await world.client.describeRules({ ListenerArn: listener.arn })
    expect(Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
      ['20', false],
      ['default', true],
    ])
  })

  test('swap priorities in one call; a taken one changes nothing', async () => {
    const ten = await addRule(10, [path('/a*')])
    const twenty = await addRule(20, [path('/a*')])
    await addRule(30, [path('/x')])
    await world.client.setRulePriorities({
      RulePriorities: [
        { RuleArn: ten, Priority: 20 },
        { RuleArn: twenty, Priority: 10 },
      ],
    })
    expect(await bodyOf({ path: '/a' })).toBe('rule 20')
    await expect(
      world.client.setRulePriorities({
        RulePriorities: [
          { RuleArn: ten, Priority: 5 },
          { RuleArn: twenty, Priority: 30 },
        ],
      }),
    ).rejects.toMatchObject({
      name: 'PriorityInUseException',
      message: "Priority '30' is currently in use",
    })
    expect(await bodyOf({ path: '/a' })).toBe('rule 20')
  })

  test('change by ModifyRule', async () => {
    const RuleArn = await addRule(10, [path('/a')])
    await world.client.modifyRule({ RuleArn, Conditions: [path('/b')], Actions: fixed('changed') })
    expect(await bodyOf({ path: '/a' })).toBe('default')
    expect(await bodyOf({ path: '/b' })).toBe('changed')
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a priority twice', () => addRule(10, [path('/b')]), "Priority '10' is currently in use"],
    ['priority 0', () => addRule(0, [path('/b')]), 'greater than or equal to 1'],
    ['six values', () => addRule(11, [path('1', '2', '3', '4', '5', '6')]), "'5' condition values"],
    ['two path conditions', () => addRule(11, [path('/a'), path('/b')]), 'only have one'],
    ['no condition', () => addRule(11, []), 'A condition must be specified'],
    ['an empty condition', () => addRule(11, [path()]), 'A condition value must be specified'],
    ['an unknown field', () => addRule(11, [{ Field: 'cookie', Values: ['a'] }]), 'must be one of'],
  ])('%s is refused', async (_what, create, message) => {
    await addRule(10, [path('/a')])
    await expect(create()).rejects.toThrow(message)
  })

  test('the default rule stays, and rules of no listener are an error', async () => {
    const { Rules } = await world.client.describeRules({ ListenerArn: listener.arn })
    await expect(world.client.deleteRule({ RuleArn: Rules?.[0]?.RuleArn })).rejects.toMatchObject({
      name: 'OperationNotPermittedException',
    })
    await expect(world.client.describeRules({ RuleArns: [NO_LISTENER] })).rejects.toMatchObject({
      name: 'RuleNotFoundException',
    })
    await expect(world.client.describeRules({})).rejects.toThrow(
      'You must specify either listener rule ARNs or a listener ARN',
    )
  })
})

describe('answers without a target', () => {
  test('a fixed response has its status, type and text', async () => {
    const { port } = await createListener(world, loadBalancer, [
      {
        Type: 'fixed-response',
        FixedResponseConfig: {
          StatusCode: '503',
          ContentType: 'application/json',
          MessageBody: '{}',
        },
      },
    ])
    const answer = await ask(port, { method: 'POST', body: 'unread' })
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
      503,
      'application/json',
      '{}',
    ])
  })

  const H = { host: 'shop.example.com' }
  test.each<[string, object, Ask, number, string]>([
    [
      'to HTTPS, all else kept',
      { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
      { path: '/a/b?c=d', headers: H },
      301,
      'https://shop.example.com:443/a/b?c=d',
    ],
    [
      'with its parts filled in',
      { Host: 'old.#{host}', Path: '/v2/#{path}', Query: 'from=#{host}', StatusCode: 'HTTP_302' },
      { path: '/a?c=d', headers: { host: 'shop.example.com:8080' } },
      302,
      'http://old.shop.example.com:8080/v2/a?from=shop.example.com',
    ],
    [
      'of what is no URL',
      { Port: '80', Host: 'a.com', StatusCode: 'HTTP_302' },
      { path: '//', headers: { host: ':' } },
      302,
      'http://a.com:80//',
    ],
  ])('a redirect %s', async (_what, RedirectConfig, given, status, location) => {
    const { port } = await createListener(world, loadBalancer, [
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', ...RedirectConfig } },
    ])
    const answer = await ask(port, given)
    expect([answer.status, answer.headers.location]).toEqual([status, location])
  })
})
