/** Tasks that start, and end or are called unhealthy. */
import { event, exited, makeEvidence, notStarted, stoppedForHealth, unhealthy } from './evidence.ts'
import type { Example } from './examples.ts'

const MISMATCH = 'Target.ResponseCodeMismatch'
const codes = (code: string): string => `Health checks failed with these codes: [${code}]`
const FAILED_ELB = 'Task failed ELB health checks in (target-group arn:aws:…:targetgroup/ledger/1)'
const NO_GRACE = makeEvidence().service && {
  loadBalancers: [],
  healthCheckGracePeriodSeconds: undefined,
}

const EXIT_EXAMPLES: readonly Example[] = [
  {
    rule: 'dependency-failed',
    sees: 'dependency graph: failed to resolve container ordering dependency […] for target […]',
    evidence: notStarted(
      'CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [migrate] for target [app] as dependency did not exit successfully.',
    ),
    cause: 'container migrate',
    fix: 'container migrate',
    nearMiss: exited(4, ['dependency [migrate] failed']),
  },
  {
    rule: 'out-of-memory',
    sees: 'OutOfMemoryError: Container killed due to memory usage',
    evidence: exited(137, [], 'OutOfMemoryError: Container killed due to memory usage'),
    cause: 'Container app needed more memory than it has (512 MiB).',
    fix: 'Raise memory',
    nearMiss: exited(137),
  },
  {
    rule: 'wrong-architecture',
    sees: 'Exit code 1, and in the log: exec /usr/local/bin/node: exec format error',
    evidence: exited(1, ['exec /usr/local/bin/docker-entrypoint.sh: exec format error']),
    cause: 'X86_64',
    fix: 'cpuArchitecture',
    nearMiss: exited(1, ['plugin x was skipped: exec format error']),
  },
  {
    rule: 'command-not-found',
    sees: 'CannotStartContainerError: … exec: "…": executable file not found in $PATH, or exit code 127',
    evidence: notStarted(
      'CannotStartContainerError: Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "python": executable file not found in $PATH: unknown',
    ),
    cause: 'the file python is not in the image',
    fix: 'entryPoint',
    nearMiss: exited(1, ['git: executable file not found in $PATH']),
  },
  {
    rule: 'command-not-executable',
    sees: 'CannotStartContainerError: … exec: "…": permission denied, or exit code 126',
    evidence: notStarted(
      'CannotStartContainerError: Error response from daemon: OCI runtime create failed: runc create failed: unable to start container process: exec: "/entrypoint.sh": permission denied: unknown',
    ),
    cause: '/entrypoint.sh',
    fix: 'chmod +x',
    nearMiss: exited(1, ['open /data/ledger.db: permission denied']),
  },
  {
    rule: 'segmentation-fault',
    sees: 'Essential container in task exited, exit code 139',
    evidence: exited(139),
    cause: 'exit code 139',
    fix: 'native code',
    nearMiss: exited(138),
  },
  {
    rule: 'killed',
    sees: 'Essential container in task exited, exit code 137, without OutOfMemoryError',
    evidence: exited(137),
    cause: '(512 MiB)',
    fix: 'SIGTERM',
    nearMiss: exited(136),
  },
  {
    rule: 'terminated',
    sees: 'Essential container in task exited, exit code 143',
    evidence: exited(143),
    cause: 'SIGTERM',
    fix: 'other containers',
    nearMiss: exited(142),
  },
  {
    rule: 'ended-by-itself',
    sees: 'Essential container in task exited, exit code 0',
    evidence: exited(0),
    cause: 'exit code 0',
    fix: 'foreground',
    nearMiss: notStarted('Timeout waiting for EphemeralStorage provisioning to complete.'),
  },
  {
    rule: 'crashed',
    sees: 'Essential container in task exited, any other exit code',
    evidence: exited(3, [
      'Error: LEDGER_CURRENCY is missing',
      '    at start (/app/main.mjs:3:9)',
      'Node.js v24.0.0',
    ]),
    cause: 'exit code 3. Its log says: "Error: LEDGER_CURRENCY is missing".',
    fix: 'Mend what the log says',
    nearMiss: exited(0, ['Error: LEDGER_CURRENCY is missing']),
  },
]

