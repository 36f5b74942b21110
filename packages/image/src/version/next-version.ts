/** The next version by the messages of the commits since the last one (conventionalcommits.org, 1.0.0). */
import { compareVersions, parseVersion, type Version } from './semver.ts'

export type Change = 'major' | 'minor' | 'patch'

/** Before the first release of a repository. */
const NONE: Version = { major: 0, minor: 0, patch: 0, preRelease: '' }

/** `feat(api)!: …`; the type is not case-sensitive (rule 15), BREAKING CHANGE is. */
const HEADER = /^(?<type>[a-z]+)(?:\([^)\n]*\))?(?<breaking>!)?: /i
const BREAKING_FOOTER = /^BREAKING[ -]CHANGE: /m

/** What a commit means to the version. One that does not follow the convention is a patch: it changes something. */
export function changeOf(message: string): Change {
  const { type, breaking } = HEADER.exec(message)?.groups ?? {}
  if (breaking === '!' || BREAKING_FOOTER.test(message)) return 'major'
  return type?.toLowerCase() === 'feat' ? 'minor' : 'patch'
}

/**
 * The version that follows `last`. Below 1.0.0 a breaking change raises the minor number: anything may change there
 * (semver.org, 4), and 1.0.0 is a decision, not the sum of commits. Without commits it is `last` itself.
 */
export function nextVersion(last: Version | undefined, messages: readonly string[]): Version {
  const { major, minor, patch, preRelease } = last ?? NONE
  if (last && messages.length === 0) return last
  const changes = messages.map(changeOf)
  const isEarly = major === 0
  if (changes.includes('major') && !isEarly) return release(major + 1, 0, 0)
  // Of a pre-release, the release itself follows.
  if (preRelease !== '') return release(major, minor, patch)
  if (changes.includes('major') || changes.includes('minor')) return release(major, minor + 1, 0)
  return release(major, minor, patch + 1)
}

const release = (major: number, minor: number, patch: number): Version => ({
  major,
  minor,
  patch,
  preRelease: '',
})

/** The newest of the Git tags that are versions. */
export function newestVersion(
  tags: readonly string[],
): { readonly tag: string; readonly version: Version } | undefined {
  return tags
    .flatMap((tag) => {
      const version = parseVersion(tag)
      return version ? [{ tag, version }] : []
    })
    .reduce<{ tag: string; version: Version } | undefined>(
      (best, each) => (best && compareVersions(best.version, each.version) >= 0 ? best : each),
      undefined,
    )
}
