/** Tasks that do not start: roles, secrets, logs, file systems, images. */
import { event, exited, IMAGE, makeEvidence, notStarted, stoppedForHealth } from './evidence.ts'
import type { Example } from './examples.ts'

const NO_SECRETS =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: '
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:ledger/database-AbCdEf'
const MANIFEST = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): '

export const START_EXAMPLES: readonly Example[] = [
  {
    rule: 'role-not-assumed',
    sees: "service ledger failed to launch a task with (error ECS was unable to assume the role '…' that was provided for this task. …)",
    evidence: event(
      "(service ledger) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/ledger-task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).",
    ),
    cause: 'arn:aws:iam::123456789012:role/ledger-task',
    fix: 'ecs-tasks.amazonaws.com',
    nearMiss: exited(1, ['unable to assume the role arn:aws:iam::123456789012:role/other']),
  },
  {
    rule: 'key-denied',
    sees: '… failed to fetch secret … from secrets manager: AccessDeniedException: Access to KMS is not allowed',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${SECRET} from secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400, request id: a87a66d9-f839-4353-b8c2-9984b1465695`,
    ),
    cause: 'ledger/database-AbCdEf',
    fix: 'kms:Decrypt',
    nearMiss: notStarted(`${NO_SECRETS}unable to retrieve secret from asm: KMS key is disabled`),
  },
  {
    rule: 'role-denied',
    sees: '… AccessDeniedException: User: … is not authorized to perform: ssm:GetParameters on resource: …',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/ledger-execution/f83b93a4dc3442a1 is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-2:123456789012:parameter/GOOGLE_CLIENT_ID because no identity-based policy allows the ssm:GetParameters action status code: 400, request id: 1adcb55f-f798-4503-b8a3-cd1533290001`,
    ),
    cause:
      'The role ledger-execution may not do ssm:GetParameters on arn:aws:ssm:eu-west-2:123456789012:parameter/GOOGLE_CLIENT_ID.',
    fix: 'Allow ssm:GetParameters',
    nearMiss: exited(1, ['AccessDeniedException: User: arn:aws:sts::1:assumed-role/a/b is not …']),
  },
  {
    rule: 'secret-not-found',
    sees: '… failed to fetch secret … from secrets manager: ResourceNotFoundException: …',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${SECRET} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    ),
    cause: SECRET,
    fix: 'valueFrom',
    nearMiss: notStarted(
      `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${SECRET} from secrets manager: InternalServiceError`,
    ),
  },
  {
    rule: 'parameter-not-found',
    sees: '… unable to retrieve secrets from ssm: … invalid ssm parameters: …',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /jobfit/staging/sentry-dsn`,
    ),
    cause: '/jobfit/staging/sentry-dsn',
    fix: 'valueFrom',
    nearMiss: exited(1, ['Invalid ssm parameters: /jobfit']),
  },
  {
    rule: 'secret-key-missing',
    sees: '… retrieved secret from Secrets Manager did not contain json key …',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key MY_SECRET`,
    ),
    cause: 'MY_SECRET',
    fix: 'JSON',
    nearMiss: notStarted(`${NO_SECRETS}unable to retrieve secret from asm: json key`),
  },
  {
    rule: 'secret-not-json',
    sees: "… unable to retrieve secret from asm: … invalid character '…' looking for beginning of value",
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): invalid character '\\'' looking for beginning of value`,
    ),
    cause: 'is not JSON',
    fix: 'JSON object',
    nearMiss: exited(1, ['from asm: invalid character x looking for beginning of value']),
  },
  {
    rule: 'log-group-missing',
    sees: '… failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    evidence: notStarted(
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ),
    cause: '/ecs/ledger',
    fix: 'awslogs-create-group',
    nearMiss: notStarted('ResourceInitializationError: failed to validate logger args'),
  },
  {
    rule: 'file-system-not-mounted',
    sees: 'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: …',
    evidence: notStarted(
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-06642d00e4ec726.efs.ap-northeast-1.amazonaws.com" - check that your file system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. : unsuccessful EFS utils command execution; code: 1',
    ),
    cause: 'fs-06642d00e4ec726',
    fix: 'mount target',
    nearMiss: exited(1, ['failed to invoke EFS utils commands']),
  },
  {
    rule: 'no-way-to-aws',
    sees: 'ResourceInitializationError: unable to pull secrets or registry auth: … i/o timeout, context deadline exceeded or signal: killed',
    evidence: notStarted(
      `${NO_SECRETS}unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.us-east-2.amazonaws.com/": dial tcp 10.0.0.1:443: i/o timeout. Please check your task network configuration.`,
    ),
    cause: 'api.ecr.us-east-2.amazonaws.com',
    fix: 'NAT gateway',
    nearMiss: exited(1, ['dial tcp 10.0.0.1:5432: i/o timeout']),
  },
  {
    rule: 'image-platform',
    sees: "CannotPullContainerError: … image Manifest does not contain descriptor matching platform 'linux/amd64'",
    evidence: notStarted(
      "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    ),
    cause: `${IMAGE} is not built for linux/amd64`,
    fix: '--platform linux/amd64',
    nearMiss: notStarted('CannotPullContainerError: unsupported platform'),
  },
  {
    rule: 'image-rate-limit',
    sees: 'CannotPullContainerError: … 429 Too Many Requests - … toomanyrequests: You have reached your pull rate limit.',
    evidence: notStarted(
      'CannotPullContainerError: inspect image has been retried 1 time(s): httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:86e3: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
    ),
    cause: 'registry-1.docker.io/library/redis: too many pulls',
    fix: 'pull through cache',
    nearMiss: exited(1, ['429 Too Many Requests']),
  },
  {
    rule: 'image-not-found',
    sees: 'CannotPullContainerError: … failed to resolve ref …: not found',
    evidence: notStarted(`${MANIFEST}failed to resolve ref ${IMAGE}: ${IMAGE}: not found`),
    cause: `The image ${IMAGE} is not in its registry.`,
    fix: 'Push it again',
    nearMiss: notStarted('CannotStartContainerError: volume: not found'),
  },
  {
    rule: 'image-denied',
    sees: 'CannotPullContainerError: … 403 Forbidden, pull access denied or no basic auth credentials',
    evidence: notStarted(
      `${MANIFEST}failed to resolve ref ${IMAGE}: unexpected status from HEAD request to https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/ledger/manifests/v42: 403 Forbidden`,
    ),
    cause: IMAGE,
    fix: 'ledger-execution',
    nearMiss: stoppedForHealth('Task failed container health checks', '403 Forbidden'),
  },
  {
    rule: 'image-disk-full',
    sees: 'CannotPullContainerError: write …: no space left on device',
    evidence: notStarted(
      'CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob111111111: no space left on device',
    ),
    cause: 'too small',
    fix: 'ephemeralStorage',
    nearMiss: exited(1, ['write /data/x: no space left on device']),
  },
  {
    rule: 'registry-unreachable',
    sees: 'CannotPullContainerError: … dial tcp …: i/o timeout, or request canceled while waiting for connection',
    evidence: notStarted(
      `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref "${IMAGE}": failed to do request: Head "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/ledger/manifests/v42": dial tcp 10.0.3.17:443: i/o timeout`,
    ),
    cause: `${IMAGE} cannot be reached`,
    fix: 'VPC endpoints',
    nearMiss: makeEvidence({ events: ['(service ledger) operations are being throttled.'] }),
  },
]
