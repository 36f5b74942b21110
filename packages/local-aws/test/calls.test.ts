/** The pages of the endpoint that AWS does not have, as a test in another process uses them. */
import { STS } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { VirtualClock } from '../src/clock/virtual-clock.ts'
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

test('listeners are told; what there is not is a 404', async () => {
  expect(await ask('GET', 'listeners')).toEqual([200, []])
  expect(await ask('GET', 'nothing')).toEqual([404, { error: 'There is no GET /_local/nothing.' }])
})
