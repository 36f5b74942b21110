/**
 * The SDK's codecs take any JSON or CBOR value where a schema wants another one. AWS answers such a request with
 * SerializationException, so a handler never sees one.
 */
import { types } from 'node:util'
import type { NormalizedSchema } from '@smithy/core/schema'

/** Throws a SyntaxError that names the first member which is not what the schema says; its words are unproven. */
export function checkTypes(schema: NormalizedSchema, value: unknown, path = ''): void {
  const kind = kindOf(schema)
  if (kind === undefined) return
  if (!IS[kind](value)) {
    throw new SyntaxError(`${path === '' ? 'The body' : `'${path}'`} has to be ${kind}.`)
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema()
    for (const [index, each] of (value as readonly unknown[]).entries()) {
      checkTypes(item, each, `${path}.${index + 1}.member`)
    }
  } else if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    for (const [key, each] of Object.entries(value as object)) {
      checkTypes(member, each, `${path}.${key}`)
    }
  } else if (schema.isStructSchema()) {
    const members = value as Readonly<Record<string, unknown>>
    for (const [name, member] of schema.structIterator()) {
      const given = members[name]
      if (given === undefined || given === null) continue
      checkTypes(member, given, path === '' ? name : `${path}.${name}`)
    }
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const IS = {
  'a list': (value: unknown) => Array.isArray(value),
  'an object': isObject,
  'a text': (value: unknown) => typeof value === 'string',
  'a number': (value: unknown) => typeof value === 'number',
  'true or false': (value: unknown) => typeof value === 'boolean',
  'a time': (value: unknown) => types.isDate(value) && !Number.isNaN(value.getTime()),
  bytes: (value: unknown) => types.isUint8Array(value),
} as const satisfies Record<string, (value: unknown) => boolean>

/** Nothing for documents and other schemas that may be anything. */
function kindOf(schema: NormalizedSchema): keyof typeof IS | undefined {
  if (schema.isListSchema()) return 'a list'
  if (schema.isMapSchema() || schema.isStructSchema()) return 'an object'
  if (schema.isStringSchema()) return 'a text'
  if (schema.isNumericSchema()) return 'a number'
  if (schema.isBooleanSchema()) return 'true or false'
  if (schema.isTimestampSchema()) return 'a time'
  if (schema.isBlobSchema()) return 'bytes'
  return undefined
}
