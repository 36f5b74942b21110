import { describe, expect, test } from '@jest/globals'
import { planTags, type Commit, type Planned, type TagPlan } from '../../src/tags/plan-tags.ts'
import { parseTagRules, type TagRule } from '../../src/tags/tag-rules.ts'
import { parseVersion } from '../../src/version/semver.ts'

const SHA = '0123456789abcdef0123456789abcdef01234567'

const MAIN: Commit = {
  sha: SHA,
  branch: 'main',
  tag: undefined,
  pullRequest: undefined,
  isDefaultBranch: true,
}

const rulesOf = (text: string): readonly TagRule[] => {
  const parsed = parseTagRules(text)
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'))
  return parsed.rules
}

const plan = (rules: string, over: Partial<Commit> = {}, version?: string): Planned =>
  planTags(
    rulesOf(rules),
    { ...MAIN, ...over },
    version === undefined ? undefined : parseVersion(version),
  )

const good = (planned: Planned): TagPlan => {
  if ('problems' in planned) throw new Error(planned.problems.join('\n'))
  return planned.plan
}

/** `tag` where it stays, `tag>` where it moves. */
const shown = ({ primary, others }: TagPlan): string =>
  [primary, ...others.map(({ tag, moves }) => (moves ? `${tag}>` : tag))].join(' ')

describe('rules', () => {
  test.each([
    ['the commit', 'sha', SHA],
    ['its beginning', 'sha:12', '0123456789ab'],
    ['with affixes', 'sha:8, prefix=web-, suffix=-arm', 'web-01234567-arm'],
    ['the branch, which moves, behind the commit, which does not', 'branch', `${SHA} main>`],
    ['several on a line', 'sha:8, branch, latest', '01234567 main> latest>'],
    ['comments and empty lines', '# mine\n\nsha:8\n', '01234567'],
    ['a tag of my own', 'raw:nightly', 'nightly'],
    ['the same tag twice', 'sha\nsha:40', SHA],
  ])('%s', (_name, rules, expected) => {
    expect(shown(good(plan(rules)))).toBe(expected)
  })

  test('latest is for the default branch only', () => {
    const { silent, ...rest } = good(plan('sha:8, latest', { isDefaultBranch: false, branch: 'x' }))
    expect(shown({ silent, ...rest })).toBe('01234567')
    expect(silent).toEqual(['latest: this run is not about the default branch'])
  })

  test('a pull request', () => {
    const over = { branch: 'feature/login', pullRequest: 42, isDefaultBranch: false }
    expect(shown(good(plan('sha:8, pr, branch', over)))).toBe('01234567 pr-42> feature-login>')
  })

  test.each([
    ['1.2.3', '1.2.3 1.2> 1> ci-01234567'],
    // Who follows 1.2 has not asked for what is not released yet.
    ['1.2.3-rc.1', '1.2.3-rc.1 ci-01234567'],
  ])('version %s', (version, expected) => {
    const rules = 'semver\nsemver:{{major}}.{{minor}}\nsemver:{{major}}\nsha:8,prefix=ci-'
    expect(shown(good(plan(rules, { branch: undefined, tag: `v${version}` }, version)))).toBe(
      expected,
    )
  })

  test('without a version a rule about it says nothing', () => {
    expect(good(plan('sha:8, semver')).silent).toEqual(['semver: there is no version'])
  })
})

describe('what is no rule', () => {
  test.each([
    ['commit', "'commit' is no rule: rules are sha, branch, pr, semver, raw, latest"],
    ['sha:4', 'from 7 to 64'],
    ['sha:many', 'from 7 to 64'],
    ['raw', 'write the tag after a colon'],
    ['semver:major', 'a pattern is made of {{version}}'],
    ['latest:main', 'latest takes nothing after a colon'],
    ['sha,postfix=x', "'postfix=x' in 'sha,postfix=x' is no setting"],
  ])('%s', (text, problem) => {
    const parsed = parseTagRules(text)
    expect('problems' in parsed ? parsed.problems.join() : '').toContain(problem)
  })

  test.each([
    ['raw:a b', "makes the tag 'a b', which is none"],
    ['branch\nraw:main', "'branch' and 'raw:main' both make the tag 'main'"],
  ])('%s', (rules, problem) => {
    const planned = plan(rules)
    expect('problems' in planned ? planned.problems.join() : '').toContain(problem)
  })
})
