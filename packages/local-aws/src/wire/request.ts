/** Which operation of which service a request asks for, in whichever protocol it is written. */
import type { IncomingHttpHeaders } from 'node:http'
import { cborCodec, jsonCodec, operationOf, type Operation, type Wire } from './codecs.ts'
import { SerializationException, UnknownOperationException, type PartOfCall } from './errors.ts'
import { parseForm, readForm } from './query-form.ts'
import { findRest, readRest } from './rest-xml.ts'
import type { Service } from './service.ts'
import { checkTypes } from './types.ts'

export interface Call {
  readonly wire: Wire
  readonly service: Service
  readonly operation: Operation
  readonly input: unknown
  /** Of the answer. */
  readonly contentType: string
}

export interface RawRequest {
  readonly method: string
  readonly path: string
  /** What follows `?`; empty when nothing does. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** Decompressed. */
  readonly body: Buffer
}

type Addressed = Omit<Call, 'input'> & { readonly read: () => unknown }

/** Throws UnknownOperationException or SerializationException, which both know the call as far as it is known. */
export async function readCall(services: readonly Service[], request: RawRequest): Promise<Call> {
  const { read, ...call } = address(services, request)
  try {
    const input = call.operation.input.isUnitSchema() ? {} : await read()
    checkTypes(call.operation.input, input)
    return { ...call, input }
  } catch (error) {
    throw new SerializationException(call, error)
  }
}

function address(services: readonly Service[], request: RawRequest): Addressed {
  const { headers, path, query, body } = request
  const rest = findRest(services, request)
  if (rest) {
    const { service, operation } = rest
    const part = { wire: 'rest-xml', contentType: 'text/xml' } as const
    return { ...part, service, operation, read: () => readRest(rest, request) }
  }
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') {
    const [, target = '', name = ''] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? []
    const part = { wire: 'cbor', contentType: 'application/cbor' } as const
    const { service, operation } = find(services, target, name, part)
    const read = (): unknown =>
      body.length === 0 ? {} : cborCodec.createDeserializer().read(operation.input, body)
    return { ...part, service, operation, read }
  }
  const contentType = headers['content-type'] ?? 'application/x-amz-json-1.1'
  const amzTarget = headers['x-amz-target']
  if (typeof amzTarget === 'string') {
    const [target = '', name = ''] = amzTarget.split('.')
    const part = { wire: 'json', contentType } as const
    const { service, operation } = find(services, target, name, part)
    const read = (): unknown =>
      jsonCodec
        .createDeserializer()
        .read(operation.input, body.length === 0 ? Buffer.from('{}') : body)
    return { ...part, service, operation, read }
  }
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return addressForm(services, body)
  // The links in the messages of SNS: a query request in a GET.
  if (query !== '') return addressForm(services, Buffer.from(query))
  throw new UnknownOperationException(`no AWS protocol is recognised in the request for ${path}`)
}

function addressForm(services: readonly Service[], body: Buffer): Addressed {
  const text = body.toString('utf8')
  const part = { wire: 'query', contentType: 'text/xml' } as const
  const plain = new URLSearchParams(text)
  const name = plain.get('Action') ?? ''
  const version = plain.get('Version') ?? ''
  for (const service of services) {
    const operation = service.settings.version === version && operationOf(service, name)
    if (!operation) continue
    const read = (): unknown => readForm(operation.input, parseForm(text))
    return { ...part, service, operation, read }
  }
  throw new UnknownOperationException(`Action ${name}, Version ${version}`, part)
}

function find(
  services: readonly Service[],
  target: string,
  name: string,
  part: PartOfCall,
): { service: Service; operation: Operation } {
  const service = services.find((each) => each.settings.serviceTarget === target)
  const operation = service && operationOf(service, name)
  if (!operation) throw new UnknownOperationException(`${target}.${name}`, part)
  return { service, operation }
}
