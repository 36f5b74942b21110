import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { sha256 } from '../../src/oci/digest.ts'
import { errorOf, makeImage, startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
})

afterEach(() => {
  ecr.stop()
})

async function open(): Promise<string> {
  const answer = await ecr.ask('POST', '/v2/app/blobs/uploads/')
  expect([answer.status, answer.headers.get('range')]).toEqual([202, '0-0'])
  return answer.headers.get('location') ?? ''
}

const patch = (path: string, body: string, range?: string): Promise<Response> =>
  ecr.ask('PATCH', path, { body, headers: range === undefined ? {} : { 'content-range': range } })

const stateOf = async (path: string): Promise<[number, string | null]> => {
  const answer = await ecr.ask('GET', path)
  return [answer.status, answer.headers.get('range')]
}

const contentOf = async (text: string): Promise<string> =>
  (await ecr.ask('GET', `/v2/app/blobs/${sha256(text)}`)).text()

describe('a blob arrives', () => {
  test('in one POST', async () => {
    const path = `/v2/app/blobs/uploads/?digest=${sha256('whole')}`
    const answer = await ecr.ask('POST', path, { body: 'whole' })
    expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([
      201,
      sha256('whole'),
    ])
    expect(await contentOf('whole')).toBe('whole')
  })

  test('in POST and PUT', async () => {
    const answer = await ecr.ask('PUT', `${await open()}?digest=${sha256('whole')}`, {
      body: 'whole',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      201,
      `/v2/app/blobs/${sha256('whole')}`,
    ])
    expect(await contentOf('whole')).toBe('whole')
  })

  test('in one stream and an empty PUT, as docker sends it', async () => {
    const path = await open()
    expect((await patch(path, 'streamed')).headers.get('range')).toBe('0-7')
    expect((await ecr.ask('PUT', `${path}?digest=${sha256('streamed')}`)).status).toBe(201)
    expect(await contentOf('streamed')).toBe('streamed')
  })

  test('in numbered chunks, the last of them with the PUT', async () => {
    const path = await open()
    expect((await patch(path, 'abc', '0-2')).status).toBe(201)
    expect((await patch(path, 'def', '3-5')).headers.get('range')).toBe('0-5')
    const end = await ecr.ask('PUT', `${path}?digest=${sha256('abcdefgh')}`, {
      body: 'gh',
      headers: { 'content-range': '6-7' },
    })
    expect(end.status).toBe(201)
    expect(await contentOf('abcdefgh')).toBe('abcdefgh')
  })

  test('with nothing in it', async () => {
    expect((await ecr.ask('PUT', `${await open()}?digest=${sha256('')}`)).status).toBe(201)
    expect(await contentOf('')).toBe('')
  })
})

describe('a sender can go on where it stopped', () => {
  test('because the upload tells how far it is', async () => {
    const path = await open()
    await patch(path, 'abc')
    expect(await stateOf(path)).toEqual([204, '0-2'])
  })

  test('after a connection that broke in the middle of a chunk', async () => {
    const path = await open()
    await sendPartAndBreak(path, 'abcde')
    for (let tries = 0; (await stateOf(path))[1] !== '0-4' && tries < 100; tries++);
    expect(await stateOf(path)).toEqual([204, '0-4'])
    // The broken request is over for the registry only when its socket is; until then it answers 416.
    let answer = await patch(path, 'fgh', '5-7')
    while (answer.status === 416) answer = await patch(path, 'fgh', '5-7')
    await ecr.ask('PUT', `${path}?digest=${sha256('abcdefgh')}`)
    expect(await contentOf('abcdefgh')).toBe('abcdefgh')
  })

  test.each(['0-2', '4-6'])('but not elsewhere: a chunk at %s after three bytes', async (range) => {
    const path = await open()
    await patch(path, 'abc')
    const answer = await patch(path, 'def', range)
    expect([answer.status, answer.headers.get('range'), answer.headers.get('location')]).toEqual([
      416,
      '0-2',
      path,
    ])
    expect(await errorOf(answer)).toMatchObject({
      code: 'BLOB_UPLOAD_INVALID',
      message: `First byte of the layer part is ${range[0] ?? ''} instead of 3`,
    })
    expect(await stateOf(path)).toEqual([204, '0-2'])
  })

  /** Announces more than it sends, waits until that has arrived, and hangs up. */
  async function sendPartAndBreak(path: string, part: string): Promise<void> {
    const [host = '', port = ''] = ecr.registryHost.split(':')
    const headers = { authorization: ecr.authorization, 'content-length': 1000 }
    const sending = request({ host, port, path, method: 'PATCH', headers })
    sending.on('error', () => undefined)
    sending.write(part)
    while ((await stateOf(path))[1] !== `0-${part.length - 1}`);
    sending.destroy()
  }
})

