/** Tasks that find no place. */
import { event } from './evidence.ts'
import type { Example } from './examples.ts'

const NO_INSTANCE =
  '(service ledger) was unable to place a task because no container instance met all of its requirements.'

/** An event of a service that is well. */
const QUIET = event('(service ledger) has reached a steady state.')

export const PLACE_EXAMPLES: readonly Example[] = [
  {
    rule: 'no-fargate-capacity',
    sees: 'was unable to place a task. Reason: Capacity is unavailable at this time. …',
    evidence: event(
      '(service ledger) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
    ),
    cause: 'no capacity',
    fix: 'availability zones',
    nearMiss: event('(service ledger) was unable to place a task. Reason: Internal error.'),
  },
  {
    rule: 'quota-reached',
    sees: "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently",
    evidence: event(
      "(service ledger) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
    ),
    cause: 'vCPUs',
    fix: 'Service Quotas',
    nearMiss: event('(service ledger) has started 2 tasks: (task a) (task b).'),
  },
  {
    rule: 'size-above-limit',
    sees: 'was unable to place a task. Reason: The requested MEMORY configuration is above your limit.',
    evidence: event(
      '(service ledger) was unable to place a task. Reason: The requested MEMORY configuration is above your limit.',
    ),
    cause: 'more memory',
    fix: 'Service Quotas',
    nearMiss: QUIET,
  },
  {
    rule: 'invalid-size',
    sees: 'Invalid CPU or memory value specified',
    evidence: event(
      '(service ledger) failed to launch a task: Invalid CPU or memory value specified',
    ),
    cause: 'does not offer',
    fix: 'cpu 256',
    nearMiss: QUIET,
  },
  {
    rule: 'no-free-addresses',
    sees: 'InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.',
    evidence: event(
      "(service ledger) failed to launch a task with (error Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-0a1b2c3d4e5f60001': InsufficientFreeAddressesInSubnet).",
    ),
    cause: 'subnet-0a1b2c3d4e5f60001',
    fix: 'larger or more subnets',
    nearMiss: event("(service ledger) failed in subnet 'subnet-0a1b2c3d4e5f60001'."),
  },
  {
    rule: 'no-network-interface',
    sees: 'The closest matching container-instance … encountered error "RESOURCE:ENI".',
    evidence: event(
      `${NO_INSTANCE} The closest matching container-instance 0123456789abcdef encountered error "RESOURCE:ENI".`,
    ),
    cause: 'network interface',
    fix: 'awsvpcTrunking',
    nearMiss: event(`${NO_INSTANCE} The closest one encountered error "AGENT".`),
  },
  {
    rule: 'no-instances',
    sees: 'no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.',
    evidence: event(`${NO_INSTANCE} Reason: No Container Instances were found in your cluster.`),
    cause: 'no container instances',
    fix: 'capacity provider',
    nearMiss: event(NO_INSTANCE),
  },
  {
    rule: 'instances-full',
    sees: 'The closest matching container-instance … has insufficient memory available, or CPU units.',
    evidence: event(
      `${NO_INSTANCE} The closest matching (container-instance 0123456789abcdef) has insufficient memory available.`,
    ),
    cause: 'enough memory',
    fix: 'minimumHealthyPercent',
    nearMiss: event(NO_INSTANCE),
  },
  {
    rule: 'host-port-taken',
    sees: 'The closest matching container-instance is already using a port required by your task.',
    evidence: event(
      `${NO_INSTANCE} The closest matching container-instance is already using a port required by your task.`,
    ),
    cause: 'host port',
    fix: 'hostPort to 0',
    nearMiss: event(NO_INSTANCE),
  },
  {
    rule: 'no-matching-instance',
    sees: 'was unable to place a task because no container instance met all of its requirements.',
    evidence: event(NO_INSTANCE),
    cause: 'all that the task asks for',
    fix: 'placement constraints',
    nearMiss: QUIET,
  },
  {
    rule: 'no-room-to-deploy',
    sees: 'was unable to stop or start tasks during a deployment because of the service deployment configuration.',
    evidence: event(
      '(service ledger) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    ),
    cause: 'leave no room',
    fix: 'Raise maximumPercent',
    nearMiss: QUIET,
  },
]
