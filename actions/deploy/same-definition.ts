import type { TaskDefinitionDocument } from '@ecs-pipeline/rollout'

/**
 * Whether registering `wanted` would give a revision that differs from `current` in nothing. ECS fills in members
 * that a file leaves out (empty lists, `cpu: 0`, `protocol: tcp`, host ports), so what `current` has beyond
 * `wanted` counts as the same when it is such a filling.
 */
export function isSameDefinition(
  wanted: TaskDefinitionDocument,
  current: TaskDefinitionDocument,
): boolean {
  return isSame(withoutTags(wanted), withoutTags(current), [])
}

const withoutTags = (document: TaskDefinitionDocument): TaskDefinitionDocument => {
  const { tags: _tags, ...rest } = document
  return rest
}

function isSame(wanted: unknown, current: unknown, path: readonly string[]): boolean {
  if (isFilling(wanted) && isFilling(current)) return true
  if (Array.isArray(wanted) && Array.isArray(current)) return isSameList(wanted, current, path)
  if (isObject(wanted) && isObject(current)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(current)])
    return [...keys].every((key) => {
      if (wanted[key] === undefined && isDefault(key, current, path)) return true
      return isSame(wanted[key], current[key], [...path, key])
    })
  }
  return String(wanted) === String(current) && typeof wanted !== 'object'
}

/** Lists of named things (environment, secrets) have no order for ECS; containers and commands have. */
function isSameList(
  wanted: readonly unknown[],
  current: readonly unknown[],
  path: readonly string[],
): boolean {
  if (wanted.length !== current.length) return false
  const key = path.at(-1)
  const isUnordered = key === 'environment' || key === 'secrets'
  const [a, b] = isUnordered ? [byName(wanted), byName(current)] : [wanted, current]
  return a.every((item, index) => isSame(item, b[index], path))
}

const byName = (items: readonly unknown[]): readonly unknown[] =>
  [...items].sort((a, b) => nameOf(a).localeCompare(nameOf(b)))

const nameOf = (item: unknown): string => (isObject(item) ? String(item['name']) : '')

const isFilling = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0)

function isDefault(
  key: string,
  current: Record<string, unknown>,
  path: readonly string[],
): boolean {
  const parent = path.findLast((each) => !/^\d+$/.test(each))
  if (parent === 'portMappings') {
    if (key === 'protocol') return current[key] === 'tcp'
    if (key === 'hostPort') return current[key] === current['containerPort']
  }
  if (key === 'essential' && parent === 'containerDefinitions') return current[key] === true
  if (path.length === 0 && key === 'networkMode') return current[key] === 'bridge'
  return isFilling(current[key])
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
