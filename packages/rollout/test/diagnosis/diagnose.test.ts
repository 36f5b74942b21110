import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Evidence } from '../../src/diagnosis/evidence.ts'
import { RULES } from '../../src/diagnosis/rules.ts'
import { event, exited, makeEvidence, notStarted, stoppedForHealth, unhealthy } from './evidence.ts'
import { EXAMPLES } from './examples.ts'

const rulesOf = (evidence: Evidence): readonly string[] =>
  diagnose(evidence).map(({ rule }) => rule)

describe('every rule', () => {
  test('has a message that fires it, and an id of its own', () => {
    const ids = RULES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(EXAMPLES.map(({ rule }) => rule).sort()).toEqual([...ids].sort())
  })

  test.each(EXAMPLES)('$rule: names the cause and what to do', ({ rule, evidence, cause, fix }) => {
    const found = diagnose(evidence).find((each) => each.rule === rule)
    expect(found?.cause).toContain(cause)
    expect(found?.fix).toContain(fix)
  })

  test.each(EXAMPLES)('$rule: is the only explanation of its message', ({ rule, evidence }) => {
    const others = rulesOf(evidence).filter((each) => each !== rule)
    // That a start may be slow is said beside what the load balancer saw, never instead of it.
    expect(others).toEqual(rule === 'slow-start' ? ['health-check-timeout'] : [])
  })

  test.each(EXAMPLES)('$rule: leaves alone what only looks like it', ({ rule, nearMiss }) => {
    expect(rulesOf(nearMiss)).not.toContain(rule)
  })
})

