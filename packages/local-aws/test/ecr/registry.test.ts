import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import { errorOf, makeImage, startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }))
})

afterEach(() => {
  ecr.stop()
})

const HOUR = 60 * 60 * 1000
const ABSENT = `sha256:${'0'.repeat(64)}`

async function login(): Promise<{ authorization: string; expiresAt: Date; endpoint: string }> {
  const answer = await ecr.client.send(new GetAuthorizationTokenCommand({}))
  const data = answer.authorizationData?.[0]
  return {
    authorization: `Basic ${data?.authorizationToken ?? ''}`,
    expiresAt: data?.expiresAt ?? new Date(0),
    endpoint: data?.proxyEndpoint ?? '',
  }
}

describe('who may come in', () => {
  const base = (authorization?: string): Promise<Response> =>
    fetch(`http://${ecr.registryHost}/v2/`, { headers: authorization ? { authorization } : {} })

  test('a token of GetAuthorizationToken, sent to the endpoint that it names', async () => {
    const { authorization, endpoint } = await login()
    expect(endpoint).toBe(`http://${ecr.registryHost}`)
    const answer = await fetch(`${endpoint}/v2/`, { headers: { authorization } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
  })

  test('nobody without one; the answer says how to ask for it', async () => {
    const answer = await base()
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(
      'Basic realm="https://123456789012.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com"',
    )
    expect(await answer.text()).toBe('Not Authorized\n')
  })

  test('a token holds for 12 hours of AWS time and not one millisecond more', async () => {
    const { authorization, expiresAt } = await login()
    expect(expiresAt.getTime()).toBe(ecr.clock.now() + 12 * HOUR)
    await ecr.clock.advance(12 * HOUR - 1)
    expect((await base(authorization)).status).toBe(200)
    await ecr.clock.advance(1)
    expect(await errorOf(await base(authorization))).toEqual({
      status: 403,
      code: 'DENIED',
      message: 'Your authorization token has expired. Reauthenticate and try again.',
    })
  })

  test('a token whose end was moved is no token', async () => {
    const { authorization } = await login()
    const [, password = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
    const token = JSON.parse(Buffer.from(password, 'base64').toString()) as { expiration: number }
    const forged = Buffer.from(JSON.stringify({ ...token, expiration: token.expiration + 1 }))
    expect(await errorOf(await base(basic('AWS', forged.toString('base64'))))).toMatchObject({
      status: 400,
      message: 'Your Authorization Token is invalid.',
    })
  })

  test.each([
    ['another user', (password: string) => basic('root', password)],
    ['a made-up password', () => basic('AWS', 'letmein')],
    ['an empty password', () => basic('AWS', '')],
    [
      'a password that is JSON but no token',
      () => basic('AWS', Buffer.from('null').toString('base64')),
    ],
  ])('%s is refused as ECR refuses it', async (_, header) => {
    const { authorization } = await login()
    const [, password = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
    expect(await errorOf(await base(header(password)))).toEqual({
      status: 400,
      code: 'DENIED',
      message: 'Your Authorization Token is invalid.',
    })
  })
})

describe('what is refused, and how', () => {
  const NOT_THERE =
    "The repository with name 'nope' does not exist in the registry with id '123456789012'"

  test.each([
    ['GET', '/v2/nope/tags/list', 404, 'NAME_UNKNOWN', NOT_THERE],
    ['POST', '/v2/nope/blobs/uploads/', 404, 'NAME_UNKNOWN', NOT_THERE],
    ['PUT', '/v2/nope/manifests/v1', 404, 'NAME_UNKNOWN', NOT_THERE],
    ['GET', '/v2/nothing', 404, 'NAME_UNKNOWN', 'Nothing is served at /v2/nothing'],
    ['GET', '/', 404, 'NAME_UNKNOWN', 'Nothing is served at /'],
    ['GET', '/v2/team%zz/tags/list', 404, 'NAME_UNKNOWN', undefined],
    ['GET', '/v2/team/app/manifests/v1', 404, 'MANIFEST_UNKNOWN', 'Requested image not found'],
    ['DELETE', '/v2/team/app/manifests/v1', 404, 'MANIFEST_UNKNOWN', 'Requested image not found'],
    ['GET', `/v2/team/app/manifests/${ABSENT}`, 404, 'MANIFEST_UNKNOWN', undefined],
    ['GET', '/v2/team/app/manifests/sha256:short', 400, 'DIGEST_INVALID', undefined],
    ['GET', '/v2/team/app/manifests/-v', 400, 'TAG_INVALID', 'Invalid tag -v'],
    ['GET', `/v2/team/app/blobs/${ABSENT}`, 404, 'BLOB_UNKNOWN', 'blob unknown to registry'],
    ['GET', '/v2/team/app/blobs/md5:abc', 400, 'DIGEST_INVALID', undefined],
    ['DELETE', `/v2/team/app/blobs/${ABSENT}`, 405, 'UNSUPPORTED', undefined],
    ['PATCH', '/v2/team/app/blobs/uploads/unknown', 404, 'BLOB_UPLOAD_UNKNOWN', undefined],
    ['GET', '/v2/team/app/blobs/uploads/', 405, 'UNSUPPORTED', undefined],
    ['PUT', '/v2/team/app/tags/list', 405, 'UNSUPPORTED', undefined],
    ['POST', '/v2/', 405, 'UNSUPPORTED', undefined],
    ['GET', '/v2/team/app/tags/list?n=many', 400, 'PAGINATION_NUMBER_INVALID', undefined],
    ['GET', '/v2/team/app/referrers/v1', 400, 'DIGEST_INVALID', undefined],
  ])('%s %s → %i %s', async (method, path, status, code, message) => {
    const error = await errorOf(await ecr.ask(method, path))
    expect(error).toEqual({ status, code, message: message ?? expect.any(String) })
  })

  test('a HEAD is refused without a body', async () => {
    const answer = await ecr.ask('HEAD', '/v2/team/app/manifests/v1')
    expect([answer.status, await answer.text()]).toEqual([404, ''])
  })
})

describe('blobs', () => {
  const CONTENT = '0123456789'
  let path: string

  beforeEach(async () => {
    const digest = sha256(CONTENT)
    path = `/v2/team/app/blobs/${digest}`
    await ecr.ask('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body: CONTENT })
  })

  test('HEAD tells size and digest', async () => {
    const { status, headers } = await ecr.ask('HEAD', path)
    expect([status, headers.get('content-length'), headers.get('docker-content-digest')]).toEqual([
      200,
      '10',
      sha256(CONTENT),
    ])
  })

  test.each([
    [undefined, 200, '0123456789', null],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=5-500', 206, '56789', 'bytes 5-9/10'],
    ['lines=1-2', 200, '0123456789', null],
  ])('GET with Range %s', async (range, status, text, contentRange) => {
    const answer = await ecr.ask('GET', path, range === undefined ? {} : { headers: { range } })
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ])
  })

  test('a range behind the end cannot be given', async () => {
    const answer = await ecr.ask('GET', path, { headers: { range: 'bytes=10-' } })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10'])
  })

  test('GET sends on to a link that needs no login, for an hour, and gives this blob alone', async () => {
    const sent = await ecr.ask('GET', path, { redirect: 'manual' })
    expect([sent.status, await sent.text()]).toEqual([307, ''])
    const link = sent.headers.get('location') ?? ''
    expect(await (await fetch(link)).text()).toBe(CONTENT)
    expect((await fetch(link.replace('84d', '85d'))).status).toBe(403)
    await ecr.clock.advance(HOUR)
    expect((await fetch(link)).status).toBe(403)
  })
})

test('a pull by HTTP notes when the image was pulled', async () => {
  const digest = await ecr.push(await makeImage('one'), 'team/app', 'v1')
  const image = ecr.store.repository('team/app').images.get(digest)
  await ecr.clock.advance(1000)
  await ecr.ask('HEAD', '/v2/team/app/manifests/v1')
  expect(image?.lastPulledAt).toBeUndefined()
  await ecr.ask('GET', '/v2/team/app/manifests/v1')
  expect(image?.lastPulledAt?.getTime()).toBe(ecr.clock.now())
})

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
