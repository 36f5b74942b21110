import type { DeployReport } from '@ecs-pipeline/rollout'

const arn = (revision: string): string =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/${revision}`

/** A release that failed and was taken back; a test names only what it is about. */
export const makeReport = (over: Partial<DeployReport> = {}): DeployReport => ({
  version: 1,
  action: 'deploy',
  phase: 'ended',
  outcome: 'rolled-back',
  passed: false,
  rolledBackBy: 'action',
  reasonCode: 'failed-tasks',
  reason: '3 tasks of the new revision failed (limit 3).',
  trigger: undefined,
  cluster: 'production',
  service: 'ledger',
  startedAt: 0,
  finishedAt: 60_000,
  now: {
    running: [{ taskDefinition: arn('ledger:1'), tasks: 2, images: [] }],
    taskDefinition: arn('ledger:1'),
    runningCount: 2,
    desiredCount: 2,
    targets: undefined,
  },
  taskDefinition: arn('ledger:2'),
  previousTaskDefinition: arn('ledger:1'),
  serviceDeployment: undefined,
  images: [],
  changes: [],
  knownGood: undefined,
  failures: [],
  diagnoses: [],
  rollbackFailures: [],
  rollbackDiagnoses: [],
  shares: [],
  triggers: [],
  unhealthyTargets: [],
  events: [],
  timeline: [],
  caveats: [],
  nextSteps: [],
  ...over,
})

export const makeFailure = (
  over: Partial<DeployReport['failures'][number]> = {},
): DeployReport['failures'][number] => ({
  count: 3,
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  container: 'app',
  exitCode: 1,
  containerReason: undefined,
  taskIds: ['0123'],
  logTail: undefined,
  ...over,
})
