/** A request to the new revision, as a user would make it, and whether its answer is what it should be. */
import type { Clock } from './clock.ts'
import type { Web } from './ports.ts'

export interface SmokeCheck {
  readonly url: string
  /** The status that the answer has to have. */
  readonly status: number
  /** A part of the answer's body has to match it. */
  readonly body: RegExp | undefined
  /** How long one request may take, in milliseconds. */
  readonly timeout: number
  /** How many times more it is tried when it fails. */
  readonly retries: number
}

/** Between two tries, in milliseconds. */
const TRY_EVERY = 5_000
/** So much of a body is shown. */
const SHOWN = 200

/** Why the check failed, with the last answer; `undefined` when it passed. */
export async function runSmokeCheck(
  check: SmokeCheck,
  tools: { readonly web: Web; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const { web, clock, signal } = tools
  let problem: string | undefined
  for (let attempt = 0; attempt <= check.retries; attempt++) {
    if (attempt > 0) await clock.sleep(TRY_EVERY, signal)
    if (signal.aborted) break
    problem = await tryOnce(check, web)
    if (problem === undefined) return undefined
  }
  const tries = check.retries + 1
  return `${check.url} ${problem ?? 'was not asked'} (${tries} ${tries === 1 ? 'try' : 'tries'})`
}

async function tryOnce(check: SmokeCheck, web: Web): Promise<string | undefined> {
  const answer = await web.get(check.url, check.timeout)
  if ('problem' in answer) return `did not answer: ${answer.problem}`
  const { status, body } = answer
  if (status !== check.status) {
    return `answered ${status} instead of ${check.status}: ${excerpt(body)}`
  }
  if (check.body && !check.body.test(body)) {
    return `answered ${status}, but its body does not match ${String(check.body)}: ${excerpt(body)}`
  }
  return undefined
}

/** One line, so that a page of HTML does not hide what is wrong. */
function excerpt(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim()
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line === '' ? '(empty)' : line
}