describe('the words that other versions use', () => {
  test.each([
    [
      'image-platform',
      'CannotPullContainerError: failed to find a descriptor for platform {linux/amd64}',
    ],
    [
      'image-not-found',
      'CannotPullContainerError: API error (404): repository 111122223333.dkr.ecr.us-east-1.amazonaws.com/repo/image not found',
    ],
    [
      'image-denied',
      'CannotPullContainerError: Error response from daemon: pull access denied for 123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app, repository does not exist or may require docker login',
    ],
    [
      'registry-unreachable',
      'CannotPullContainerError: API error (500): Get https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection',
    ],
    [
      'no-way-to-aws',
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadli...',
    ],
    [
      'no-way-to-aws',
      'ResourceInitializationError: failed to validate logger args: : signal: killed',
    ],
    [
      'role-denied',
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/ecs.task.minecraft-server/123456a999ee4b919...',
    ],
    [
      'log-group-missing',
      'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    ],
    [
      'out-of-memory',
      'CannotStartContainerError: Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: container init was OOM-killed (memory limit too low?): unknown',
    ],
    [
      'command-not-found',
      'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: OCI runtime create failed: container_linux.go:370: starting container process caused: exec: "/opt/sonarqube/bin/run.sh": stat /opt/sonarqube/bin/run.sh: no such file or directory',
    ],
  ])('%s: %s', (rule, message) => {
    expect(rulesOf(notStarted(message))).toEqual([rule])
  })

  test.each([
    [
      'wrong-architecture',
      1,
      'standard_init_linux.go:228: exec user process caused: exec format error',
    ],
    [
      'wrong-architecture',
      1,
      'standard_init_linux.go:211: exec user process caused "exec format error"',
    ],
    ['command-not-found', 1, 'exec /app/replex: no such file or directory'],
    ['command-not-found', 127, 'sh: start: not found'],
    ['command-not-executable', 126, 'sh: ./start: Permission denied'],
  ])('%s: exit code %i and %s', (rule, exitCode, line) => {
    expect(rulesOf(exited(exitCode, [line]))).toEqual([rule])
  })
})

describe('what is said', () => {
  test('the same cause from tasks, targets and events is one diagnosis', () => {
    const reason = 'Health checks failed with these codes: [503]'
    const evidence = stoppedForHealth('Task failed ELB health checks in (target-group x)', reason, {
      unhealthyTargets: [{ reason: 'Target.ResponseCodeMismatch', description: reason }],
      events: [
        `(service a) (port 3000) is unhealthy in (target-group x) due to (reason ${reason}).`,
      ],
    })
    expect(rulesOf(evidence)).toEqual(['health-server-error'])
  })

  test('three at most, the best founded first', () => {
    const messages = [
      ...exited(3).failures,
      ...exited(139).failures,
      ...notStarted('OutOfMemoryError: Container killed due to memory usage').failures,
    ]
    const events = event('Reason: Capacity is unavailable at this time.').events
    expect(rulesOf(makeEvidence({ failures: messages, events }))).toEqual([
      'no-fargate-capacity',
      'out-of-memory',
      'segmentation-fault',
    ])
  })

  test('the port that the log speaks of stands beside the port that nobody answers', () => {
    const { failures } = exited(1, ['Server listening on http://localhost:8080'])
    const { unhealthyTargets } = unhealthy('Target.FailedHealthChecks', 'Health checks failed')
    const found = diagnose(makeEvidence({ failures, unhealthyTargets }))
    expect(found.find(({ rule }) => rule === 'port-not-listening')?.cause).toContain('port 8080')
  })

  test('a crash without a log says how to get one', () => {
    const [failure] = exited(1).failures
    const taskDefinition = { containerDefinitions: [{ name: 'app', image: 'app:1' }] }
    const found = diagnose(makeEvidence({ failures: failure ? [failure] : [], taskDefinition }))
    expect(found[0]?.fix).toContain('logConfiguration')
  })

  test('a name is cut short as well', () => {
    const [failure] = exited(3, ['no']).failures
    const failures = failure ? [{ ...failure, container: 'x'.repeat(2000) }] : []
    expect(diagnose(makeEvidence({ failures }))[0]?.cause.length).toBeLessThan(300)
  })

  test('what a container prints is cut short and cannot break the line', () => {
    const [diagnosis] = diagnose(exited(1, [`error\u202e\r\n## big ${'x'.repeat(5000)}`]))
    expect(diagnosis?.cause).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(diagnosis?.cause.length).toBeLessThan(300)
  })
})

test('nothing known: nothing said', () => {
  expect(diagnose(makeEvidence())).toEqual([])
  expect(diagnose(notStarted('Something that nobody has seen before'))).toEqual([])
  expect(diagnose(event('(service ledger) has reached a steady state.'))).toEqual([])
})

describe('a health check of which ECS gives no reason', () => {
  const bare = stoppedForHealth('Task failed ELB health checks in (target-group x)')

  test('is explained by what a target says, wherever that stands', () => {
    const said = 'Health checks failed with these codes: [503]'
    const { unhealthyTargets } = unhealthy('Target.ResponseCodeMismatch', said)
    expect(rulesOf({ ...bare, unhealthyTargets })).toEqual(['health-server-error'])
    const events = [`(port 3000) is unhealthy in (target-group x) due to (reason ${said})`]
    expect(rulesOf({ ...bare, events })).toEqual(['health-server-error'])
  })

  test('quotes what nobody knows', () => {
    const odd = stoppedForHealth('Task failed ELB health checks in (target-group x)', 'Elb.Odd')
    expect(diagnose(odd)).toMatchObject([
      { rule: 'health-check-failed', cause: expect.stringContaining('it said "Elb.Odd".') },
    ])
  })

  test('says how long the service waits for a start', () => {
    expect(diagnose(bare)[0]?.fix).toContain('healthCheckGracePeriodSeconds (now 120)')
  })
})

describe('odd input', () => {
  const anything = fc.anything({ maxDepth: 3 }) as fc.Arbitrary<never>
  const messages = fc.oneof(
    fc.constantFrom(...EXAMPLES.map(({ evidence }) => evidence.failures[0]?.stoppedReason ?? '')),
    fc.string({ unit: 'binary' }),
    anything,
  )
  const failures = fc.record(
    {
      stopCode: messages,
      stoppedReason: messages,
      container: messages,
      exitCode: fc.oneof(fc.integer({ min: 0, max: 255 }), anything),
      containerReason: messages,
      logTail: fc.oneof(fc.array(messages), anything),
    },
    { requiredKeys: [] },
  )
  const evidence = fc.record(
    {
      failures: fc.oneof(fc.array(failures), anything),
      unhealthyTargets: fc.oneof(fc.array(fc.record({ reason: messages })), anything),
      events: fc.oneof(fc.array(messages), anything),
      taskDefinition: anything,
      service: anything,
    },
    { requiredKeys: [] },
  )

  test('never throws, and every sentence is one short line', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const found = diagnose(given as unknown as Evidence)
        expect(found.length).toBeLessThanOrEqual(3)
        for (const { cause, fix } of found) {
          expect(`${cause}${fix}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|undefined|\[object/u)
          expect(cause.length).toBeLessThan(700)
          expect(fix.length).toBeLessThan(700)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a huge message does not take long', () => {
    const huge = 'CannotPullContainerError exec: listening exec '.repeat(20_000)
    const startedAt = performance.now()
    diagnose({ ...exited(1, [huge, huge], huge), events: [huge, huge] })
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
