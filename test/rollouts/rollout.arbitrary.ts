/**
 * Schedules at random. Every member shrinks towards a plain good rollout: no faults, nobody else about, all in
 * order, so that a shrunk counterexample holds only what it needs.
 */
import fc from 'fast-check'
import { isRamp } from '@ecs-pipeline/rollout'
import {
  OPENINGS,
  type ApiSetup,
  type Behaviour,
  type CallName,
  type Fault,
  type ImageSetup,
  type InputSetup,
  type MetricSetup,
  type OtherAct,
  type PastRevision,
  type Schedule,
  type ServiceSetup,
  type ShiftSetup,
} from './world/schedule.ts'

/** `value` in most cases, so that few things go wrong at the same time. */
const mostly = <T>(value: T, otherwise: fc.Arbitrary<T>, share = 4): fc.Arbitrary<T> =>
  fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(value), weight: share },
    { arbitrary: otherwise, weight: 1 },
  )

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })

const service: fc.Arbitrary<ServiceSetup> = fc.record({
  desired: fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 6 }), weight: 12 },
    { arbitrary: fc.constant(0), weight: 1 },
  ),
  minimumHealthyPercent: mostly(100, fc.constantFrom(0, 50, 75)),
  maximumPercent: mostly(200, fc.constantFrom(125, 150)),
  breaker: fc.constantFrom('rolls-back', 'off', 'stops'),
  breakerThreshold: fc.integer({ min: 3, max: 8 }),
  alarms: mostly('off', fc.constantFrom('stops', 'rolls-back'), 2),
  alarmSeconds: fc.integer({ min: 5, max: 120 }),
  loadBalancer: fc.boolean(),
  stopSeconds: upTo(40),
})

const past: fc.Arbitrary<readonly PastRevision[]> = fc.array(
  fc.record({
    ended: mostly('SUCCESSFUL', fc.constantFrom('STOPPED', 'ROLLBACK_SUCCESSFUL')),
    isActive: mostly(true, fc.constant(false)),
    isRejected: mostly(false, fc.constant(true)),
    hasImage: mostly(true, fc.constant(false)),
  } satisfies { [Key in keyof PastRevision]: fc.Arbitrary<PastRevision[Key]> }),
  { maxLength: 3 },
)

/** `faults` first to last as they are found in `behaviour`. */
const behaviour = (isMostlyGood: boolean): fc.Arbitrary<Behaviour> =>
  fc.record({
    startSeconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 })),
    healthSeconds: upTo(60),
    fault: mostly(
      'none',
      fc.constantFrom('crash', 'cannot-start', 'sick', 'flaps', 'never-starts'),
      isMostlyGood ? 9 : 1,
    ),
    faultSeconds: fc.oneof(upTo(20), upTo(600)),
    faultyTasks: mostly(1000, fc.integer({ min: 1, max: 4 })),
    traffic: mostly('good', fc.constantFrom('slow', 'errors'), isMostlyGood ? 9 : 2),
  })

const image: fc.Arbitrary<ImageSetup> = fc.record({
  asked: mostly('new', fc.constantFrom('same', 'missing', 'elsewhere'), 8),
  shown: mostly('right', fc.constantFrom('unknown', 'wrong'), 5),
})

const api: fc.Arbitrary<ApiSetup> = fc.record({
  latencyMilliseconds: fc.array(upTo(1500), { minLength: 1, maxLength: 4 }),
  listedAfterSeconds: mostly(0, fc.oneof(upTo(20), upTo(90)), 2),
  staleMilliseconds: mostly(0, upTo(4000), 3),
  giveUpSeconds: upTo(20),
})

