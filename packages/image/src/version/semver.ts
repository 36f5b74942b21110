/** Versions as semver.org defines them (2.0.0), as far as tags of images need them. */

export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** `rc.1` of `1.2.0-rc.1`; empty for a release. */
  readonly preRelease: string
}

/** The expression that semver.org suggests, with the `v` that Git tags have; build metadata is dropped. */
const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text)
  if (!match) return undefined
  const [, major, minor, patch, preRelease = ''] = match
  return { major: Number(major), minor: Number(minor), patch: Number(patch), preRelease }
}

export const versionText = ({ major, minor, patch, preRelease }: Version): string =>
  `${major}.${minor}.${patch}${preRelease === '' ? '' : `-${preRelease}`}`

/** Negative when `a` comes before `b` (section 11 of semver.org). */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    comparePreReleases(a.preRelease, b.preRelease)
  )
}

function comparePreReleases(a: string, b: string): number {
  if (a === b) return 0
  // A release comes after its own pre-releases.
  if (a === '') return 1
  if (b === '') return -1
  const left = a.split('.')
  const right = b.split('.')
  for (const [index, one] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const order = compareIdentifiers(one, other)
    if (order !== 0) return order
  }
  return -1
}

function compareIdentifiers(a: string, b: string): number {
  const isNumber = [a, b].map((text) => /^\d+$/.test(text))
  if (isNumber[0] === true && isNumber[1] === true) return Number(a) - Number(b)
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
