/**
 * The SDK's own codecs, used the other way round: what a client serializes we read, what it reads we serialize. They
 * are exported subpaths of the SDK but not its public face, so test/wire/round-trip.test.ts guards every upgrade.
 */
import { XmlCodec } from '@aws-sdk/core/protocols'
import { CborCodec } from '@smithy/core/cbor'
import { FromStringShapeDeserializer, JsonCodec2 } from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'
import type { ProtocolSettings, Service } from './service.ts'

/** How a request was written, and so how its answer has to be. */
export type Wire = 'json' | 'cbor' | 'query' | 'rest-xml'

/** Smithy's numbers for timestamp formats: 5 is date-time, 7 is epoch seconds. */
const DATE_TIME = 5
const EPOCH_SECONDS = 7

interface Codec {
  createSerializer(): { write(schema: unknown, value: unknown): void; flush(): string | Uint8Array }
  createDeserializer(): { read(schema: unknown, data: unknown): unknown }
}

export const jsonCodec = new JsonCodec2({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  jsonName: false,
}) as unknown as Codec

export const cborCodec = new CborCodec() as unknown as Codec

export const xmlCodec = (settings: ProtocolSettings): Codec =>
  new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace: settings.xmlNamespace ?? '',
    serviceNamespace: settings.defaultNamespace,
  })

const text = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: DATE_TIME },
  httpBindings: false,
})

/** Reads one scalar (number, boolean, timestamp, blob, string) from its text form. */
export const readText = (schema: NormalizedSchema, value: string): unknown =>
  text.read(schema, value)

export function encode(codec: Codec, schema: unknown, value: unknown): string | Uint8Array {
  const serializer = codec.createSerializer()
  serializer.write(schema, value)
  return serializer.flush()
}

/** An operation as client packages export it under `NAME$`: `[9, namespace, name, traits, input, output]`. */
export interface Operation {
  readonly name: string
  readonly input: NormalizedSchema
  /** As exported, for embedding in an envelope. */
  readonly outputSchema: unknown
  readonly output: NormalizedSchema
  /** Where it stands in its trait: method, path pattern, and the status of a good answer. */
  readonly http: readonly [method: string, pattern: string, status: number] | undefined
}

/** `undefined` when the service has no such operation. */
export function operationOf(service: Service, name: string): Operation | undefined {
  const exported = service.sdk[`${name}$`]
  if (!Array.isArray(exported) || exported[0] !== 9) return undefined
  const [, , , traits, input, output] = exported as [9, string, string, unknown, unknown, unknown]
  return {
    name,
    input: NormalizedSchema.of(input as never),
    outputSchema: output,
    output: NormalizedSchema.of(output as never),
    http: (traits as { readonly http?: Operation['http'] } | undefined)?.http,
  }
}

/** A structure made on the spot, in the SDK's static form: `[3, namespace, name, traits, names, schemas]`. */
export const structure = (name: string, members: Readonly<Record<string, unknown>>): unknown => [
  3,
  'local',
  name,
  0,
  Object.keys(members),
  Object.values(members),
]

/** Merged Smithy traits of a schema, by name. */
export const traitsOf = (schema: NormalizedSchema): Readonly<Record<string, unknown>> =>
  schema.getMergedTraits()