const inputs: fc.Arbitrary<InputSetup> = fc.record({
  desiredCount: mostly(null, upTo(6), 8),
  triggers: mostly('none', fc.constantFrom('errors', 'all'), 1),
  forceNewDeployment: mostly(false, fc.constant(true), 8),
  waitForMinutes: fc.integer({ min: 1, max: 20 }),
  maxFailedTasks: fc.integer({ min: 1, max: 6 }),
  onFailure: mostly('rollback', fc.constant('leave'), 3),
  onTimeout: mostly('rollback', fc.constant('leave'), 3),
  onCancel: fc.constantFrom('leave', 'rollback'),
  onConcurrent: fc.constantFrom('wait', 'fail', 'replace'),
  allowIdle: fc.boolean(),
  pollSeconds: fc.constantFrom(10, 5, 15, 30, 60),
  isWatched: mostly(true, fc.constant(false), 15),
})

/** Percentages as the input takes them: multiples of one number where there are more than two. */
const CANARIES: readonly (readonly number[])[] = [
  [10, 50, 100],
  [5, 100],
  [10, 100],
  [50, 100],
  [25, 50, 75, 100],
  [20, 40, 100],
  [100],
]
const linear = (step: number): readonly number[] =>
  Array.from({ length: Math.ceil(100 / step) }, (_, index) => Math.min(100, (index + 1) * step))

const asked: fc.Arbitrary<ShiftSetup['asked']> = fc.oneof(
  { withCrossShrink: true },
  fc.constantFrom(
    { name: 'rolling' as const, steps: [100], stepMinutes: undefined },
    { name: 'blue-green' as const, steps: [100], stepMinutes: undefined },
  ),
  fc.record({
    name: fc.constant('canary' as const),
    steps: fc.constantFrom(...CANARIES),
    stepMinutes: mostly<number | undefined>(undefined, upTo(12), 2),
  }),
  fc.record({
    name: fc.constant('linear' as const),
    steps: fc.constantFrom(50, 100, 25, 30, 10).map(linear),
    stepMinutes: mostly<number | undefined>(undefined, upTo(12), 2),
  }),
)

const answer = mostly<ShiftSetup['smoke']>('unasked', fc.constantFrom('good', 'bad'), 2)

const pause: fc.Arbitrary<NonNullable<ShiftSetup['pause']>> = fc.record({
  stage: fc.constantFrom(
    'POST_SCALE_UP',
    'PRE_SCALE_UP',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
  ),
  minutes: fc.integer({ min: 1, max: 60 }),
  timeoutAction: fc.constantFrom('CONTINUE' as const, 'ROLLBACK'),
  answerAfterSeconds: mostly<number | null>(null, fc.oneof(upTo(30), upTo(900)), 1),
  answer: mostly('CONTINUE', fc.constant('ROLLBACK' as const), 3),
})

const shift: fc.Arbitrary<ShiftSetup> = fc.record({
  found: fc.constantFrom('ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR'),
  foundBakeMinutes: mostly(0, upTo(15), 1),
  asked: fc.option(asked, { nil: null, freq: 5 }),
  bakeMinutes: mostly<number | null>(null, upTo(12), 3),
  testTraffic: answer,
  smoke: answer,
  onPause: fc.constantFrom('wait', 'fail'),
  pause: mostly<ShiftSetup['pause']>(null, pause, 3),
  breaksAtPercent: mostly(0, fc.integer({ min: 1, max: 100 }), 1),
})

const metrics: fc.Arbitrary<MetricSetup> = fc.record({
  requestsPerMinute: mostly(600, fc.constantFrom(0, 3)),
  lateSeconds: mostly(60, upTo(180)),
  gapEvery: mostly(0, fc.integer({ min: 2, max: 5 })),
})

const SOON = fc.oneof(upTo(30), upTo(300), upTo(1500), upTo(4000))

const others: fc.Arbitrary<readonly OtherAct[]> = fc.array(
  fc.record({
    afterSeconds: SOON,
    does: fc.constantFrom(
      'deploys-good',
      'deploys-bad',
      'forces-new',
      'rolls-back',
      'scales',
      'deletes',
    ),
    count: upTo(8),
  } satisfies { [Key in keyof OtherAct]: fc.Arbitrary<OtherAct[Key]> }),
  { maxLength: 2 },
)

