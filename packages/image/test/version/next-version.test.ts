import { describe, expect, test } from '@jest/globals'
import { newestVersion, nextVersion } from '../../src/version/next-version.ts'
import { compareVersions, parseVersion, versionText } from '../../src/version/semver.ts'

const next = (last: string | undefined, ...messages: readonly string[]): string =>
  versionText(nextVersion(last === undefined ? undefined : parseVersion(last), messages))

describe('the version that commits lead to', () => {
  test.each([
    ['1.2.3', ['fix: a'], '1.2.4'],
    ['1.2.3', ['fix: a', 'feat(api): b'], '1.3.0'],
    ['1.2.3', ['Feat: in capitals'], '1.3.0'],
    ['1.2.3', ['feat!: c'], '2.0.0'],
    ['1.2.3', ['fix(api)!: c'], '2.0.0'],
    ['1.2.3', ['chore: x\n\nBREAKING CHANGE: y'], '2.0.0'],
    ['1.2.3', ['chore: x\n\nBREAKING-CHANGE: y'], '2.0.0'],
    ['1.2.3', ['fix: no breaking change: none'], '1.2.4'],
    ['1.2.3', ['Merge pull request #1'], '1.2.4'],
    ['0.2.3', ['feat!: c'], '0.3.0'],
    ['0.2.3', ['feat: c'], '0.3.0'],
    ['1.3.0-rc.1', ['fix: a'], '1.3.0'],
    ['1.3.0-rc.1', ['feat!: a'], '2.0.0'],
    ['1.2.3', [], '1.2.3'],
    [undefined, ['feat: first'], '0.1.0'],
    [undefined, ['fix: first'], '0.0.1'],
  ])('%s and %j: %s', (last, messages, expected) => {
    expect(next(last, ...messages)).toBe(expected)
  })
})

describe('versions', () => {
  test('in the order of semver.org, section 11', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ]
    const versions = ordered.map(
      (text) => parseVersion(text) ?? { major: -1, minor: 0, patch: 0, preRelease: '' },
    )
    expect(versions.toReversed().sort(compareVersions).map(versionText)).toEqual(ordered)
  })

  test.each(['1.2', '1.2.3.4', '01.2.3', 'v1.2.x', 'release-1.2.3', '1.2.3-01', ''])(
    '%s is none',
    (text) => {
      expect(parseVersion(text)).toBeUndefined()
    },
  )

  test('the newest of the tags, whatever else there is', () => {
    expect(newestVersion(['v1.9.0', 'v1.10.0', 'nightly', 'v1.10.0-rc.1'])?.tag).toBe('v1.10.0')
    expect(newestVersion(['nightly'])).toBeUndefined()
  })
})
