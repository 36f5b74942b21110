/** What the action called, and in which phase of its run. */
import type { RunPhase } from '@ecs-pipeline/rollout'
import { USER_AGENT } from '../../../packages/aws/src/clients.ts'
import type { CallLog, CallRecord } from '../../../packages/local-aws/src/calls.ts'

export type Phase =
  | 'preflight'
  | 'register'
  | 'update'
  | 'locate'
  | 'rolling out'
  | 'baking'
  | 'rolling back'
  | 'tidying'
  | 'reporting'
  | 'notifying'
  /** Another process: GitHub begins it when the main part was killed. */
  | 'post part'

export interface MadeCall extends CallRecord {
  readonly phase: Phase
  /** How many calls of its operation were made before it. */
  readonly index: number
}

/** What begins when a run says that it has come so far. */
const BEGINS: Readonly<Record<RunPhase, Phase>> = {
  preflight: 'register',
  registered: 'update',
  // The task is asked for between the registration and the update; no story of the matrix has one.
  'running-task': 'update',
  updating: 'update',
  'rolling-out': 'locate',
  baking: 'baking',
  'rolling-back': 'rolling back',
  ended: 'reporting',
}

/** What begins with the first call of an operation, because the run says nothing of it. */
const BEGINS_WITH: Readonly<Record<string, Phase>> = {
  // Writing the verdict down is the first thing after it.
  TagResource: 'reporting',
  ListTaskDefinitions: 'tidying',
  Publish: 'notifying',
}

export class CallPhases {
  private readonly log: CallLog
  private readonly action: 'deploy' | 'rollback'
  private readonly begun: { readonly phase: Phase; readonly at: number }[] = []

  constructor(log: CallLog, action: 'deploy' | 'rollback') {
    this.log = log
    this.action = action
    this.begun.push({ phase: 'preflight', at: log.entries().length })
  }

  /** Told of each checkpoint of the run. */
  reached(phase: RunPhase): void {
    const isSecond = phase === 'rolling-out' && this.begun.at(-1)?.phase === 'locate'
    // The rollback action registers nothing.
    const isRollback = this.action === 'rollback' && phase === 'preflight'
    const next = isSecond ? 'rolling out' : isRollback ? 'update' : BEGINS[phase]
    this.enter(next)
  }

  enter(phase: Phase): void {
    this.begun.push({ phase, at: this.log.entries().length })
  }

  /** The calls of the action; what a test asked beside it is left out. */
  calls(): readonly MadeCall[] {
    const counts = new Map<string, number>()
    let last: Phase | undefined
    return this.log.entries().flatMap((record, at): MadeCall[] => {
      const began = this.begun.findLast((each) => each.at <= at)
      if (!began || !record.userAgent.includes(USER_AGENT)) return []
      const index = counts.get(record.operation) ?? 0
      counts.set(record.operation, index + 1)
      last = BEGINS_WITH[record.operation] ?? last
      return [{ ...record, index, phase: last ?? began.phase }]
    })
  }
}
