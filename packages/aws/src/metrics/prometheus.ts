/** Series out of a Prometheus server, by its instant query API (`/api/v1/query`, Prometheus documentation, 'HTTP API'). */
import { Denied, Refused, Unreachable, type Series, type SeriesValues } from '@ecs-pipeline/rollout'

export interface PrometheusAccess {
  /** Sent as a bearer token. */
  readonly token: string | undefined
  readonly signal?: AbortSignal
}

const ACTION = 'prometheus:query'
const TIME_LIMIT_MS = 10_000

/** One query for each period: its value at the period's end. Periods begin at multiples of their length. */
export async function readPrometheus(
  access: PrometheusAccess,
  series: readonly Series[],
  window: { readonly from: number; readonly to: number },
): Promise<readonly SeriesValues[]> {
  return Promise.all(series.map((each) => readSeries(access, each, window)))
}

async function readSeries(
  access: PrometheusAccess,
  { id, period, query }: Series,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<SeriesValues> {
  const length = period * 1000
  const values = new Map<number, number>()
  let error: string | undefined
  if (query.kind !== 'prometheus') return { id, values, error }
  for (let at = Math.ceil(from / length) * length; at < to; at += length) {
    try {
      const value = await ask(access, query, (at + length) / 1000)
      if (value !== undefined) values.set(at, value)
    } catch (failure) {
      if (!(failure instanceof Unreachable)) throw failure
      error = failure.message
    }
  }
  return { id, values, error }
}

/** `undefined`: no data. Throws when the answer is more than one series, because then nobody knows which is meant. */
async function ask(
  { token, signal }: PrometheusAccess,
  { url, query }: PrometheusQuery,
  time: number,
): Promise<number | undefined> {
  const where = `the Prometheus query ${query}`
  const limit = AbortSignal.timeout(TIME_LIMIT_MS)
  let response: Response
  let body: string
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/query`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: new URLSearchParams({ query, time: String(time) }).toString(),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      redirect: 'error',
    })
    body = await response.text()
  } catch (failure) {
    const cause = failure instanceof Error ? (failure.cause ?? failure) : failure
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new Unreachable(`Prometheus does not answer ${where}: ${words}`, ACTION, {
      cause: failure,
    })
  }
  if (response.status === 401 || response.status === 403) {
    throw new Denied(
      `Prometheus refuses ${where} with ${response.status}. Set the input \`prometheus-token\`.`,
      ACTION,
    )
  }
  const answer = parse(body)
  if (answer?.status === 'success') return valueOf(answer, where)
  const words = answer?.error ?? `status ${response.status}`
  // 400 and 422: the query itself is wrong, and will stay so.
  if (response.status === 400 || response.status === 422) {
    throw new Refused(`Prometheus does not take ${where}: ${words}`, ACTION)
  }
  throw new Unreachable(`Prometheus does not answer ${where}: ${words}`, ACTION)
}

type PrometheusQuery = Extract<Series['query'], { kind: 'prometheus' }>

interface Answer {
  readonly status?: unknown
  readonly error?: string
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown }
}

function parse(body: string): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

/** A scalar is `[time, "value"]`; a vector a list of `{ metric, value: [time, "value"] }`. NaN is no data. */
function valueOf(answer: Answer, where: string): number | undefined {
  const { resultType, result } = answer.data ?? {}
  if (!Array.isArray(result)) throw new Refused(`Prometheus gives no values for ${where}.`, ACTION)
  const sample: unknown =
    resultType === 'scalar' ? result : (result[0] as { value?: unknown } | undefined)?.value
  if (resultType !== 'scalar' && resultType !== 'vector') {
    throw new Refused(
      `Prometheus gives a ${String(resultType)} for ${where}; a trigger needs one number.`,
      ACTION,
    )
  }
  if (resultType === 'vector' && result.length > 1) {
    throw new Refused(
      `Prometheus gives ${result.length} series for ${where}; a trigger needs one. Put sum() or max() around it.`,
      ACTION,
    )
  }
  const text = Array.isArray(sample) ? String(sample[1]) : 'NaN'
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)
  return Number.isNaN(value) ? undefined : value
}
