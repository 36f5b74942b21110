/**
 * Schedules at random. Every member shrinks towards a plain good rollout: no faults, nobody else about, all in
 * order, so that a shrunk counterexample holds only what it needs.
 */
import fc from 'fast-check'
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

const metrics: fc.Arbitrary<MetricSetup> = fc.record({
  requestsPerMinute: mostly(60, fc.constantFrom(0, 3)),
  lateSeconds: mostly(60, upTo(180)),
  gapEvery: mostly(0, fc.integer({ min: 2, max: 5 })),
})

const SOON = fc.oneof(upTo(30), upTo(300), upTo(1500))

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
const WRITES: readonly CallName[] = ['update', 'scale', 'register', 'rollBack']
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
      'history',
      'serviceDeployment',
    ),
    skip: upTo(1),
    times: fc.constantFrom(1, FOR_EVER),
    kind: fc.constant('Refused' as const),
    isAfterEffect: fc.constant(false),
  }),
  fc.record({
    call: fc.constant('rollBack' as const),
    skip: fc.constant(0),
    times: fc.integer({ min: 1, max: 2 }),
    kind: fc.constant('Conflict' as const),
    isAfterEffect: fc.constant(false),
  }),
)

/** What must never be done twice, and whose answer is lost. */
const lostAnswer: fc.Arbitrary<Fault> = fc.record({
  call: fc.constantFrom('update' as const, 'rollBack'),
  skip: upTo(1),
  times: fc.integer({ min: 1, max: 3 }),
  kind: fc.constant('Unreachable' as const),
  isAfterEffect: fc.boolean(),
})

const faults = fc.array(fc.oneof({ arbitrary: fault, weight: 2 }, lostAnswer), { maxLength: 3 })
const opening = mostly('settled', fc.constantFrom(...OPENINGS), 4)

/** Most rollouts have at most one kind of trouble from outside; some have all at once. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  service,
  past,
  opening,
  current: behaviour(true),
  next: behaviour(false),
  image,
  api,
  inputs,
  metrics,
  others: mostly<readonly OtherAct[]>([], others, 2),
  faults: mostly<readonly Fault[]>([], faults, 2),
  cancelAfterSeconds: mostly<number | null>(null, SOON, 7),
})
