/** What really changes between two task definitions. Values of environment and secrets are never shown. */
import type { DefinitionChange, TaskDefinitionDocument } from '@ecs-pipeline/rollout'

/** A value in a summary is not longer than this. */
const MOST_LETTERS = 120

/**
 * In the order of the wanted document; what ECS fills in by itself is no change. `before` or `after` is `undefined`
 * where the member is added or removed.
 */
export function diffDefinitions(
  before: TaskDefinitionDocument,
  after: TaskDefinitionDocument,
): readonly DefinitionChange[] {
  return diff(flat(withoutTags(before)), flat(withoutTags(after)))
}

const withoutTags = ({ tags: _tags, ...rest }: TaskDefinitionDocument): TaskDefinitionDocument =>
  rest

function diff(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly DefinitionChange[] {
  const paths = [...new Set([...after.keys(), ...before.keys()])]
  return paths.flatMap((path) => {
    const [old, wanted] = [before.get(path), after.get(path)]
    if (old === wanted || isFilling(path, old, wanted)) return []
    return [{ path, ...shown(path, old, wanted) }]
  })
}

/** Members that ECS adds to what was registered: nothing that anybody changed. */
function isFilling(path: string, old: string | undefined, wanted: string | undefined): boolean {
  if (wanted !== undefined || old === undefined) return false
  const name = path.split('.').at(-1)
  if (old === '0' || old === 'null') return true
  if (name === 'protocol') return old === 'tcp'
  if (name === 'essential') return old === 'true'
  return name === 'hostPort'
}

/** Some log drivers have their token among their options. */
const SECRET =
  /(^|\.)(environment|secrets|repositoryCredentials|secretOptions)(\.|$)|\.logConfiguration\.options\..*(token|password|secret|key)/i

function shown(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Omit<DefinitionChange, 'path'> {
  const show = (value: string | undefined): string | undefined => {
    if (value === undefined) return undefined
    if (SECRET.test(path)) return '(not shown)'
    return value.length > MOST_LETTERS ? `${value.slice(0, MOST_LETTERS)}…` : value
  }
  return { before: show(before), after: show(after) }
}

/** Every leaf by its path; items of lists that have a name are known by it, others by their place. */
function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => flat(item, at(nameOf(item) ?? String(index)), into))
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      // The name is in the path already.
      if (key !== 'name' || path === '') flat(member, at(key), into)
    }
  } else if (value !== undefined) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return into
}

function nameOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined
  const name = item['name'] ?? item['containerPort'] ?? item['sourceVolume']
  return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
