import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { CallLog } from '../calls.ts'
import type { Clock } from '../clock/clock.ts'
import { checkConstraints } from './constraints.ts'
import {
  CodedError,
  SerializationException,
  UnknownOperationException,
  type PartOfCall,
} from './errors.ts'
import type { Faults, LostAnswer } from './faults.ts'
import { readCall, type Call } from './request.ts'
import { answerError, answerOutput, type Answer } from './response.ts'
import type { CallContext, Service } from './service.ts'

export interface WireOptions {
  readonly services: readonly Service[]
  readonly calls: CallLog
  readonly clock: Clock
  readonly faults?: Faults
  /** Told of errors that are mistakes of the endpoint. */
  readonly onMistake?: (error: unknown) => void
}

const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Answers AWS requests; give it to `http.createServer`. Never throws: what goes wrong is an answer. */
export function awsHandler(options: WireOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const work = handle(options, request, response).catch(() => {
      response.destroy()
    })
    void options.clock.track(work)
  }
}

async function handle(
  options: WireOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID()
  const body = await readBody(request)
  const { answer, contentType, lost } = await answerTo(options, request, body, requestId)
  // The connection stays open, and is the client's to close.
  if (lost?.lost === 'silence') return
  if (lost?.lost === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  // The SDK corrects its clock by the Date header, and then takes any error for one of a wrong clock. AWS time and the
  // time of a client that shares it, or does not, are both right here, so there is no such header.
  response.sendDate = false
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': requestId,
    'content-type': contentType,
    'content-length': Buffer.byteLength(answer.body),
  })
  response.end(answer.body)
}

type Body = { readonly bytes: Buffer } | { readonly problem: Error }

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) return { problem: tooLarge() }
  const body = Buffer.concat(chunks)
  try {
    const isZipped = request.headers['content-encoding'] === 'gzip'
    return { bytes: isZipped ? gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES }) : body }
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return { problem: isLarge ? tooLarge() : new SerializationException({}, error) }
  }
}

/** The code and the words are unproven. */
const tooLarge = (): CodedError =>
  new CodedError('RequestEntityTooLarge', `A body has at most ${MAX_BODY_BYTES} bytes.`, 413)

async function answerTo(
  options: WireOptions,
  request: IncomingMessage,
  body: Body,
  requestId: string,
): Promise<{ answer: Answer; contentType: string; lost: LostAnswer | undefined }> {
  const { services, calls, clock, faults, onMistake } = options
  let call: Call | undefined
  let error: unknown
  let answer: Answer
  let lost: LostAnswer | undefined
  try {
    if ('problem' in body) throw body.problem
    const [, path = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '/') ?? []
    const { method = '', headers } = request
    call = await readCall(services, { method, path, query, headers, body: body.bytes })
    const due = faults?.check(call.service.name, call.operation.name)
    if (due && 'lost' in due) lost = due
    const isDone = due === undefined || 'change' in due || ('lost' in due && due.done === true)
    const instead = due && 'answer' in due ? due.answer : {}
    const output = isDone ? await perform(call, contextOf(request, requestId)) : instead
    const shown = due && 'change' in due ? due.change(output) : output
    answer = answerOutput(call, shown, requestId)
  } catch (thrown) {
    error = thrown
    answer = answerError(call ?? partOf(thrown), thrown, requestId)
    if (answer.status === 500 && !isModelled(thrown)) onMistake?.(thrown)
  }
  if (lost)
    answer = { status: lost.lost === 'garbage' ? 200 : 0, headers: {}, body: lost.body ?? '' }
  const known = call ?? partOf(error)
  calls.add({
    service: known.service?.name ?? '?',
    operation: known.operation?.name ?? String(request.headers['x-amz-target'] ?? request.url),
    input: call?.input,
    at: clock.now(),
    status: answer.status,
    ...(error === undefined ? {} : { error: (error as Error).name }),
    ...(lost ? { lost: lost.lost } : {}),
    ...(error === undefined || isModelled(error) ? {} : { stack: String((error as Error).stack) }),
    wire: known.wire ?? '?',
    userAgent: request.headers['user-agent'] ?? '',
  })
  return { answer, contentType: known.contentType ?? 'application/x-amz-json-1.1', lost }
}

const isModelled = (error: unknown): boolean =>
  (error as { readonly $fault?: unknown } | undefined)?.$fault !== undefined

const partOf = (error: unknown): PartOfCall =>
  error instanceof SerializationException || error instanceof UnknownOperationException
    ? error.call
    : {}

async function perform(call: Call, context: CallContext): Promise<object> {
  const { service, operation, input } = call
  const handler = service.handlers[operation.name]
  if (!handler) {
    throw new UnknownOperationException(
      `${service.name} ${operation.name} is not implemented by the local endpoint`,
    )
  }
  checkConstraints(service, operation, input)
  return ((await handler(input, context)) as object | undefined) ?? {}
}

/** Signatures are not verified; the credential scope only says who calls, and for which region. */
function contextOf(request: IncomingMessage, requestId: string): CallContext {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')
  return { accessKeyId: scope?.[1] ?? '', region: scope?.[2] ?? 'us-east-1', requestId }
}
