/**
 * What AWS checks of an input before an operation sees it, and the SDK does not: required members (the schemas carry
 * them) and the value sets, lengths and patterns of the service models (the schemas do not, so services list those
 * that matter here). All violations of a request come in one error, as AWS words it.
 */
import type { NormalizedSchema } from '@smithy/core/schema'
import type { Operation } from './codecs.ts'
import { CodedError } from './errors.ts'
import type { Service } from './service.ts'

/** A rule about one member, by its path in the input; lists on the way apply to each item. */
export type Constraint = { readonly path: string } & (
  | { readonly oneOf: readonly string[] }
  | { readonly pattern: RegExp }
  | { readonly minLength?: number; readonly maxLength?: number }
  | { readonly minimum?: number; readonly maximum?: number }
)

/**
 * The code that a service gives a request which its model does not allow. Query services: `ValidationError` (their
 * 'Common Errors' pages). ECS and ECR list InvalidParameterException; that ECS uses it for required members is
 * unproven, as is what CodeDeploy answers.
 */
const CODES: Readonly<Record<string, string>> = {
  ECS: 'InvalidParameterException',
  ECR: 'InvalidParameterException',
  'CloudWatch Logs': 'InvalidParameterException',
  'Application Auto Scaling': 'ValidationException',
  CodeDeploy: 'ValidationException',
  'Route 53': 'InvalidInput',
}

/** Throws AWS's validation error when the input breaks the model. */
export function checkConstraints(service: Service, operation: Operation, input: unknown): void {
  const problems = [
    ...missingMembers(operation.input, input, ''),
    ...(service.constraints?.[operation.name] ?? []).flatMap((rule) => violations(rule, input)),
  ]
  if (problems.length === 0) return
  const count =
    problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`
  throw new CodedError(
    CODES[service.name] ?? 'ValidationError',
    `${count} detected: ${problems.join('; ')}`,
  )
}

const problem = (value: string, path: string, rule: string): string =>
  `Value ${value} at '${path}' failed to satisfy constraint: ${rule}`

function missingMembers(schema: NormalizedSchema, value: unknown, path: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (schema.isListSchema() && Array.isArray(value)) {
    const item = schema.getValueSchema()
    return value.flatMap((each, index) => missingMembers(item, each, `${path}.${index + 1}.member`))
  }
  if (!schema.isStructSchema() || typeof value !== 'object') return []
  const required = requiredCount(schema)
  const members = value as Readonly<Record<string, unknown>>
  return [...schema.structIterator()].flatMap(([name, member], index) => {
    const at = path === '' ? name : `${path}.${name}`
    const given = members[name]
    if (given === undefined || given === null) {
      return index < required ? [problem('null', at, 'Member must not be null')] : []
    }
    return missingMembers(member, given, at)
  })
}

/** The SDK puts the required members of a structure first and their number last in its static schema. */
function requiredCount(schema: NormalizedSchema): number {
  const raw = schema.getSchema()
  const count = Array.isArray(raw) ? (raw as readonly unknown[])[6] : undefined
  return typeof count === 'number' ? count : 0
}

function violations(rule: Constraint, input: unknown): readonly string[] {
  return valuesAt(input, rule.path.split('.')).flatMap((value) => {
    const text = String(value)
    const broken = brokenRule(rule, value, text)
    return broken === undefined ? [] : [problem(`'${text}'`, rule.path, broken)]
  })
}

function brokenRule(rule: Constraint, value: unknown, text: string): string | undefined {
  if ('oneOf' in rule) {
    if (rule.oneOf.includes(text)) return undefined
    return `Member must satisfy enum value set: [${rule.oneOf.join(', ')}]`
  }
  if ('pattern' in rule) {
    return rule.pattern.test(text)
      ? undefined
      : `Member must satisfy regular expression pattern: ${rule.pattern.source}`
  }
  if ('minimum' in rule || 'maximum' in rule) {
    const { minimum = -Infinity, maximum = Infinity } = rule
    const number = Number(value)
    if (number < minimum) return `Member must have value greater than or equal to ${minimum}`
    return number > maximum ? `Member must have value less than or equal to ${maximum}` : undefined
  }
  const { minLength = 0, maxLength = Infinity } = rule as { minLength?: number; maxLength?: number }
  const length = Array.isArray(value) ? value.length : text.length
  if (length < minLength) return `Member must have length greater than or equal to ${minLength}`
  return length > maxLength
    ? `Member must have length less than or equal to ${maxLength}`
    : undefined
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path
  if (value === undefined || value === null) return []
  if (name === undefined) return [value]
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path))
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest)
}
