/** The one decoder that the SDK does not have: an awsQuery form, read by the schema of the operation's input. */
import type { NormalizedSchema } from '@smithy/core/schema'
import { readText, traitsOf } from './codecs.ts'

type Tree = { [key: string]: Tree | string }

/** `A.member.1.B=x` becomes `{ A: { member: { 1: { B: 'x' } } } }`. Throws on a name that is a value and a branch. */
export function parseForm(body: string): Tree {
  const root: Tree = Object.create(null) as Tree
  for (const [key, value] of new URLSearchParams(body)) {
    const parts = key.split('.')
    const last = parts.pop() ?? ''
    let at = root
    for (const part of parts) {
      const next = (at[part] ??= Object.create(null) as Tree)
      if (typeof next === 'string') throw new SyntaxError(`${key} goes on below a value.`)
      at = next
    }
    at[last] = value
  }
  return root
}

export function readForm(schema: NormalizedSchema, node: Tree | string): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node)
  if (schema.isListSchema()) return readList(schema, node)
  if (schema.isMapSchema()) return readMap(schema, node)
  if (typeof node !== 'string')
    throw new SyntaxError(`${schema.getName() ?? 'A member'} is no plain value.`)
  const value = readText(schema, node)
  if (Number.isNaN(value) && node !== 'NaN') throw new SyntaxError(`'${node}' is no number.`)
  return value
}

function readStructure(schema: NormalizedSchema, node: Tree | string): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  if (typeof node === 'string') return out
  for (const [name, member] of schema.structIterator()) {
    const value = node[xmlName(member) ?? name]
    if (value !== undefined) out[name] = readForm(member, value)
  }
  return out
}

function readList(schema: NormalizedSchema, node: Tree | string): unknown[] {
  if (typeof node === 'string') return []
  const item = schema.getValueSchema()
  const isFlat = traitsOf(schema)['xmlFlattened'] !== undefined
  const items = isFlat ? node : node[xmlName(item) ?? 'member']
  return inOrder(items).map((value) => readForm(item, value))
}

function readMap(schema: NormalizedSchema, node: Tree | string): Record<string, unknown> {
  if (typeof node === 'string') return {}
  const isFlat = traitsOf(schema)['xmlFlattened'] !== undefined
  const keyName = xmlName(schema.getKeySchema()) ?? 'key'
  const valueName = xmlName(schema.getValueSchema()) ?? 'value'
  return Object.fromEntries(
    inOrder(isFlat ? node : node['entry']).map((entry) => {
      if (typeof entry === 'string') throw new SyntaxError('An entry of a map is a plain value.')
      const key = entry[keyName]
      if (typeof key !== 'string') throw new SyntaxError('A key of a map is no plain value.')
      return [key, readForm(schema.getValueSchema(), entry[valueName] ?? '')]
    }),
  )
}

/** The members `1`, `2`, … of a list, in the order of their numbers. */
function inOrder(node: Tree | string | undefined): (Tree | string)[] {
  if (node === undefined || typeof node === 'string') return []
  return Object.entries(node)
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value)
}

const xmlName = (schema: NormalizedSchema): string | undefined =>
  traitsOf(schema)['xmlName'] as string | undefined
