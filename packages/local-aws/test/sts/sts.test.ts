import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { STS } from '@aws-sdk/client-sts'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createSts } from '../../src/services/sts/sts.ts'
import { serve, type Served } from '../support/serve.ts'

let served: Served
beforeAll(async () => {
  const clock = new VirtualClock()
  const place = { account: '123456789012', region: 'us-east-1' }
  served = await serve([createSts({ clock, place })], clock)
})
afterAll(() => {
  served.close()
})

describe('STS', () => {
  test('says who calls', async () => {
    expect(await new STS(served.client).getCallerIdentity({})).toMatchObject({
      Account: '123456789012',
    })
  })

  test('lends a role until a time of AWS', async () => {
    const answer = await new STS(served.client).assumeRole({
      RoleArn: 'arn:aws:iam::123456789012:role/team/deploy',
      RoleSessionName: 'run-42',
      DurationSeconds: 900,
    })
    expect(answer.AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deploy/run-42')
    expect(answer.Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 10, 20, 10, 15)))
  })

  test.each([
    ['no role', { RoleArn: 'deploy', RoleSessionName: 'run-42' }, /deploy is invalid/],
    [
      'a short time',
      {
        RoleArn: 'arn:aws:iam::123456789012:role/x',
        RoleSessionName: 'run-42',
        DurationSeconds: 60,
      },
      /greater than or equal to 900/,
    ],
    [
      'a bad session name',
      { RoleArn: 'arn:aws:iam::123456789012:role/x', RoleSessionName: 'a b' },
      /RoleSessionName/,
    ],
  ])('refuses %s', async (_what, input, expected) => {
    await expect(new STS(served.client).assumeRole(input)).rejects.toThrow(expected)
  })
})
