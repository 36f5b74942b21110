import { describe, expect, test } from '@jest/globals'
import {
  Conflict,
  CredentialsExpired,
  Denied,
  NotFound,
  Refused,
  Unreachable,
} from '@ecs-pipeline/rollout'
import { kindOf, mayPass, portError } from '../src/failures.ts'

const sdkError = (name: string, message = 'words', httpStatusCode?: number): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'r-1' } })
const nodeError = (code: string): Error => Object.assign(new Error(''), { code })

const ASKED = { action: 'ecs:DescribeServices', resource: 'service web in cluster prod' }
const TRIES = { attempts: 8, milliseconds: 60_000 }

describe('what an error means', () => {
  test.each([
    [sdkError('ThrottlingException', 'Rate exceeded', 400), 'throttled', Unreachable],
    [sdkError('TooManyRequestsException', '', 429), 'throttled', Unreachable],
    [sdkError('ServerException', '', 500), 'unanswered', Unreachable],
    [sdkError('ServiceUnavailable', '', 503), 'unanswered', Unreachable],
    [nodeError('ECONNRESET'), 'unanswered', Unreachable],
    [sdkError('TimeoutError'), 'unanswered', Unreachable],
    [sdkError('SyntaxError', 'Unexpected token', 200), 'unanswered', Unreachable],
    [new SyntaxError('Unexpected token'), 'unanswered', Unreachable],
    [sdkError('Error', 'Unclosed tag', 200), 'unanswered', Unreachable],
    [nodeError('ECONNREFUSED'), 'not-sent', Unreachable],
    [sdkError('AccessDeniedException', '', 400), 'denied', Denied],
    [sdkError('UnrecognizedClientException', '', 400), 'denied', Denied],
    [sdkError('CredentialsProviderError'), 'no-credentials', Denied],
    [sdkError('ExpiredTokenException', '', 400), 'expired', CredentialsExpired],
    [sdkError('ClusterNotFoundException', '', 400), 'not-found', NotFound],
    [
      sdkError('ClientException', 'Unable to describe task definition.', 400),
      'not-found',
      NotFound,
    ],
    [sdkError('ConflictException', '', 400), 'conflict', Conflict],
    [sdkError('InvalidParameterException', '', 400), 'refused', Refused],
    [new Error('a mistake of ours'), 'refused', Refused],
  ])('%s is %s', (error, kind, Class) => {
    expect(kindOf(error)).toBe(kind)
    expect(portError(error, ASKED, TRIES)).toBeInstanceOf(Class)
  })
})

test('every message names the action, the resource and AWS’s own words', () => {
  const { message, cause } = portError(
    sdkError('InvalidParameterException', 'No such thing'),
    ASKED,
    TRIES,
  )
  expect(message).toContain('ecs:DescribeServices')
  expect(message).toContain('service web in cluster prod')
  expect(message).toContain('No such thing')
  expect(message).toContain('r-1')
  expect(cause).toBeInstanceOf(Error)
})

test('an answer that cannot be read is told without the SDK’s advice to its programmers', () => {
  const hint =
    '\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.'
  const error = sdkError('SyntaxError', `Unexpected token 'u'${hint}`, 200)
  expect(portError(error, ASKED, TRIES).message).toMatch(/: Unexpected token 'u'\. \(SyntaxError/)
})

test('a denial names the statement to add, for the action and the resource that AWS names', () => {
  const words =
    'User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/task because no identity-based policy allows the iam:PassRole action'
  const { message } = portError(sdkError('AccessDeniedException', words), ASKED, TRIES)
  expect(message).toContain('"Action":"iam:PassRole"')
  expect(message).toContain('"Resource":"arn:aws:iam::123456789012:role/task"')
  expect(message).toContain('ecs-tasks.amazonaws.com')
})

describe('what may pass when it is asked again', () => {
  test.each([
    ['throttled', true, true],
    ['not-sent', true, true],
    ['unanswered', true, false],
    ['denied', false, false],
    ['refused', false, false],
    ['expired', false, false],
  ] as const)('%s: %s, and %s for what must not happen twice', (kind, again, onlyOnce) => {
    expect(mayPass(kind, false)).toBe(again)
    expect(mayPass(kind, true)).toBe(onlyOnce)
  })
})
