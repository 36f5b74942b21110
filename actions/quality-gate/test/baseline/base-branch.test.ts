import { describe, expect, test } from '@jest/globals'
import { readRunContext, type RunContext } from '@ecs-pipeline/action-kit'
import { baseBranch } from '../../baseline/base-branch.ts'

const REQUEST = {
  number: 1,
  sha: 'a',
  branch: 'main',
  base: { sha: 'b', branch: 'release' },
  isFork: true,
}

describe('the branch that is the measure', () => {
  test.each<[string, string | undefined, Partial<RunContext>, ReturnType<typeof baseBranch>]>([
    [
      'a push to the default branch',
      undefined,
      { eventName: 'push', ref: 'refs/heads/main' },
      { name: 'main', isThis: true },
    ],
    [
      'a push to another one',
      undefined,
      { eventName: 'push', ref: 'refs/heads/x' },
      { name: 'main', isThis: false },
    ],
    [
      'a branch that the input names',
      'release',
      { eventName: 'push', ref: 'refs/heads/release' },
      { name: 'release', isThis: true },
    ],
    [
      'a tag of that name',
      undefined,
      { eventName: 'push', ref: 'refs/tags/main' },
      { name: 'main', isThis: false },
    ],
    [
      'a schedule',
      undefined,
      { eventName: 'schedule', ref: 'refs/heads/main' },
      { name: 'main', isThis: true },
    ],
    [
      'a run that another workflow began',
      undefined,
      { eventName: 'workflow_run', ref: 'refs/heads/main' },
      { name: 'main', isThis: false },
    ],
    [
      'a comment',
      undefined,
      { eventName: 'issue_comment', ref: 'refs/heads/main' },
      { name: 'main', isThis: false },
    ],
    [
      'a pull request',
      undefined,
      { eventName: 'pull_request', ref: 'refs/pull/1/merge', pullRequest: REQUEST },
      { name: 'release', isThis: false },
    ],
    [
      'a pull request with the rights of the base',
      undefined,
      { eventName: 'pull_request_target', ref: 'refs/heads/release', pullRequest: REQUEST },
      { name: 'release', isThis: false },
    ],
  ])('%s', (_what, wanted, over, expected) => {
    expect(baseBranch(wanted, { ...readRunContext({}), defaultBranch: 'main', ...over })).toEqual(
      expected,
    )
  })

  test('is not known without an event', () => {
    expect(baseBranch(undefined, readRunContext({}))).toEqual({ name: undefined, isThis: false })
  })
})
