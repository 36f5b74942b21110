import * as sts from '@aws-sdk/client-sts'
import { randomBytes } from 'node:crypto'
import type { Clock, Place } from '../../parts.ts'
import { CodedError } from '../../wire/errors.ts'
import { defineService, type Service } from '../../wire/service.ts'

const DEFAULT_SECONDS = 3600

/** Security Token Service: says who is calling, and lends roles to everybody who asks. */
export function createSts({ place, clock }: { place: Place; clock: Clock }): Service {
  const credentials = (seconds = DEFAULT_SECONDS): sts.Credentials => ({
    AccessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    SecretAccessKey: randomBytes(30).toString('base64'),
    SessionToken: randomBytes(60).toString('base64'),
    Expiration: new Date(clock.now() + seconds * 1000),
  })
  const assumed = (roleArn = '', session = ''): sts.AssumedRoleUser => {
    const role = /^arn:aws:iam::\d{12}:role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(roleArn)?.[1]
    if (role === undefined) throw new CodedError('ValidationError', `${roleArn} is invalid`)
    return {
      AssumedRoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}:${session}`,
      Arn: `arn:aws:sts::${place.account}:assumed-role/${role}/${session}`,
    }
  }
  const sessionName = { path: 'RoleSessionName', pattern: /^[\w+=,.@-]{2,64}$/ }
  const duration = { path: 'DurationSeconds', minimum: 900, maximum: 43_200 }
  return defineService(
    sts,
    new sts.STSClient({ region: place.region }),
    {
      GetCallerIdentity: (_input, { accessKeyId }) => ({
        Account: place.account,
        UserId: accessKeyId === '' ? 'AIDALOCAL' : accessKeyId,
        Arn: `arn:aws:iam::${place.account}:user/local`,
      }),
      AssumeRole: (input) => ({
        AssumedRoleUser: assumed(input.RoleArn, input.RoleSessionName),
        Credentials: credentials(input.DurationSeconds),
      }),
      AssumeRoleWithWebIdentity: (input) => ({
        AssumedRoleUser: assumed(input.RoleArn, input.RoleSessionName),
        Credentials: credentials(input.DurationSeconds),
        SubjectFromWebIdentityToken: 'local',
      }),
    },
    {
      AssumeRole: [sessionName, duration],
      AssumeRoleWithWebIdentity: [sessionName, duration],
    },
  )
}
