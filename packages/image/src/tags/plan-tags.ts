/** Which tags an image gets in this run, and which of them first. */
import { parseVersion, versionText, type Version } from '../version/semver.ts'
import type { TagRule } from './tag-rules.ts'
import { isTag, tagText } from './tag-text.ts'

/** What the run is about, as GitHub tells it. */
export interface Commit {
  /** The id of the commit whose files are built; on a pull request that of its head, not of the merge. */
  readonly sha: string
  /** `undefined` when the run is not about a branch. */
  readonly branch: string | undefined
  /** A Git tag. */
  readonly tag: string | undefined
  readonly pullRequest: number | undefined
  readonly isDefaultBranch: boolean
}

export interface PlannedTag {
  readonly tag: string
  /** It names another image after the next run, so that it is moved last and only to an image that has passed. */
  readonly moves: boolean
  /** The rule that it comes from. */
  readonly rule: string
}

export interface TagPlan {
  /** What is pushed first; nothing but this image ever has it. */
  readonly primary: string
  /** All the others, in the order of the rules. */
  readonly others: readonly PlannedTag[]
  /** Rules that say nothing in this run, and why. */
  readonly silent: readonly string[]
}

export type Planned = { readonly plan: TagPlan } | { readonly problems: readonly string[] }

/** `version`: of the image; `undefined` when there is none. */
export function planTags(
  rules: readonly TagRule[],
  commit: Commit,
  version: Version | undefined,
): Planned {
  const silent: string[] = []
  const problems: string[] = []
  const tags: PlannedTag[] = []
  for (const rule of rules) {
    const read = tagOf(rule, commit, version)
    if ('silent' in read) {
      silent.push(`${rule.text}: ${read.silent}`)
      continue
    }
    const { tag, moves } = { ...read, tag: `${rule.prefix}${read.tag}${rule.suffix}` }
    if (!isTag(tag)) {
      problems.push(
        `'${rule.text}' makes the tag '${tag}', which is none: letters, digits, '_', '.' and '-', at most 128, and no '.' or '-' first.`,
      )
      continue
    }
    const same = tags.find((each) => each.tag === tag)
    if (!same) tags.push({ tag, moves, rule: rule.text })
    else if (same.rule !== rule.text && same.moves !== moves) {
      problems.push(
        `'${same.rule}' and '${rule.text}' both make the tag '${tag}', and only one of them moves it. Give one a prefix.`,
      )
    }
  }
  if (problems.length > 0) return { problems }
  const primary = tags.find(({ moves }) => !moves)?.tag ?? tagText(commit.sha)
  return { plan: { primary, others: tags.filter(({ tag }) => tag !== primary), silent } }
}

type Read = { readonly tag: string; readonly moves: boolean } | { readonly silent: string }

function tagOf(rule: TagRule, commit: Commit, version: Version | undefined): Read {
  switch (rule.name) {
    case 'sha':
      return { tag: commit.sha.slice(0, Number(rule.argument ?? commit.sha.length)), moves: false }
    case 'branch':
      return commit.branch === undefined
        ? { silent: 'this run is not about a branch' }
        : { tag: tagText(commit.branch), moves: true }
    case 'pr':
      return commit.pullRequest === undefined
        ? { silent: 'this run is not about a pull request' }
        : { tag: `pr-${commit.pullRequest}`, moves: true }
    case 'semver':
      return version
        ? versionTag(rule.argument ?? '{{version}}', version)
        : { silent: 'there is no version' }
    case 'raw':
      return { tag: rule.argument ?? '', moves: false }
    case 'latest':
      return commit.isDefaultBranch
        ? { tag: 'latest', moves: true }
        : { silent: 'this run is not about the default branch' }
  }
}

/** `1.2.3` stays with its image; `1.2` and `1` move to the next one, but never to a pre-release. */
function versionTag(pattern: string, version: Version): Read {
  const { major, minor, patch, preRelease } = version
  const isWhole =
    pattern.includes('{{version}}') ||
    ['{{major}}', '{{minor}}', '{{patch}}'].every((part) => pattern.includes(part))
  if (!isWhole && preRelease !== '') {
    return { silent: `${versionText(version)} is a pre-release` }
  }
  const tag = pattern
    .replaceAll('{{version}}', versionText(version))
    .replaceAll('{{major}}', String(major))
    .replaceAll('{{minor}}', String(minor))
    .replaceAll('{{patch}}', `${patch}${preRelease === '' ? '' : `-${preRelease}`}`)
  return { tag, moves: !isWhole }
}

/** The version that a Git tag names. */
export const versionOf = (tag: string | undefined): Version | undefined =>
  tag === undefined ? undefined : parseVersion(tag)