const HEALTH_EXAMPLES: readonly Example[] = [
  {
    rule: 'health-path-not-found',
    sees: codes('404'),
    evidence: unhealthy(MISMATCH, codes('404')),
    cause: 'port 3000 of container app: it answers 404',
    fix: 'health check path',
    nearMiss: exited(1, ['GET /health 404']),
  },
  {
    rule: 'health-path-protected',
    sees: codes('401'),
    evidence: unhealthy(MISMATCH, codes('401')),
    cause: 'answers 401',
    fix: 'without credentials',
    nearMiss: unhealthy(MISMATCH, codes('400')),
  },
  {
    rule: 'health-path-redirects',
    sees: codes('301'),
    evidence: unhealthy(MISMATCH, codes('301')),
    cause: '(301)',
    fix: 'do not redirect',
    nearMiss: unhealthy(MISMATCH, codes('404')),
  },
  {
    rule: 'health-server-error',
    sees: `is unhealthy in (target-group …) due to (reason ${codes('503')})`,
    evidence: event(
      `(service ledger) (task 0123456789abcdef) (port 3000) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/ledger/1) due to (reason ${codes('503')}).`,
    ),
    cause: 'answers 503',
    fix: 'database',
    nearMiss: event('(service ledger) has started 503 tasks.'),
  },
  {
    rule: 'health-code-refused',
    sees: codes('400'),
    evidence: unhealthy(MISMATCH, codes('400')),
    cause: 'answers 400',
    fix: 'matcher',
    nearMiss: unhealthy(MISMATCH, 'Health checks failed with these codes: []'),
  },
  {
    rule: 'health-check-timeout',
    sees: 'Target.Timeout: Request timed out',
    evidence: unhealthy('Target.Timeout', 'Request timed out'),
    cause: 'no answer in time',
    fix: 'security group',
    nearMiss: exited(1, ['Request timed out']),
  },
  {
    rule: 'port-not-listening',
    sees: 'Target.FailedHealthChecks: Health checks failed',
    evidence: unhealthy('Target.FailedHealthChecks', 'Health checks failed'),
    cause: 'cannot connect to port 3000 of container app',
    fix: '0.0.0.0',
    nearMiss: unhealthy('Elb.InitialHealthChecking', 'Initial health checks in progress'),
  },
  {
    rule: 'health-check-failed',
    sees: 'Task failed ELB health checks in (target-group …), and nothing that says why',
    evidence: stoppedForHealth(FAILED_ELB),
    cause:
      'port 3000 of container app unhealthy, and ECS stopped the tasks for it; why is not known',
    fix: 'describe-target-health',
    nearMiss: stoppedForHealth(FAILED_ELB, codes('503')),
  },
  {
    rule: 'slow-start',
    sees: 'Task failed ELB health checks in (target-group …), and the service has next to no healthCheckGracePeriodSeconds',
    evidence: stoppedForHealth(FAILED_ELB, 'Request timed out', { service: NO_GRACE }),
    cause: '0 s',
    fix: 'healthCheckGracePeriodSeconds',
    nearMiss: stoppedForHealth(FAILED_ELB, codes('404'), { service: NO_GRACE }),
  },
  {
    rule: 'container-unhealthy',
    sees: 'Task failed container health checks',
    evidence: stoppedForHealth('Task failed container health checks', undefined, {
      taskDefinition: {
        containerDefinitions: [
          {
            name: 'app',
            healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost:8080 || exit 1'] },
          },
        ],
      },
    }),
    cause: '(curl -f http://localhost:8080 || exit 1)',
    fix: 'startPeriod',
    nearMiss: stoppedForHealth('Scaling activity initiated by (deployment ecs-svc/1)'),
  },
]

export const RUN_EXAMPLES: readonly Example[] = [...EXIT_EXAMPLES, ...HEALTH_EXAMPLES]
