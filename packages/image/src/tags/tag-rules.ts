/** The rules that say which tags an image gets. */
import { isTag } from './tag-text.ts'

export const TAG_RULES = ['sha', 'branch', 'pr', 'semver', 'raw', 'latest'] as const
export type TagRuleName = (typeof TAG_RULES)[number]

export interface TagRule {
  readonly name: TagRuleName
  /** What stands after the colon: of `sha` its length, of `semver` a pattern, of `raw` the tag itself. */
  readonly argument: string | undefined
  readonly prefix: string
  readonly suffix: string
  /** The line as it was written. */
  readonly text: string
}

/** Parts of a version that a pattern of `semver` may name. */
export const VERSION_PATTERN = /\{\{(version|major|minor|patch)\}\}/g

/** A commit's whole id has so many characters (SHA-1; a repository with SHA-256 has 64). */
const SHA_LENGTH = { least: 7, most: 64 }

export type ParsedRules =
  | { readonly rules: readonly TagRule[] }
  /** One line for each rule that cannot be read. */
  | { readonly problems: readonly string[] }

/** One rule a line, or several with commas between them where none has settings. */
export function parseTagRules(text: string): ParsedRules {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const read = lines.flatMap(partsOf).map(parseRule)
  const problems = read.filter((each) => typeof each === 'string')
  const rules = read.filter((each) => typeof each !== 'string')
  return problems.length > 0 ? { problems } : { rules }
}

/** `sha, latest` on one line are two rules; `sha, prefix=web-` is one. */
const partsOf = (line: string): readonly string[] =>
  line.includes('=') ? [line] : line.split(',').flatMap((part) => part.trim() || [])

function parseRule(text: string): TagRule | string {
  const [head = '', ...settings] = text.split(',').map((part) => part.trim())
  const colon = head.indexOf(':')
  const name = colon === -1 ? head : head.slice(0, colon)
  const argument = colon === -1 ? undefined : head.slice(colon + 1).trim()
  if (!isRuleName(name)) {
    return `'${text}' is no rule: rules are ${TAG_RULES.join(', ')}. A tag of your own is raw:TAG.`
  }
  const affixes = { prefix: '', suffix: '' }
  for (const setting of settings) {
    const [key, value] = split(setting)
    if (key !== 'prefix' && key !== 'suffix') {
      return `'${setting}' in '${text}' is no setting of a rule: write prefix=TEXT or suffix=TEXT.`
    }
    affixes[key] = value
  }
  const problem = argumentProblem(name, argument, text)
  return problem ?? { name, argument, ...affixes, text }
}

const isRuleName = (name: string): name is TagRuleName =>
  (TAG_RULES as readonly string[]).includes(name)

function split(setting: string): readonly [string, string] {
  const equals = setting.indexOf('=')
  return equals === -1 ? [setting, ''] : [setting.slice(0, equals), setting.slice(equals + 1)]
}

function argumentProblem(
  name: TagRuleName,
  argument: string | undefined,
  text: string,
): string | undefined {
  switch (name) {
    case 'sha': {
      if (argument === undefined) return undefined
      const length = Number(argument)
      const isLength =
        Number.isInteger(length) && length >= SHA_LENGTH.least && length <= SHA_LENGTH.most
      return isLength
        ? undefined
        : `'${text}': the number is how many characters of the commit's id are used, from ${SHA_LENGTH.least} to ${SHA_LENGTH.most}.`
    }
    case 'semver': {
      if (argument === undefined) return undefined
      const rest = argument.replace(VERSION_PATTERN, '')
      return argument !== rest && isTag(`x${rest}`)
        ? undefined
        : `'${text}': a pattern is made of {{version}}, {{major}}, {{minor}} and {{patch}}, for example semver:{{major}}.{{minor}}.`
    }
    case 'raw':
      return argument === undefined || argument === ''
        ? `'${text}': write the tag after a colon, for example raw:nightly.`
        : undefined
    default:
      return argument === undefined ? undefined : `'${text}': ${name} takes nothing after a colon.`
  }
}
