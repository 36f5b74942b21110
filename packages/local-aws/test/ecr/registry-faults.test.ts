import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import { readRegistryFault, type RegistryFault } from '../../src/services/ecr/registry/faults.ts'
import { errorOf, makeImage, startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'other' }))
})

afterEach(() => {
  ecr.stop()
})

const REFUSED = { error: { status: 503 } }

const tags = async (repository = 'app'): Promise<number> =>
  (await ecr.ask('GET', `/v2/${repository}/tags/list`)).status

async function open(): Promise<string> {
  const answer = await ecr.ask('POST', '/v2/app/blobs/uploads/')
  return answer.headers.get('location') ?? ''
}

const received = async (path: string): Promise<string | null> =>
  (await ecr.ask('GET', path)).headers.get('range')

/** How a broken connection looks to a client. */
const BROKEN = {
  cause: expect.objectContaining({ code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) }),
}

describe('a fault of the registry', () => {
  test.each<[string, Partial<RegistryFault>, string]>([
    ['hits every request', {}, 'xxxx'],
    ['hits as many as it says', { times: 2 }, 'xx..'],
    ['lets as many pass first as it says', { after: 1, times: 1 }, '.x..'],
    ['of this method hits', { method: 'GET', times: 1 }, 'x...'],
    ['of another method does not', { method: 'PUT' }, '....'],
    ['of this kind of request hits', { request: 'tags', times: 1 }, 'x...'],
    ['of another kind does not', { request: 'manifest' }, '....'],
    ['of this repository hits', { repository: 'app', times: 1 }, 'x...'],
    ['of another repository does not', { repository: 'other' }, '....'],
  ])('%s', async (_rule, aim, expected) => {
    ecr.registryFaults.add({ ...REFUSED, ...aim })
    const seen: string[] = []
    for (let request = 0; request < 4; request++) seen.push((await tags()) === 200 ? '.' : 'x')
    expect(seen.join('')).toBe(expected)
  })

  test('ends when faults are cleared', async () => {
    ecr.registryFaults.add(REFUSED)
    expect(await tags()).toBe(503)
    ecr.registryFaults.clear()
    expect(await tags()).toBe(200)
  })
})

describe('a refusal', () => {
  test.each<[RegistryFault, string, string, string | null]>([
    [{ error: { status: 429, retryAfter: 7 } }, 'TOOMANYREQUESTS', 'Rate exceeded', '7'],
    [{ error: { status: 500 } }, 'UNKNOWN', 'An unknown error has occurred', null],
    [{ error: { status: 403, message: 'Not you.' } }, 'DENIED', 'Not you.', null],
    [{ error: { status: 400, code: 'ODD', message: 'How odd' } }, 'ODD', 'How odd', null],
  ])('%j', async (fault, code, message, retryAfter) => {
    ecr.registryFaults.add(fault)
    const answer = await ecr.ask('GET', '/v2/app/tags/list')
    const { status } = (fault as { error: { status: number } }).error
    expect(answer.headers.get('retry-after')).toBe(retryAfter)
    expect(await errorOf(answer)).toEqual({ status, code, message })
  })

  test('of an upload keeps nothing of what was sent, and the upload goes on', async () => {
    const path = await open()
    ecr.registryFaults.add({ request: 'upload', method: 'PATCH', times: 1, error: { status: 502 } })
    expect((await ecr.ask('PATCH', path, { body: 'abc' })).status).toBe(502)
    expect(await received(path)).toBe('0-0')
    expect((await ecr.ask('PATCH', path, { body: 'abc' })).status).toBe(201)
    expect((await ecr.ask('PUT', `${path}?digest=${sha256('abc')}`)).status).toBe(201)
  })
})

