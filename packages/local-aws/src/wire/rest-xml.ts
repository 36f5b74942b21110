/** restXml: which operation a request is for stands in its method and path, and so do some members of its input. */
import { encode, operationOf, readText, traitsOf, xmlCodec, type Operation } from './codecs.ts'
import type { Call, RawRequest } from './request.ts'
import type { Answer } from './response.ts'
import type { Service } from './service.ts'

export interface RestCall {
  readonly service: Service
  readonly operation: Operation
  /** The members that stand in the path. */
  readonly labels: Readonly<Record<string, string>>
}

/** `undefined` when the path is none of a service that speaks this protocol: theirs begin with their version. */
export function findRest(
  services: readonly Service[],
  { method, path }: Pick<RawRequest, 'method' | 'path'>,
): RestCall | undefined {
  for (const service of services) {
    if (!path.startsWith(`/${service.settings.version}/`)) continue
    for (const exported of Object.keys(service.sdk)) {
      const operation = exported.endsWith('$') && operationOf(service, exported.slice(0, -1))
      if (!operation || operation.http?.[0] !== method) continue
      const labels = labelsOf(operation.http[1], path)
      if (labels) return { service, operation, labels }
    }
  }
  return undefined
}

/** `/hostedzone/{Id}` for `/hostedzone/Z1`: `{ Id: 'Z1' }`. */
function labelsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  if (wanted.length !== given.length) return undefined
  const labels: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    const label = /^\{(\w+)\}$/.exec(part)?.[1]
    if (label !== undefined) labels[label] = decodeURIComponent(value)
    else if (part !== value) return undefined
  }
  return labels
}

export function readRest({ service, operation, labels }: RestCall, request: RawRequest): unknown {
  const { input } = operation
  const given: Record<string, unknown> =
    request.body.length === 0
      ? {}
      : (xmlCodec(service.settings).createDeserializer().read(input, request.body) as Record<
          string,
          unknown
        >)
  const query = new URLSearchParams(request.query)
  for (const [name, member] of input.structIterator()) {
    const inQuery = traitsOf(member)['httpQuery'] as string | undefined
    const value = labels[name] ?? (inQuery === undefined ? null : query.get(inQuery))
    if (value !== null) given[name] = readText(member, value)
  }
  return given
}

export function answerRest({ operation, service }: Call, output: unknown): Answer {
  const headers: Record<string, string> = {}
  const body: Record<string, unknown> = {}
  const given = output as Readonly<Record<string, unknown>>
  for (const [name, member] of operation.output.structIterator()) {
    const header = traitsOf(member)['httpHeader'] as string | undefined
    const value = given[name]
    if (header === undefined) body[name] = value
    else if (typeof value === 'string') headers[header] = value
  }
  return {
    status: operation.http?.[2] ?? 200,
    headers,
    body: encode(xmlCodec(service.settings), operation.output, body),
  }
}
