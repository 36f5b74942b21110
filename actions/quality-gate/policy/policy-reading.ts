/** What the readers of the parts of a policy share. */
import { describeValue, type Fields, type Place, type Problems } from '@ecs-pipeline/action-kit'
import type { Level } from '@ecs-pipeline/quality'

export interface Reading {
  readonly problems: Problems
  /** What was read, and the fields that it was read from: what only the whole file can tell has a place, too. */
  readonly fieldsOf: Map<object, Fields>
}

/** Where something stands in the policy, for what is told about it later. */
export const whereOf = ({ problems }: Reading, { line }: Place): string =>
  `${problems.name}:${line}`

export function remember<Part extends object>(part: Part, fields: Fields, reading: Reading): Part {
  reading.fieldsOf.set(part, fields)
  return part
}

/** One text or a list of them; `undefined` when the key is not there or wrong. */
export function textList(fields: Fields, key: string): readonly string[] | undefined {
  const value = fields.value(key)
  if (!value) return undefined
  if (value.kind !== 'list') {
    const text = fields.text(key)
    return text === undefined ? undefined : [text]
  }
  const texts = value.items.map((item) => (item.kind === 'text' ? item.text : ''))
  const wrong = value.items.find((item) => item.kind !== 'text' || item.text.trim() === '')
  if (!wrong) return texts
  fields.report(key, `\`${key}\` is a list of texts; ${describeValue(wrong)} is none.`)
  return undefined
}

/** Reports what looks like an expression of a workflow: nobody replaces it here. */
export function checkNoExpression(fields: Fields, key: string, text: string): void {
  if (!text.includes('${{')) return
  const advice = 'Give the step the value under `env`, where every check can read it.'
  fields.report(key, `\`${key}\`: GitHub replaces \${{ … }} in workflows only. ${advice}`)
}

/** Of checks and gates: what can stand in an output, a file name and a key of a cache. */
export function readId(fields: Fields, key: string): string | undefined {
  const id = fields.text(key)
  if (id === undefined || /^[A-Za-z0-9][\w.-]{0,99}$/.test(id)) return id
  fields.report(
    key,
    `\`${key}\` has letters, digits, '.', '_' and '-' only, and at most 100 of them.`,
  )
  return undefined
}

export const readLevel = (fields: Fields): Level | undefined =>
  fields.choice('level', ['error', 'warning'], (given) =>
    given === 'warn' ? 'Write warning.' : undefined,
  )

/** A path below the root: no `..`, not absolute, with no slash at its end. */
export function readFolder(fields: Fields, key: string): string | undefined {
  const folder = fields.text(key)
  if (folder === undefined) return undefined
  const plain = folder.replace(/^(\.\/)+/, '').replace(/\/+$/, '') || '.'
  const isInside =
    !plain.startsWith('/') && !plain.split('/').includes('..') && !plain.includes('\\')
  if (isInside) return plain
  fields.report(
    key,
    `\`${key}\` is a folder of the repository, counted from its root, not ${folder}.`,
  )
  return undefined
}

/** Paths or globs that stay below the folder that they count from; `!` excludes. Reports the first that does not. */
export function readPaths(fields: Fields, key: string): readonly string[] | undefined {
  const paths = textList(fields, key)
  if (paths?.length === 0)
    fields.report(key, `\`${key}\` is an empty list. Write a path, or leave it away.`)
  const outside = paths?.find((path) => {
    const plain = path.replace(/^!/, '')
    return /^([\\/]|[a-z]:)/i.test(plain) || plain.split(/[\\/]/).includes('..')
  })
  if (outside === undefined) return paths
  const advice = 'Write it without a leading slash and without `..`.'
  fields.report(
    key,
    `\`${key}\` leads out of the folder that it counts from: ${outside}. ${advice}`,
  )
  return undefined
}

/** The texts that stand more than once. */
export const repeated = <Item>(
  items: readonly Item[],
  name: (item: Item) => string,
): readonly Item[] =>
  items.filter((item, index) => items.findIndex((other) => name(other) === name(item)) < index)
