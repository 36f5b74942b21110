/** Series out of a Prometheus server, by its instant query API (`/api/v1/query`, Prometheus documentation, 'HTTP API'). */
import { Denied, Refused, Unreachable, type Series, type SeriesValues } from '@ecs-pipeline/rollout'
import type { Toolbox } from '../toolbox.ts'

export interface PrometheusAccess {
  /** Sent as a bearer token. */
  readonly token: string | undefined
  /** How long one query waits for its answer, in milliseconds of real time; {@link TIME_LIMIT_MS} when not given. */
  readonly timeLimit?: number | undefined
}

const ACTION = 'prometheus:query'
const TIME_LIMIT_MS = 10_000

/**
 * One query for each period: its value at the period's end. Periods begin at multiples of their length. Throws when
 * one of them has no answer, as CloudWatch does.
 */
export async function readPrometheus(
  { call }: Pick<Toolbox, 'call'>,
  access: PrometheusAccess,
  series: readonly Series[],
  window: { readonly from: number; readonly to: number },
): Promise<readonly SeriesValues[]> {
  const readOne = async ({ id, period, query }: Series): Promise<SeriesValues> => {
    const values = new Map<number, number>()
    if (query.kind !== 'prometheus') return { id, values, error: undefined }
    const asked = { action: ACTION, resource: `the Prometheus query ${query.query}` }
    const length = period * 1000
    for (let at = Math.ceil(window.from / length) * length; at < window.to; at += length) {
      const value = await call(asked, ({ abortSignal }) =>
        ask(access, query, (at + length) / 1000, abortSignal),
      )
      if (value !== undefined) values.set(at, value)
    }
    return { id, values, error: undefined }
  }
  return Promise.all(series.map(readOne))
}

/** `undefined`: no data. Throws when the answer is more than one series, because then nobody knows which is meant. */
async function ask(
  { token, timeLimit = TIME_LIMIT_MS }: PrometheusAccess,
  { url, query }: PrometheusQuery,
  time: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const where = `the Prometheus query ${query}`
  const limit = AbortSignal.timeout(timeLimit)
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