describe('a connection that breaks in an upload', () => {
  const CONTENT = Buffer.alloc(300_000, 'x')

  test('leaves the bytes that came, as often as it is asked for, and the sender can go on', async () => {
    const path = await open()
    ecr.registryFaults.add({ method: 'PATCH', cutAfter: 100_000, times: 2 })
    for (const start of [0, 100_000]) {
      const body = CONTENT.subarray(start)
      await expect(ecr.ask('PATCH', path, { body })).rejects.toMatchObject(BROKEN)
      expect(await received(path)).toBe(`0-${start + 99_999}`)
    }
    const headers = { 'content-range': `200000-${CONTENT.byteLength - 1}` }
    const body = CONTENT.subarray(200_000)
    expect((await ecr.ask('PATCH', path, { body, headers })).status).toBe(201)
    expect((await ecr.ask('PUT', `${path}?digest=${sha256(CONTENT)}`)).status).toBe(201)
    expect(ecr.store.blobs.get('app', sha256(CONTENT))?.byteLength).toBe(CONTENT.byteLength)
  })

  test('breaks at the end of a shorter one; what the request was to do is not done', async () => {
    const path = await open()
    ecr.registryFaults.add({ method: 'PUT', cutAfter: 1000, times: 1 })
    const put = () => ecr.ask('PUT', `${path}?digest=${sha256('abc')}`, { body: 'abc' })
    await expect(put()).rejects.toMatchObject(BROKEN)
    expect(await received(path)).toBe('0-2')
    expect(ecr.store.blobs.has('app', sha256('abc'))).toBe(false)
  })

  test('of a manifest leaves none', async () => {
    ecr.registryFaults.add({ request: 'manifest', cutAfter: 10, times: 1 })
    const image = await makeImage('one')
    await expect(ecr.push(image, 'app', 'v1')).rejects.toMatchObject(BROKEN)
    expect(ecr.store.repository('app').images.size).toBe(0)
    await expect(ecr.push(image, 'app', 'v1')).resolves.toBe(image.digest)
  })
})

describe('an answer that is lost', () => {
  test.each([
    [false, 0],
    [true, 1],
  ])('by reset, done is %s', async (done, images) => {
    ecr.registryFaults.add({ method: 'PUT', request: 'manifest', lost: 'reset', done, times: 1 })
    const image = await makeImage('one')
    await expect(ecr.push(image, 'app', 'v1')).rejects.toMatchObject(BROKEN)
    expect(ecr.store.repository('app').images.size).toBe(images)
  })

  test('is nothing at all, or no answer of a registry', async () => {
    ecr.registryFaults.add({ request: 'tags', lost: 'silence', times: 1 })
    const hasty = { signal: AbortSignal.timeout(300) }
    await expect(ecr.ask('GET', '/v2/app/tags/list', hasty)).rejects.toThrow('timeout')
    ecr.registryFaults.add({ request: 'tags', lost: 'garbage', body: 'It works!', times: 1 })
    const answer = await ecr.ask('GET', '/v2/app/tags/list')
    expect([answer.status, await answer.text()]).toEqual([200, 'It works!'])
    expect(await tags()).toBe(200)
  })
})

test('tokens expire in the middle of a push; only a new login helps', async () => {
  const old = { headers: { authorization: ecr.authorization } }
  ecr.registryFaults.add({ request: 'tags', after: 1, times: 1, token: 'expired' })
  const ask = (request: RequestInit = {}) => ecr.ask('GET', '/v2/app/tags/list', request)
  expect((await ask(old)).status).toBe(200)
  for (let again = 0; again < 2; again++) {
    expect(await errorOf(await ask(old))).toEqual({
      status: 403,
      code: 'DENIED',
      message: 'Your authorization token has expired. Reauthenticate and try again.',
    })
  }
  expect((await ask()).status).toBe(200)
})

test.each(['null', '{}', '{"method":"PUT"}', '{"error":{}}', '{"lost":"keys"}', '{"cutAfter":-1}'])(
  'a fault that could not be meant is refused: %s',
  (text) => {
    expect(() => readRegistryFault(JSON.parse(text))).toThrow('A fault of the registry has')
  },
)
