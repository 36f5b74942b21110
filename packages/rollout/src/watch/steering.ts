/** What a run does while it watches: it ends its own pauses, and asks the new revision for an answer. */
import { Conflict, CredentialsExpired, Denied, PortError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { HookView } from '../views.ts'
import type { Decision } from './state.ts'

export interface Steering {
  /** Lets the deployment go on after a pause. Throws the port's error. */
  readonly goOn: (hook: HookView) => Promise<void>
  /** Why the new revision did not pass, asked by test traffic; `undefined` when it did. */
  readonly checkTestTraffic: () => Promise<string | undefined>
  /** The same, asked as users ask. */
  readonly checkSmoke: () => Promise<string | undefined>
}

/** What is left to decide after what was done. */
export type Steered =
  Extract<Decision, { kind: 'watch' | 'fail' | 'end' }> | { readonly kind: 'passed' }

/** Said once: how it failed differs from try to try, and the timeline has it. */
const NOT_ENDED =
  'ContinueServiceDeployment did not work at least once, so that a pause lasted longer or ECS ended it by its own time limit; the timeline says why.'

const WATCH: Steered = { kind: 'watch' }

export async function steer(
  decision: Decision,
  { steering, journal }: { readonly steering?: Steering; readonly journal: Journal },
): Promise<Steered> {
  switch (decision.kind) {
    case 'continue':
      journal.progress(`continuing the deployment: ${decision.why}`)
      return goOn(decision.hook, steering, journal)
    case 'check-test-traffic': {
      const problem = await steering?.checkTestTraffic()
      if (problem !== undefined)
        return failed('with test traffic, before users reached it', problem)
      journal.progress('the new revision answers test traffic as it should')
      return goOn(decision.hook, steering, journal)
    }
    case 'smoke-check': {
      const problem = await steering?.checkSmoke()
      if (problem !== undefined) return failed('after the deployment', problem)
      journal.progress('the smoke check passed')
      return { kind: 'passed' }
    }
    default:
      return decision
  }
}

const failed = (when: string, problem: string): Steered => ({
  kind: 'fail',
  cause: { code: 'smoke-check', text: `The smoke check failed ${when}: ${problem}.` },
})

/** When it has no effect, the next look shows the same pause again; what will never work ends the deployment. */
async function goOn(
  hook: HookView,
  steering: Steering | undefined,
  journal: Journal,
): Promise<Steered> {
  try {
    await steering?.goOn(hook)
    return WATCH
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    if (error instanceof Denied) {
      const text = `The deployment waits at a pause that this run may not end: ${error.message}`
      return { kind: 'fail', cause: { code: 'denied', text } }
    }
    // It may have ended in the meantime; where it has not, the time limit ends the waiting.
    journal.progress(`continuing did not work this time: ${error.message}`)
    if (!(error instanceof Conflict)) journal.caveat(NOT_ENDED)
    return WATCH
  }
}
