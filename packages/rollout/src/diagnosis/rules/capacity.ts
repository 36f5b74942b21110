/** Tasks that find no place. 'Service event messages' in the developer guide, unless another source is named. */
import { quote, spaced } from '../quote.ts'
import { onMessage, type Rule } from '../rule.ts'

export const CAPACITY_RULES: readonly Rule[] = [
  // repost.aws/knowledge-center/ecs-fargate-runtask-capacity; sil-org/ecs-deploy#277.
  onMessage('no-fargate-capacity', /Capacity is unavailable at this time/, () => ({
    cause: 'Fargate has no capacity for the tasks in these availability zones at the moment.',
    fix: 'Deploy again later, give the service subnets in more availability zones, or add FARGATE beside FARGATE_SPOT.',
  })),

  // aws/copilot-cli#2685 for spot tasks, wellcomecollection/platform#3875 for tasks.
  onMessage(
    'quota-reached',
    /reached the limit on the number of ([\w ]{1,40}) you can run concurrently/,
    ([, what]) => ({
      cause: `The account's quota of ${quote(what)} on Fargate is used up.`,
      fix: 'Ask for more in Service Quotas (AWS Fargate), or run fewer tasks while a deployment doubles them (maximumPercent).',
    }),
  ),

  onMessage(
    'size-above-limit',
    /The requested (CPU|MEMORY) configuration is above your limit/,
    ([, what]) => ({
      cause: `The task wants more ${what === 'CPU' ? 'cpu' : 'memory'} than the account may use on Fargate.`,
      fix: 'Ask for more in Service Quotas, or lower cpu and memory in the task definition.',
    }),
  ),

  // 'Invalid CPU or memory value specified' in the developer guide; that a task or an event says it is unproven.
  onMessage(
    'invalid-size',
    /Invalid CPU or memory value specified|No Fargate configuration exists for given values/i,
    () => ({
      cause: 'Fargate does not offer the cpu and memory of the task definition together.',
      fix: 'Choose a pair from the task size table of the developer guide, for example cpu 256 with memory 512, 1024 or 2048.',
    }),
  ),

  // The code is EC2's (aws/amazon-vpc-cni-k8s#40); that ECS passes it on is unproven.
  onMessage(
    'no-free-addresses',
    /InsufficientFreeAddressesInSubnet|not have enough free addresses/,
    (_found, { text }) => ({
      cause: `The subnet${spaced(/subnet-[0-9a-f]+/.exec(text)?.[0])} has no free IP addresses for more tasks.`,
      fix: 'Use larger or more subnets, delete network interfaces that nobody uses, or run fewer tasks at once (maximumPercent).',
    }),
  ),

  // 'API failure reasons' in the developer guide; that an event of a service says it in these words is unproven.
  onMessage('no-network-interface', /RESOURCE:ENI/, () => ({
    cause: 'No container instance can take another network interface.',
    fix: 'Add container instances, or turn on awsvpcTrunking and start instances that support it.',
  })),

  onMessage('no-instances', /No Container Instances were found in your cluster/i, () => ({
    cause: 'The cluster has no container instances.',
    fix: 'Start some, for example through the capacity provider of the cluster, or use Fargate.',
  })),

  onMessage('instances-full', /has insufficient (CPU units|memory) available/i, ([, what]) => ({
    cause: `No container instance has enough ${what === 'memory' ? 'memory' : 'cpu'} left for the task.`,
    fix: 'Add container instances or larger ones, lower what the task asks for, or lower minimumHealthyPercent so that old tasks make room.',
  })),

  onMessage('host-port-taken', /already using a port required by your task/, () => ({
    cause: 'Every container instance already uses the host port of the task.',
    fix: 'Set hostPort to 0 for a port that changes, add container instances, or lower minimumHealthyPercent so that old tasks make room.',
  })),

  onMessage('no-matching-instance', /no container instance met all of its requirements/, () => ({
    cause: 'No container instance meets all that the task asks for.',
    fix: 'Compare cpu, memory, ports, attributes and placement constraints of the task with the instances; the event names the closest one.',
  })),

  onMessage(
    'no-room-to-deploy',
    /unable to stop or start tasks during a deployment because of the service deployment configuration/,
    () => ({
      cause:
        'minimumHealthyPercent and maximumPercent leave no room: ECS may neither stop an old task nor start a new one.',
      fix: 'Raise maximumPercent or lower minimumHealthyPercent so that at least one task can change.',
    }),
  ),
]
