/**
 * The form of a lifecycle policy: members, types and values. ECR checks it by a JSON schema, whose checker's words it
 * passes on. The words are those that moto's tests and users have quoted; which of several mistakes comes first is
 * unproven.
 */
import { refused } from './refusal.ts'
import type { Rule } from './rule.ts'

type Members = Readonly<Record<string, unknown>>

const MOST_RULES = 50
const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePushed']
/** Of the archive, which is not played. */
const ARCHIVE_COUNT_TYPES = ['sinceImagePulled', 'sinceImageTransitioned']
const NO_SUCH_SCHEMA = 'instance failed to match exactly one schema (matched 0 out of 2)'

/** Throws InvalidParameterException. */
export function checkShape(policy: Members): readonly Rule[] {
  checkMembers(policy, ['rules'], [])
  const rules = policy['rules']
  if (!Array.isArray(rules)) throw wrongType(rules, 'array')
  if (rules.length < 1) {
    throw refused('array is too short: must have at least 1 elements but instance has 0 elements')
  }
  if (rules.length > MOST_RULES) {
    throw refused(
      `array is too long: must have at most ${MOST_RULES} elements but instance has ${rules.length} elements`,
    )
  }
  for (const rule of rules as readonly unknown[]) checkRule(rule)
  return rules as readonly Rule[]
}

function checkRule(value: unknown): void {
  const rule = membersOf(value)
  checkMembers(rule, ['action', 'rulePriority', 'selection'], ['description'])
  checkNumber(rule['rulePriority'])
  if (rule['description'] !== undefined) checkText(rule['description'])
  checkSelection(membersOf(rule['selection']))
  checkAction(membersOf(rule['action']))
}

function checkAction(action: Members): void {
  if (action['type'] === 'transition') throw notPlayed("the action 'transition'")
  checkMembers(action, ['type'], [])
  checkValue(action['type'], ['expire'])
}

function checkSelection(selection: Members): void {
  if (selection['storageClass'] !== undefined) throw notPlayed("'storageClass'")
  checkMembers(
    selection,
    ['countNumber', 'countType', 'tagStatus'],
    ['countUnit', 'tagPatternList', 'tagPrefixList'],
  )
  const { tagStatus, countType, countUnit, countNumber } = selection as Partial<Members>
  checkValue(tagStatus, ['any', 'tagged', 'untagged'])
  if (ARCHIVE_COUNT_TYPES.includes(String(countType))) throw notPlayed(`'${String(countType)}'`)
  if (!COUNT_TYPES.includes(String(countType))) throw refused(NO_SUCH_SCHEMA)
  // One schema is for ages, in days, and one for numbers of images, which have no unit.
  if ((countType === 'sinceImagePushed') !== (countUnit !== undefined)) {
    throw refused(NO_SUCH_SCHEMA)
  }
  if (countUnit !== undefined) checkValue(countUnit, ['days'])
  checkNumber(countNumber)
  for (const list of [selection['tagPrefixList'], selection['tagPatternList']]) checkTexts(list)
}

function checkTexts(list: unknown): void {
  if (list === undefined) return
  if (!Array.isArray(list)) throw wrongType(list, 'array')
  for (const item of list as readonly unknown[]) checkText(item)
}

function checkMembers(
  value: Members,
  required: readonly string[],
  optional: readonly string[],
): void {
  const missing = required.filter((name) => value[name] === undefined)
  if (missing.length > 0) {
    throw refused(`object has missing required properties (${JSON.stringify(missing)})`)
  }
  const unknown = Object.keys(value).filter((name) => ![...required, ...optional].includes(name))
  if (unknown.length > 0) {
    throw refused(
      `object instance has properties which are not allowed by the schema: (${JSON.stringify(unknown.sort())})`,
    )
  }
}

function checkValue(value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return
  throw refused(
    `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(allowed)})`,
  )
}

function checkNumber(value: unknown): void {
  if (!Number.isInteger(value)) throw wrongType(value, 'integer')
  if ((value as number) < 1) {
    throw refused(
      `numeric instance is lower than the required minimum (minimum: 1, found: ${String(value)})`,
    )
  }
}

function checkText(value: unknown): void {
  if (typeof value !== 'string') throw wrongType(value, 'string')
}

function membersOf(value: unknown): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrongType(value, 'object')
}

const wrongType = (value: unknown, allowed: string): Error =>
  refused(
    `instance type (${typeName(value)}) does not match any allowed primitive type (allowed: ["${allowed}"])`,
  )

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const notPlayed = (what: string): Error =>
  refused(`${what} is not implemented by the local endpoint, which has no archive`)
