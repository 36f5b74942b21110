import type { CallRecord } from '@ecs-pipeline/aws'
import type { DeployReport, Ports, RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts, RunTools } from '@ecs-pipeline/reporting'
import type { Stage } from '../../scenarios/support/stage.ts'
import type { Phase } from './calls.ts'
import type { MortalClock } from './mortal-clock.ts'
import type { Prometheus, QUERY } from './prometheus.ts'

/** A run that the matrix disturbs. */
export interface Story {
  readonly name: string
  /** What it is about, in a sentence for the page. */
  readonly about: string
  readonly action: 'deploy' | 'rollback'
  /** The number in its family of the revision that the run is about; the one before it is number 1. */
  readonly revision: 2 | 6
  /** Which of the two users should be on in the end when nothing is in the way. */
  readonly ends: 'old' | 'new'
  /** How many deployments the service has had when the run begins. */
  readonly deploymentsBefore: 1 | 2
  /** What has to be readable so that the new revision can be told bad; nothing where its tasks tell. */
  readonly metrics?: 'GetMetricData' | typeof QUERY
  /** It has a load balancer of its own, which can move traffic between two target groups. */
  readonly canShift?: true
  /** Revisions of the family that have to stay registered. */
  readonly keeps?: readonly number[]
  /** It is killed so early that what passes may matter, and that nobody is left to say what was in the way. */
  readonly isCutShort?: true
  /** `operation @ phase` that is disturbed in another story already, with the same end. */
  readonly skips?: readonly string[]
  /** Only these are disturbed: all others are in another story already. */
  readonly only?: readonly string[]
  /** Makes everything but the run itself; the service `name` is there, on revision 1 and complete. */
  prepare(stage: Stage, name: string): Promise<void>
  run(stage: Stage, name: string, tools: StoryTools): Promise<DeployReport>
}

/** What a story is given to run with. */
export interface StoryTools extends Omit<RunTools, 'workspace' | 'checkpoint' | 'clock'> {
  readonly ports: Ports
  /** Told of every attempt of a call. */
  readonly onCall: (record: CallRecord) => void
  readonly clock: MortalClock
  readonly checkpoint: (facts: RunFacts, phase: RunPhase) => Promise<void>
  readonly prometheus: Prometheus
  readonly topicArn: string
  /** How long a client waits for an answer, in milliseconds of the wall. */
  readonly patience: number
  /** What is called from now on belongs to another phase than the action says. */
  enter(phase: Phase): void
  /** The same for another process that begins now: its own connections, journal and life. */
  again(): StoryTools
}

/** `operation @ phase`, for each of the operations. */
export const each = (phase: Phase, ...operations: readonly string[]): readonly string[] =>
  operations.map((operation) => `${operation} @ ${phase}`)

export const nothingMore = (): Promise<void> => Promise.resolve()
