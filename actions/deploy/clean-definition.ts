/**
 * Leaves empty members out of a task definition file, as the official action does it (`cleanNullKeys` and
 * `maintainValidObjects` of its index.js): files that were written for it hold skeletons full of `null` and `[]`.
 */
import type { TaskDefinitionDocument } from '@ecs-pipeline/rollout'

export interface Cleaned {
  readonly document: TaskDefinitionDocument
  /** Paths of empty texts that were left out: unlike an empty list they may have been meant. */
  readonly emptyTexts: readonly string[]
}

type Members = Readonly<Record<string, unknown>>

/** `kept`: names of members that stay as they are, wherever they stand. Variables of containers may be empty too. */
export function cleanDefinition(
  document: TaskDefinitionDocument,
  kept: readonly string[],
): Cleaned {
  const emptyTexts: string[] = []
  const clean = (value: unknown, path: readonly string[]): unknown => {
    const name = path.at(-1) ?? ''
    if (kept.includes(name)) return value ?? undefined
    if (value === '') emptyTexts.push(pathOf(path))
    if (value === null || value === '') return undefined
    if (Array.isArray(value)) return cleanList(value, path)
    return isMembers(value) ? cleanMembers(value, path) : value
  }
  const cleanList = (list: readonly unknown[], path: readonly string[]): unknown => {
    const items = list
      .map((item, index) =>
        clean(filled(item, path, document), [...path, nameOf(item) ?? `${index}`]),
      )
      .filter((item) => item !== undefined)
    return items.length === 0 ? undefined : items
  }
  const cleanMembers = (members: Members, path: readonly string[]): unknown => {
    const isPair = isKeptPair(path, document)
    const left = Object.entries(members).flatMap(([name, value]) => {
      if (isPair && value === '') return [[name, value] as const]
      const cleaned = clean(value, [...path, name])
      return cleaned === undefined ? [] : [[name, cleaned] as const]
    })
    return left.length === 0 ? undefined : Object.fromEntries(left)
  }
  return { document: (cleanMembers(document, []) ?? {}) as TaskDefinitionDocument, emptyTexts }
}

/** Lists of pairs whose texts may be empty. */
function pairListAt(path: readonly string[], document: TaskDefinitionDocument): boolean {
  const [first, , third] = path
  if (first === 'containerDefinitions') return path.length === 3 && third === 'environment'
  const proxy = document['proxyConfiguration']
  const isMesh = isMembers(proxy) && proxy['type'] === 'APPMESH'
  return isMesh && path.join('.') === 'proxyConfiguration.properties'
}

const isKeptPair = (path: readonly string[], document: TaskDefinitionDocument): boolean =>
  pairListAt(path.slice(0, -1), document)

/** A pair without a value, or with `null`, has an empty one. */
function filled(item: unknown, path: readonly string[], document: TaskDefinitionDocument): unknown {
  if (!pairListAt(path, document) || !isMembers(item)) return item
  const { name, value } = item
  if ((name ?? '') === '' && (value ?? '') === '') return undefined
  return {
    ...item,
    ...(path[0] === 'proxyConfiguration' && { name: name ?? '' }),
    value: value ?? '',
  }
}

/** `containerDefinitions.app.command[1]` */
const pathOf = (path: readonly string[]): string =>
  path
    .map((each, index) => (/^\d+$/.test(each) ? `[${each}]` : index === 0 ? each : `.${each}`))
    .join('')

const nameOf = (item: unknown): string | undefined =>
  isMembers(item) && typeof item['name'] === 'string' && item['name'] !== ''
    ? item['name']
    : undefined

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
