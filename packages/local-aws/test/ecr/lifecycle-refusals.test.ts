import {
  CreateRepositoryCommand,
  GetLifecyclePolicyCommand,
  InvalidParameterException,
  LifecyclePolicyNotFoundException,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { count, days, pattern, policy, prefix, rule } from './lifecycle-policies.ts'
import { startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }))
})

afterEach(() => {
  ecr.stop()
})

describe('a policy is refused', () => {
  const V = prefix('v')
  test.each<[string, string, string]>([
    ['no object', '['.padEnd(100), 'Could not map policyString into LifecyclePolicy.'],
    ['no rules', '{}'.padEnd(100), 'object has missing required properties (["rules"])'],
    ['no rule', policy(), 'array is too short: must have at least 1 elements'],
    [
      'too many rules',
      policy(...Array.from({ length: 51 }, (_, index) => rule(index + 1, count('any', 1)))),
      'array is too long: must have at most 50 elements but instance has 51 elements',
    ],
    [
      'a rule that is none',
      policy('expire all'),
      'instance type (string) does not match any allowed primitive type (allowed: ["object"])',
    ],
    [
      'a rule without an end',
      policy({ rulePriority: 1, selection: count('any', 1) }),
      'object has missing required properties (["action"])',
    ],
    [
      'an unknown member',
      policy(rule(1, count('any', 1), { name: 'x' })),
      'object instance has properties which are not allowed by the schema: (["name"])',
    ],
    [
      'an unknown action',
      policy(rule(1, count('any', 1), { action: { type: 'keep' } })),
      'instance value ("keep") not found in enum (possible values: ["expire"])',
    ],
    [
      'an unknown tag status',
      policy(rule(1, count('some', 1))),
      'instance value ("some") not found in enum (possible values: ["any","tagged","untagged"])',
    ],
    [
      'priority 0',
      policy(rule(0, count('any', 1))),
      'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
    ],
    [
      'a count of nothing',
      policy(rule(1, count('any', 0))),
      'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
    ],
    [
      'a number of images with a unit',
      policy(rule(1, count('any', 1, { countUnit: 'days' }))),
      'instance failed to match exactly one schema (matched 0 out of 2)',
    ],
    [
      'an age without a unit',
      policy(rule(1, { tagStatus: 'any', countType: 'sinceImagePushed', countNumber: 1 })),
      'instance failed to match exactly one schema (matched 0 out of 2)',
    ],
    [
      'tagged without tags',
      policy(rule(1, count('tagged', 1))),
      'Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.',
    ],
    [
      'prefixes and patterns',
      policy(rule(1, count('tagged', 1, { ...V, ...pattern('v*') }))),
      'If policy has a tagged rule, it must specify only one of tagPrefixList or tagPatternList',
    ],
    [
      'prefixes of untagged images',
      policy(rule(1, count('untagged', 1, V))),
      'Cannot specify tagPrefixList with tagStatus untagged',
    ],
    [
      'five wildcards',
      policy(rule(1, count('tagged', 1, pattern('*1*2*3*4*')))),
      'Invalid tag pattern provided',
    ],
    [
      'two rules of one priority',
      policy(rule(1, count('any', 1)), rule(1, count('tagged', 1, V))),
      'Duplicate priority in multiple rules',
    ],
    [
      'two rules for untagged images',
      policy(rule(1, count('untagged', 1)), rule(2, days('untagged', 1))),
      'Only one rule can select Untagged images per storage class',
    ],
    [
      'two rules for any image',
      policy(rule(1, count('any', 1)), rule(2, days('any', 1))),
      'Only one rule can specify tagStatus=ANY',
    ],
    [
      'any image before others',
      policy(rule(1, count('any', 1)), rule(2, count('untagged', 1))),
      'Rule for tagStatus=ANY must have the lowest priority per storage class',
    ],
    [
      'the archive, which is not played',
      policy(
        rule(1, days('any', 1), { action: { type: 'transition', targetStorageClass: 'archive' } }),
      ),
      "the action 'transition' is not implemented by the local endpoint, which has no archive",
    ],
  ])('for %s', async (_, lifecyclePolicyText, reason) => {
    const put = new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText })
    const error = await ecr.client.send(put).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidParameterException)
    expect((error as Error).message).toContain(
      `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}`,
    )
    const preview = new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText })
    await expect(ecr.client.send(preview)).rejects.toThrow(reason)
    await expect(
      ecr.client.send(new GetLifecyclePolicyCommand({ repositoryName })),
    ).rejects.toBeInstanceOf(LifecyclePolicyNotFoundException)
  })
})
