/** What RunTask means by a failure. 'Amazon ECS API failure reasons' in the developer guide, unless another source is named. */
import type { StartFailure } from './port.ts'

const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  // repost.aws/knowledge-center/ecs-fargate-runtask-capacity
  [
    /Capacity is unavailable at this time/,
    'Fargate has no capacity in the availability zones of these subnets at the moment: run again later, or give subnets in more of them.',
  ],
  [/RESOURCE:CPU/, 'no container instance has enough cpu left for the task: add some.'],
  [/RESOURCE:MEMORY/, 'no container instance has enough memory left for the task: add some.'],
  [
    /RESOURCE:ENI/,
    'no container instance can take another network interface: add instances, or turn on awsvpcTrunking.',
  ],
  [/RESOURCE:GPU/, 'no container instance has enough GPUs left for the task: add some.'],
  [/RESOURCE:PORTS?/, 'a host port of the task is taken on every container instance: add some.'],
  [/RESOURCE:/, 'what the task needs is not left on any container instance: add some.'],
  [/AGENT/, 'the agent of the container instance is disconnected: look at the instance.'],
  [
    /LOCATION/,
    'the container instance is in another availability zone than the subnets: give one of its own.',
  ],
  [
    /ATTRIBUTE/,
    'no container instance has an attribute that the task definition requires (its network mode or a log driver, for example).',
  ],
  [/MemberOf|placement constraint/i, 'no container instance meets the placement constraints.'],
  [
    /NO ACTIVE INSTANCES|EMPTY CAPACITY PROVIDER/,
    'the capacity provider has no container instances: look at its Auto Scaling group.',
  ],
  [/INACTIVE|MISSING/, 'the container instance is gone: look at the cluster.'],
]

/** 'RESOURCE:MEMORY (arn:…): no container instance has …' */
export function explainStartFailure({ reason, detail, arn }: StartFailure): string {
  const facts = [detail, arn].filter((fact) => fact !== undefined && fact !== '')
  const said = `${reason.replace(/\.$/, '')}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
  const found = EXPLANATIONS.find(([words]) => words.test(reason))
  return found ? `${said}: ${found[1]}` : `${said}.`
}
