import { describe, expect, test } from '@jest/globals'
import { deniedMessage } from '../src/denied.ts'

const ASKED = { action: 'ecs:UpdateService', resource: 'service web in cluster prod' }
const USER = 'User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform'
const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web'

describe('what a denial tells to do, by what AWS says', () => {
  test.each([
    [
      'no policy allows it: the statement, for this resource',
      `${USER}: ecs:UpdateService on resource: ${ARN} because no identity-based policy allows the ecs:UpdateService action`,
      `Add to the role's policy: {"Effect":"Allow","Action":"ecs:UpdateService","Resource":"${ARN}"}`,
    ],
    [
      'no resource named: any resource',
      `${USER}: ecs:UpdateService`,
      '{"Effect":"Allow","Action":"ecs:UpdateService","Resource":"*"}',
    ],
    [
      'nothing is said: the action that was asked',
      'Access Denied',
      '{"Effect":"Allow","Action":"ecs:UpdateService","Resource":"*"}',
    ],
    [
      'a boundary is too narrow: the statement belongs there',
      `${USER}: ecs:UpdateService on resource: ${ARN} because no permissions boundary allows the ecs:UpdateService action`,
      'Add to the permissions boundary: {',
    ],
    [
      'a policy denies it: no Allow helps',
      `${USER}: ecs:UpdateService on resource: ${ARN} with an explicit deny in a service control policy`,
      'A policy denies it explicitly (service control policy), so that no Allow helps',
    ],
    [
      'a policy denies it, named by its ARN',
      `${USER}: ecs:UpdateService on resource: ${ARN} with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/x`,
      'A policy denies it explicitly (identity-based policy), so that no Allow helps',
    ],
    [
      'the credentials are not valid: no policy helps',
      'The security token included in the request is invalid. (UnrecognizedClientException)',
      'The credentials themselves are not valid',
    ],
  ])('%s', (_rule, words, expected) => {
    const message = deniedMessage(ASKED, words)
    expect(message).toContain(expected)
    expect(message).toContain(words)
  })

  test('only the remedy that fits is given', () => {
    const denied = `${USER}: ecs:UpdateService with an explicit deny in a service control policy`
    expect(deniedMessage(ASKED, denied)).not.toContain('"Effect"')
  })
})
