/** The pages of the endpoint that AWS does not have, as a test in another process uses them. */
import { ECR } from '@aws-sdk/client-ecr'
import { STS } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { VirtualClock } from '../src/clock/virtual-clock.ts'
import { buildImage } from '../src/oci/image.ts'
import { pushImage } from '../src/oci/push.ts'
import { startLocalAws, type LocalAws } from '../src/local-aws.ts'

let aws: LocalAws
let sts: STS
beforeAll(async () => {
  aws = await startLocalAws({ clock: new VirtualClock() })
  sts = new STS({
    endpoint: aws.endpoint,
    region: aws.place.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})
afterAll(() => aws.close())
beforeEach(() => {
  aws.calls.clear()
  aws.faults.clear()
})

async function ask(method: string, path: string, body?: string): Promise<[number, unknown]> {
  const answer = await fetch(`${aws.endpoint}/_local/${path}`, { method, body: body ?? null })
  return [answer.status, await answer.json()]
}

test('the calls so far can be read and cleared; reading them is no call', async () => {
  await sts.getCallerIdentity({})
  const [status, calls] = await ask('GET', 'calls')
  expect(status).toBe(200)
  expect(calls).toMatchObject([{ service: 'STS', operation: 'GetCallerIdentity', status: 200 }])
  expect(await ask('DELETE', 'calls')).toEqual([200, {}])
  expect(await ask('GET', 'calls')).toEqual([200, []])
})

test('faults can be ordered and taken back', async () => {
  const error = { code: 'AccessDenied', message: 'No.', status: 403 }
  const fault = { operation: 'GetCallerIdentity', error }
  expect(await ask('POST', 'faults', JSON.stringify(fault))).toEqual([200, {}])
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  })
  expect(await ask('DELETE', 'faults')).toEqual([200, {}])
  expect(await sts.getCallerIdentity({})).toMatchObject({ Account: aws.place.account })
})

test.each([
  '{',
  'null',
  '5',
  '{}',
  '{"operation":"ListTasks"}',
  '{"error":{"code":"A"}}',
  '{"operation":"ListTasks","lost":"keys"}',
])('a fault that could not hit anything is refused: %s', async (body) => {
  expect(await ask('POST', 'faults', body)).toEqual([400, { error: expect.any(String) }])
  expect(await sts.getCallerIdentity({})).toMatchObject({ Account: aws.place.account })
})

test('faults of the registry can be ordered and taken back', async () => {
  const base = async () => (await fetch(`http://${aws.registryHost}/v2/`)).status
  expect(await ask('POST', 'registry-faults', '{"error":{"status":429}}')).toEqual([200, {}])
  expect(await base()).toBe(429)
  expect(await ask('DELETE', 'registry-faults')).toEqual([200, {}])
  expect(await base()).toBe(401)
  expect(await ask('POST', 'registry-faults', '{}')).toEqual([400, { error: expect.any(String) }])
})

test('what a scan finds can be chosen and taken back', async () => {
  const ecr = new ECR({
    endpoint: aws.endpoint,
    region: aws.place.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const repositoryName = 'app'
  const imageScanningConfiguration = { scanOnPush: true }
  await ecr.createRepository({ repositoryName, imageScanningConfiguration })
  const { authorizationData } = await ecr.getAuthorizationToken({})
  await pushImage(await buildImage({ files: {} }), {
    registry: authorizationData?.[0]?.proxyEndpoint ?? '',
    repository: repositoryName,
    tag: 'v1',
    authorization: `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`,
  })
  const status = async () => {
    const imageId = { imageTag: 'v1' }
    return (await ecr.describeImageScanFindings({ repositoryName, imageId })).imageScanStatus
      ?.status
  }
  const failed = { image: 'app:v1', status: 'FAILED', seconds: { pending: 0, inProgress: 0 } }
  expect(await ask('POST', 'scans', JSON.stringify(failed))).toEqual([200, {}])
  expect(await status()).toBe('FAILED')
  expect(await ask('DELETE', 'scans')).toEqual([200, {}])
  expect(await status()).toBe('PENDING')
  expect(await ask('POST', 'scans', '{"image":"app"}')).toEqual([
    400,
    { error: expect.stringContaining("'app' is neither a digest") },
  ])
})

test('listeners are told; what there is not is a 404', async () => {
  expect(await ask('GET', 'listeners')).toEqual([200, []])
  expect(await ask('GET', 'nothing')).toEqual([404, { error: 'There is no GET /_local/nothing.' }])
})