test('a layer that says to be larger than ECR takes is refused before it is sent', async () => {
  const [host = '', port = ''] = ecr.registryHost.split(':')
  const most = 52_000 * 1024 * 1024
  const path = await open()
  const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const headers = { authorization: ecr.authorization, 'content-length': most + 1 }
    const sending = request({ host, port, path, method: 'PATCH', headers }, (response) => {
      void text(response).then((body) => {
        sending.destroy()
        resolve([response.statusCode, body])
      })
    })
    sending.on('error', reject)
    sending.flushHeaders()
  })
  expect(answer).toEqual([413, expect.stringContaining('SIZE_INVALID')])
})

describe('an upload is over', () => {
  test('when its content is not what the digest says; nothing is kept', async () => {
    const path = await open()
    const answer = await ecr.ask('PUT', `${path}?digest=${sha256('right')}`, { body: 'wrong' })
    expect(await errorOf(answer)).toEqual({
      status: 400,
      code: 'DIGEST_INVALID',
      message: 'provided digest did not match uploaded content',
    })
    expect((await stateOf(path))[0]).toBe(404)
    expect(ecr.store.blobs.bytes).toBe(0)
  })

  test('when it is given up', async () => {
    const path = await open()
    await patch(path, 'abc')
    expect((await ecr.ask('DELETE', path)).status).toBe(204)
    expect((await stateOf(path))[0]).toBe(404)
  })

  test('when its repository is deleted', async () => {
    const path = await open()
    ecr.store.deleteRepository(ecr.store.repository('app'), true)
    await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    expect((await stateOf(path))[0]).toBe(404)
  })

  test('but not when the PUT names no digest', async () => {
    const path = await open()
    await patch(path, 'abc')
    expect(await errorOf(await ecr.ask('PUT', path))).toMatchObject({ code: 'DIGEST_INVALID' })
    expect(await stateOf(path)).toEqual([204, '0-2'])
  })

  test('and it belongs to its repository alone', async () => {
    await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'other' }))
    const path = (await open()).replace('/v2/app/', '/v2/other/')
    expect((await stateOf(path))[0]).toBe(404)
  })
})

test('twenty pushes at once leave twenty whole images and each blob once', async () => {
  const images = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      makeImage(`image ${index % 10} ${'x'.repeat(50_000)}`),
    ),
  )
  await Promise.all(images.map((image, index) => ecr.push(image, 'app', `v${index}`)))
  const repository = ecr.store.repository('app')
  expect(repository.images.size).toBe(10)
  expect(repository.tags.size).toBe(20)
  for (const [index, image] of images.entries()) {
    const pulled = await ecr.images.pull(`${ecr.registryHost}/app:v${index}`)
    expect(pulled.layers.map((layer) => sha256(layer.data))).toEqual(
      image.layers.map((layer) => layer.digest),
    )
  }
  const different = new Map(
    images.flatMap((image) => [...image.layers, image.config]).map((blob) => [blob.digest, blob]),
  )
  const bytes = [...different.values()].reduce((sum, blob) => sum + blob.data.byteLength, 0)
  expect(ecr.store.blobs.bytes).toBe(bytes)
})
