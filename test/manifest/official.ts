/**
 * The inputs and outputs of the official actions, in the order of their action.yml.
 *
 * aws-actions/amazon-ecs-deploy-task-definition v2.6.3 (commit c465972ecbd160473f22e683363b422a5412a3de): its action.yml
 * as it stood one change later (commit 08e57e7dfb8553a9ab5b35566c828db2ef923d0e, which adds `task-definition-arn`, not
 * released); thirty of them are also in the runner's own list of v2.6.0, in issue #851 of that repository.
 */
export const DEPLOY_INPUTS: readonly string[] = [
  'task-definition',
  'desired-count',
  'service',
  'cluster',
  'wait-for-service-stability',
  'wait-for-minutes',
  'wait-max-delay-seconds',
  'codedeploy-appspec',
  'codedeploy-application',
  'codedeploy-deployment-group',
  'codedeploy-deployment-description',
  'codedeploy-deployment-config',
  'force-new-deployment',
  'service-managed-ebs-volume-name',
  'service-managed-ebs-volume',
  'run-task',
  'run-task-container-overrides',
  'run-task-security-groups',
  'run-task-subnets',
  'run-task-assign-public-IP',
  'run-task-capacity-provider-strategy',
  'run-task-launch-type',
  'run-task-started-by',
  'run-task-tags',
  'run-task-managed-ebs-volume-name',
  'run-task-managed-ebs-volume',
  'wait-for-task-stopped',
  'enable-ecs-managed-tags',
  'propagate-tags',
  'keep-null-value-keys',
  'max-retries',
]

export const DEPLOY_OUTPUTS: readonly string[] = [
  'task-definition-arn',
  'codedeploy-deployment-id',
  'run-task-arn',
]

/** aws-actions/amazon-ecs-render-task-definition v1 (action.yml of commit 0001b7d0cc907137ed9465988e6bd89f5deffe18). */
export const RENDER_INPUTS: readonly string[] = [
  'task-definition',
  'task-definition-arn',
  'task-definition-family',
  'task-definition-revision',
  'container-name',
  'image',
  'environment-variables',
  'log-configuration-log-driver',
  'log-configuration-options',
  'docker-labels',
  'command',
  'task-role-arn',
  'execution-role-arn',
  'env-files',
  'secrets',
]
