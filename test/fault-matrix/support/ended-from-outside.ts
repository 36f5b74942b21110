/** Releases that GitHub ends: cancelled, with ten seconds left, or killed at once; then the post part of the step. */
import { draftReport, interruptedIn, withLastLook } from '@ecs-pipeline/reporting'
import type { DeployReport, RunPhase } from '@ecs-pipeline/rollout'
import { complete } from '../../../actions/deploy/after.ts'
import { Killed } from './mortal-clock.ts'
import { release } from './runs.ts'
import type { Story } from './story.ts'

/** Between SIGINT and the end of the process, in milliseconds. */
const TIME_LEFT = 10_000

/** As somebody who presses the button in this phase. */
export const cancelled = (when: RunPhase): Story['run'] => endedIn(when, TIME_LEFT, true)

/** As a runner that takes the process away so many milliseconds after this phase has begun. */
export const killed = (when: RunPhase, later = 0): Story['run'] => endedIn(when, later, false)

const endedIn =
  (when: RunPhase, timeLeft: number, isCancelled: boolean): Story['run'] =>
  async (stage, service, tools) => {
    const cancel = new AbortController()
    const run = release('good', { inputs: { onCancel: 'rollback' } })
    let draft: DeployReport | undefined
    let seen = 0
    const checkpoint: typeof tools.checkpoint = async (facts, phase) => {
      // What the main part writes at each transition is what its post part goes by.
      draft = draftReport(facts, interruptedIn(phase), phase, tools)
      await tools.checkpoint(facts, phase)
      // The first time that it rolls out, its deployment is still to be found.
      if (phase !== when || ++seen !== (when === 'rolling-out' ? 2 : 1)) return
      if (isCancelled) cancel.abort()
      tools.clock.killIn(timeLeft)
    }
    try {
      return await run(stage, service, { ...tools, checkpoint, signal: cancel.signal })
    } catch (error) {
      if (!(error instanceof Killed) || !draft) throw error
      const other = tools.again()
      other.enter('post part')
      return await withLastLook(await complete(draft, 'rollback', other), other)
    }
  }
