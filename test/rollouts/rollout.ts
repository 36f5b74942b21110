/** Runs the deploy action through one schedule, on the simulated ECS. */
import { Journal, type DeployReport, type SmokeCheck } from '@ecs-pipeline/rollout'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import { run } from '../../actions/deploy/run.ts'
import { makeInputs } from '../scenarios/support/make-inputs.ts'
import type { DeployTools } from '../../actions/deploy/tools.ts'
import type { Answer, ImageSetup, InputSetup, Schedule, ShiftSetup } from './world/schedule.ts'
import { CLUSTER, SERVICE } from './world/rollout-records.ts'
import { ELSEWHERE, imageOf, tagOf } from './world/task-definitions.ts'
import { World } from './world/world.ts'
import { WorldPorts, type Call } from './world/world-ports.ts'

/** A run that has not ended by then never will, in milliseconds of the simulated time. */
const LONGEST_RUN = 12 * 3600_000
/** How long the world goes on after the run, in milliseconds. */
const AFTERWARDS = 20 * 60_000
/** The number of an image that no revision of the past can have. */
const NEW_IMAGE = 1000

export interface Rollout {
  readonly schedule: Schedule
  readonly world: World
  readonly report: DeployReport | undefined
  /** What the run threw, or that it never ended. */
  readonly failure: unknown
  readonly calls: readonly Call[]
  /** How many of them the run had made when it ended. */
  readonly callsAtEnd: number
  readonly startedAt: number
  readonly endedAt: number
  /** When the run was cancelled; `undefined` when it was not, or only after its end. */
  readonly cancelledAt: number | undefined
}

export type Run = (inputs: DeployInputs, tools: DeployTools) => Promise<DeployReport>

/** `runOf`: what is tested; a broken one shows that a rule can be broken. */
export async function runRollout(schedule: Schedule, runOf: Run = run): Promise<Rollout> {
  const world = new World(schedule)
  const worldPorts = new WorldPorts(world)
  const { clock } = world
  const startedAt = clock.now()
  const cancellation = new AbortController()
  let cancelledAt: number | undefined
  let endedAt: number | undefined
  if (schedule.cancelAfterSeconds !== null) {
    clock.after(schedule.cancelAfterSeconds * 1000, () => {
      if (endedAt !== undefined) return
      cancelledAt = clock.now()
      cancellation.abort()
    })
  }
  const quiet = (): void => undefined
  const tools: DeployTools = {
    ports: worldPorts.ports(),
    clock,
    journal: new Journal(clock, { progress: quiet, warning: quiet }),
    signal: cancellation.signal,
    workspace: '/',
    origin: { 'ecs-pipeline:commit': '0123456789abcdef' },
    checkpoint: () => Promise.resolve(),
  }
  let report: DeployReport | undefined
  let failure: unknown
  runOf(inputsOf(schedule, world), tools)
    .then(
      (made) => (report = made),
      (error: unknown) => (failure = error),
    )
    .finally(() => (endedAt = clock.now()))
    .catch(quiet)
  await clock.drive(() => endedAt !== undefined, startedAt + LONGEST_RUN)
  if (endedAt === undefined) failure = new Error('The run did not end.')
  const callsAtEnd = worldPorts.calls.length
  const end = endedAt ?? clock.now()
  await clock.drive(() => false, end + AFTERWARDS)
  const { calls } = worldPorts
  return {
    schedule,
    world,
    report,
    failure,
    calls,
    callsAtEnd,
    startedAt,
    endedAt: end,
    cancelledAt,
  }
}

/** As users write them. */
const TRIGGERS = {
  none: undefined,
  errors: '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}',
  all: `
- {metric: TargetResponseTime, threshold: 5, duration: 300}
- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}
- {metric: HealthyHostCount, threshold: 1, duration: 120}
`,
} as const

/** The one place where inputs are made: one that the action gains is given here, from one more member of the schedule. */
function inputsOf({ inputs, image, service, shift }: Schedule, world: World): DeployInputs {
  const { desiredCount, triggers, ...others } = inputs
  return {
    ...makeInputs(),
    cluster: CLUSTER,
    service: SERVICE,
    taskDefinition: undefined,
    images: [{ container: undefined, image: referenceTo(image, world) }],
    desiredCount: desiredCount ?? undefined,
    // They need a load balancer; that one without is refused, few runs have to show. And they need somebody who watches.
    triggers:
      inputs.isWatched && (service.loadBalancer || service.desired === 1)
        ? TRIGGERS[triggers]
        : undefined,
    ...(shift && shiftInputsOf(shift, inputs)),
    ...others,
  }
}

/** Minutes in which each of the triggers can be judged. */
const LONG_BAKE = 9

/** Nobody would be there to end pauses, or to ask anything, in a run that does not watch. */
function shiftInputsOf(
  { asked, bakeMinutes, testTraffic, smoke, onPause }: ShiftSetup,
  { isWatched, triggers }: InputSetup,
): Pick<DeployInputs, 'strategy' | 'bakeMinutes' | 'onPause' | 'checks'> {
  const isRolling = asked === null || asked.name === 'rolling'
  // One that is too short for the triggers is refused before anything else.
  const isLongEnough = triggers === 'none' || (bakeMinutes ?? 0) >= LONG_BAKE
  return {
    strategy: asked ?? undefined,
    bakeMinutes: isWatched && isLongEnough ? (bakeMinutes ?? undefined) : undefined,
    onPause,
    checks: isWatched
      ? {
          ...(isRolling ? {} : { testTraffic: checkOf(testTraffic, 'https://test.example.com/') }),
          smoke: checkOf(smoke, 'https://ledger.example.com/'),
        }
      : {},
  }
}

const checkOf = (answer: Answer, url: string): SmokeCheck | undefined =>
  answer === 'unasked'
    ? undefined
    : { url, status: 200, body: undefined, timeout: 5000, retries: 1 }

function referenceTo({ asked }: ImageSetup, world: World): string {
  switch (asked) {
    case 'new':
      return tagOf(NEW_IMAGE)
    case 'same':
      return imageOf(world.foundRevision)
    case 'missing':
      return tagOf(0)
    case 'elsewhere':
      return ELSEWHERE
  }
}
