import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { CallLog } from './calls.ts'
import { readRegistryFault, type RegistryFaults } from './services/ecr/registry/faults.ts'
import type { ScanChoices } from './services/ecr/scanning/choices.ts'
import type { Fault, Faults, LostAnswer } from './wire/faults.ts'

export interface LocalPages {
  readonly calls: CallLog
  readonly faults: Faults
  readonly registryFaults: RegistryFaults
  readonly scans: ScanChoices
  readonly listeners: () => readonly unknown[]
}

/** What AWS does not have: `/_local/…`, for tests and people in another process. All else goes to `aws`. */
export function localHandler(pages: LocalPages, aws: RequestListener): RequestListener {
  return (request, response) => {
    const path = request.url ?? ''
    if (!path.startsWith('/_local/')) {
      aws(request, response)
      return
    }
    answer(pages, request, response).catch((error: unknown) => {
      send(response, 400, { error: (error as Error).message })
    })
  }
}

async function answer(
  { calls, faults, registryFaults, scans, listeners }: LocalPages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /_local/calls':
      send(response, 200, calls.entries())
      return
    case 'DELETE /_local/calls':
      calls.clear()
      send(response, 200, {})
      return
    case 'POST /_local/faults':
      faults.add(faultOf(JSON.parse(await text(request))))
      send(response, 200, {})
      return
    case 'DELETE /_local/faults':
      faults.clear()
      send(response, 200, {})
      return
    case 'POST /_local/registry-faults':
      registryFaults.add(readRegistryFault(JSON.parse(await text(request))))
      send(response, 200, {})
      return
    case 'DELETE /_local/registry-faults':
      registryFaults.clear()
      send(response, 200, {})
      return
    case 'POST /_local/scans': {
      const { image, ...outcome } = JSON.parse(await text(request)) as Record<string, unknown>
      scans.choose(String(image), outcome)
      send(response, 200, {})
      return
    }
    case 'DELETE /_local/scans':
      scans.clear()
      send(response, 200, {})
      return
    case 'GET /_local/listeners':
      send(response, 200, listeners())
      return
    default:
      send(response, 404, { error: `There is no ${request.method ?? ''} ${request.url ?? ''}.` })
  }
}

const WAYS_TO_LOSE: readonly LostAnswer['lost'][] = ['silence', 'reset', 'garbage']

/** Throws when it would not hit anything, or break on the first call. */
function faultOf(given: unknown): Fault {
  const { operation, error, lost, answer } = (given ?? {}) as {
    readonly operation?: unknown
    readonly answer?: unknown
    readonly error?: { readonly code?: unknown }
    readonly lost?: unknown
  }
  const isKnown =
    typeof error?.code === 'string' ||
    (typeof answer === 'object' && answer !== null) ||
    WAYS_TO_LOSE.some((way) => way === lost)
  if (typeof operation !== 'string' || !isKnown) {
    throw new Error(
      `A fault has an operation, and an error with a code, another answer, or a way to lose the answer (${WAYS_TO_LOSE.join(', ')}).`,
    )
  }
  return given as Fault
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
