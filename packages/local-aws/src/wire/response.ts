import { NormalizedSchema, TypeRegistry } from '@smithy/core/schema'
import { cborCodec, encode, jsonCodec, structure, traitsOf, xmlCodec, type Wire } from './codecs.ts'
import { CodedError, type PartOfCall } from './errors.ts'
import type { Call } from './request.ts'
import { answerRest } from './rest-xml.ts'
import type { Service } from './service.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Smithy's number for a document schema: any JSON value. */
const DOCUMENT = 15
const RESPONSE_METADATA = structure('ResponseMetadata', { RequestId: 0 })

export function answerOutput(call: Call, output: unknown, requestId: string): Answer {
  const { operation, service, wire } = call
  const isUnit = operation.output.isUnitSchema()
  if (wire === 'query') {
    const result = `${operation.name}Result`
    const envelope = structure(`${operation.name}Response`, {
      ...(isUnit ? {} : { [result]: operation.outputSchema }),
      ResponseMetadata: RESPONSE_METADATA,
    })
    const value = { [result]: output, ResponseMetadata: { RequestId: requestId } }
    return { status: 200, headers: {}, body: encode(xmlCodec(service.settings), envelope, value) }
  }
  if (wire === 'rest-xml') return answerRest(call, output)
  const codec = wire === 'cbor' ? cborCodec : jsonCodec
  return {
    status: 200,
    headers: wire === 'cbor' ? { 'smithy-protocol': 'rpc-v2-cbor' } : {},
    body: isUnit ? '' : encode(codec, operation.output, output),
  }
}

export function answerError(call: PartOfCall, error: unknown, requestId: string): Answer {
  const described = describe(call.service, error)
  const headers = {
    'x-amzn-errortype': described.name,
    ...(call.service?.settings.awsQueryCompatible
      ? { 'x-amzn-query-error': `${described.code};${described.type}` }
      : {}),
    ...(call.wire === 'cbor' ? { 'smithy-protocol': 'rpc-v2-cbor' } : {}),
  }
  return { status: described.status, headers, body: errorBody(call, described, requestId) }
}

interface DescribedError {
  /** The exception's name, `code` its name in query protocols. */
  readonly name: string
  readonly code: string
  readonly message: string
  readonly status: number
  readonly type: 'Sender' | 'Receiver'
  /** The modelled members beside the message. */
  readonly members: Readonly<Record<string, unknown>>
}

/** An error that has no `$fault` is a mistake of ours, and answered as AWS answers its own. */
function describe(service: Service | undefined, error: unknown): DescribedError {
  const thrown = (error ?? {}) as Readonly<Record<string, unknown>> & Partial<Error>
  if (thrown['$fault'] === undefined) {
    return {
      name: 'InternalFailure',
      code: 'InternalFailure',
      message: 'The local endpoint made a mistake; its log has the stack trace.',
      status: 500,
      type: 'Receiver',
      members: {},
    }
  }
  const name = String(thrown.name)
  const schema = service && schemaOf(service, name)
  const traits = schema ? traitsOf(schema) : {}
  const query = traits['awsQueryError'] as readonly [string, number] | undefined
  const isServer = (traits['error'] ?? thrown['$fault']) === 'server'
  const own = error instanceof CodedError ? error.status : undefined
  return {
    name,
    code: query?.[0] ?? name,
    message: thrown.message ?? '',
    status:
      own ?? (traits['httpError'] as number | undefined) ?? query?.[1] ?? (isServer ? 500 : 400),
    type: isServer ? 'Receiver' : 'Sender',
    members: schema ? modelledMembers(schema, thrown) : {},
  }
}

function schemaOf(service: Service, name: string): NormalizedSchema | undefined {
  try {
    const registry = TypeRegistry.for(service.settings.defaultNamespace)
    return NormalizedSchema.of(registry.getSchema(name))
  } catch {
    return undefined
  }
}

function modelledMembers(
  schema: NormalizedSchema,
  thrown: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  for (const [name] of schema.structIterator()) {
    const value = thrown[name]
    if (value !== undefined && name.toLowerCase() !== 'message') members[name] = value
  }
  return members
}

/** For the error that no service here is meant. */
const NO_SERVICE = { defaultNamespace: '', version: '', serviceTarget: '' }

function errorBody(
  call: PartOfCall,
  { name, code, message, type, members }: DescribedError,
  requestId: string,
): string | Uint8Array {
  const wire: Wire = call.wire ?? 'json'
  if (wire !== 'query' && wire !== 'rest-xml') {
    const codec = wire === 'cbor' ? cborCodec : jsonCodec
    return encode(codec, DOCUMENT, { __type: name, message, ...members })
  }
  const envelope = structure('ErrorResponse', {
    Error: structure('Error', { Type: 0, Code: 0, Message: 0 }),
    RequestId: 0,
  })
  const value = { Error: { Type: type, Code: code, Message: message }, RequestId: requestId }
  return encode(xmlCodec(call.service?.settings ?? NO_SERVICE), envelope, value)
}