const READS: readonly CallName[] = [
  'service',
  'history',
  'serviceDeployment',
  'revisions',
  'describe',
  'stopped',
  'running',
  'health',
  'find',
]
const WRITES: readonly CallName[] = ['update', 'scale', 'register', 'rollBack', 'endPause']
const FOR_EVER = 100_000

const skip = fc.oneof(fc.constant(0), upTo(3), upTo(60))

/** Faults as AWS has them: not every error can come from every call. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    call: fc.constantFrom('any' as const, ...READS, ...WRITES),
    skip,
    times: fc.integer({ min: 1, max: 12 }),
    kind: fc.constant('Unreachable' as const),
    isAfterEffect: fc.boolean(),
  }),
  fc.record({
    call: fc.constantFrom(...READS, ...WRITES, 'tail' as const),
    skip,
    times: fc.constant(FOR_EVER),
    kind: fc.constant('Denied' as const),
    isAfterEffect: fc.constant(false),
  }),
  fc.record({
    call: fc.constant('any' as const),
    skip: upTo(80),
    times: fc.constant(FOR_EVER),
    kind: fc.constant('CredentialsExpired' as const),
    isAfterEffect: fc.constant(false),
  }),
  fc.record({
    call: fc.constantFrom(
      'update' as const,
      'register',
      'rollBack',
      'endPause',
      'history',
      'serviceDeployment',
    ),
    skip: upTo(1),
    times: fc.constantFrom(1, FOR_EVER),
    kind: fc.constant('Refused' as const),
    isAfterEffect: fc.constant(false),
  }),
  fc.record({
    call: fc.constantFrom('rollBack' as const, 'endPause'),
    skip: fc.constant(0),
    times: fc.integer({ min: 1, max: 2 }),
    kind: fc.constant('Conflict' as const),
    isAfterEffect: fc.constant(false),
  }),
)

/** What must never be done twice, and whose answer is lost. */
const lostAnswer: fc.Arbitrary<Fault> = fc.record({
  call: fc.constantFrom('update' as const, 'rollBack', 'endPause'),
  skip: upTo(1),
  times: fc.integer({ min: 1, max: 3 }),
  kind: fc.constant('Unreachable' as const),
  isAfterEffect: fc.boolean(),
})

const faults = fc.array(fc.oneof({ arbitrary: fault, weight: 2 }, lostAnswer), { maxLength: 3 })
const opening = mostly('settled', fc.constantFrom(...OPENINGS), 4)

const schedule: fc.Arbitrary<Schedule> = fc.record({
  service,
  past,
  opening,
  current: behaviour(true),
  next: behaviour(false),
  image,
  api,
  inputs,
  shift: mostly<ShiftSetup | null>(null, shift, 1),
  metrics,
  others: mostly<readonly OtherAct[]>([], others, 2),
  faults: mostly<readonly Fault[]>([], faults, 2),
  cancelAfterSeconds: mostly<number | null>(null, SOON, 7),
})

/** What would be refused before anything happens is left out: a few runs have to show that, not most of them. */
function asPossible(given: Schedule): Schedule {
  const { shift: wanted, inputs: told, service: found } = given
  if (!wanted) return given
  // Nobody would be there to end the pauses of a longer canary.
  const isAlone = !told.isWatched && wanted.asked && isRamp(wanted.asked)
  const setup = isAlone ? { ...wanted, asked: null } : wanted
  const isBlueGreen = setup.asked?.name === 'blue-green'
  const needsLoadBalancer = !isBlueGreen || setup.found === 'CANARY' || setup.found === 'LINEAR'
  const loadBalancer = found.loadBalancer || needsLoadBalancer
  return { ...given, shift: setup, service: { ...found, loadBalancer } }
}

/** Most rollouts have at most one kind of trouble from outside; some have all at once. */
export const anySchedule: fc.Arbitrary<Schedule> = schedule.map(asPossible)
