/**
 * The reads that AWS answers for several services, or several of their parts, in one call. The ports of all services
 * that are deployed together share them, so that whoever looks at the same moment looks in one call.
 */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs'
import {
  lastPart,
  type Clock,
  type ServiceDeploymentView,
  type ServiceRevisionView,
  type ServiceView,
  type TargetGroupDimensions,
  type TaskView,
} from '@ecs-pipeline/rollout'
import { Batcher } from './batcher.ts'
import {
  createClusterTasks,
  type ClusterTasks,
  type ClusterTasksOptions,
  type DesiredStatus,
} from './cluster-tasks.ts'
import { describeTargetGroups } from './target-groups.ts'
import type { AwsAccess } from './toolbox.ts'
import { serviceDeploymentView, serviceRevisionView, serviceView, taskView } from './views.ts'

/** What one call takes (API references of Amazon ECS and Elastic Load Balancing). */
const SIZES = { services: 10, serviceDeployments: 20, revisions: 20, tasks: 100, targetGroups: 20 }

/** Tasks are read by the hundred, and may be read or not as a whole (`ecs:cluster` is their condition in IAM). */
const ONE_ANSWER_FOR_ALL = false

/**
 * Running tasks are asked for when a release is over, so that nobody's way back waits for them: they may wait so many
 * times longer for other services whose release ended at the same look.
 */
const UNHURRIED = 10

/** A service, or why ECS does not give it. */
export type ServiceAnswer = { readonly view: ServiceView } | { readonly missing: string }

export interface TaskOfCluster {
  readonly view: TaskView
  /** `service:` and the name, of a task that a service has started. */
  readonly group: string | undefined
}

export interface SharedReads {
  /** By name or ARN. */
  readonly services: Batcher<string, ServiceAnswer>
  readonly serviceDeployments: Batcher<string, ServiceDeploymentView>
  readonly revisions: Batcher<string, ServiceRevisionView>
  readonly tasks: Batcher<string, TaskOfCluster>
  readonly clusterTasks: Readonly<Record<DesiredStatus, ClusterTasks>>
  readonly targetGroups: Batcher<string, TargetGroupDimensions>
}

export interface SharedReadsOptions extends AwsAccess {
  readonly cluster: string
  readonly clock: Clock
  /** How long one who asks waits for the others, in milliseconds. */
  readonly window: number
}

export function createSharedReads({
  clients,
  call,
  cluster,
  clock,
  window,
}: SharedReadsOptions): SharedReads {
  const ecs = (): ECSClient => clients.of(ECSClient)
  const batcher = <Answer>(
    size: number,
    ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
    isolates = true,
  ): Batcher<string, Answer> => new Batcher({ size, window, clock, ask, isolates })

  const resource = `tasks in cluster ${cluster}`
  const tasks = batcher(
    SIZES.tasks,
    async (arns) => {
      const answer = await call({ action: 'ecs:DescribeTasks', resource }, (options) =>
        ecs().send(new DescribeTasksCommand({ cluster, tasks: [...arns] }), options),
      )
      return new Map(
        (answer.tasks ?? []).map((task) => {
          const view = taskView(task)
          return [view.arn, { view, group: task.group }]
        }),
      )
    },
    ONE_ANSWER_FOR_ALL,
  )
  const ofCluster: ClusterTasksOptions = {
    window,
    clock,
    describe: (arns) => askAll(tasks, arns),
    async list(desiredStatus, nextToken) {
      const answer = await call({ action: 'ecs:ListTasks', resource }, (options) =>
        ecs().send(new ListTasksCommand({ cluster, desiredStatus, nextToken }), options),
      )
      return { arns: answer.taskArns ?? [], nextToken: answer.nextToken }
    },
  }

  return {
    services: batcher(SIZES.services, async (names) => {
      const answer = await call(
        {
          action: 'ecs:DescribeServices',
          resource: `${nounFor('service', names)} in cluster ${cluster}`,
        },
        (options) =>
          ecs().send(new DescribeServicesCommand({ cluster, services: [...names] }), options),
      )
      const { services = [], failures = [] } = answer
      return new Map(
        names.map((name): [string, ServiceAnswer] => {
          const isIt = (arn = ''): boolean => names.length === 1 || lastPart(arn) === lastPart(name)
          const found = services.find((each) => isIt(each.serviceArn ?? each.serviceName))
          const reason = failures.find(({ arn }) => isIt(arn))?.reason ?? 'no reason given'
          return [name, found ? { view: serviceView(found) } : { missing: reason }]
        }),
      )
    }),

    serviceDeployments: batcher(SIZES.serviceDeployments, async (arns) => {
      const resource = nounFor('service deployment', arns)
      const answer = await call({ action: 'ecs:DescribeServiceDeployments', resource }, (options) =>
        ecs().send(
          new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }),
          options,
        ),
      )
      return byArn((answer.serviceDeployments ?? []).map(serviceDeploymentView))
    }),

    revisions: batcher(SIZES.revisions, async (arns) => {
      const resource = nounFor('service revision', arns)
      const answer = await call({ action: 'ecs:DescribeServiceRevisions', resource }, (options) =>
        ecs().send(
          new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }),
          options,
        ),
      )
      return byArn((answer.serviceRevisions ?? []).map(serviceRevisionView))
    }),

    tasks,

    clusterTasks: {
      RUNNING: createClusterTasks('RUNNING', { ...ofCluster, window: window * UNHURRIED }),
      STOPPED: createClusterTasks('STOPPED', ofCluster),
    },

    targetGroups: batcher(SIZES.targetGroups, async (arns) =>
      byArn(await describeTargetGroups({ clients, call }, arns)),
    ),
  }
}

/** The answers to `keys`, in their order; what AWS does not know is left out. */
export async function askAll<Answer>(
  batcher: Batcher<string, Answer>,
  keys: readonly string[],
): Promise<readonly Answer[]> {
  const answers = await Promise.all([...new Set(keys)].map((key) => batcher.ask(key)))
  return answers.filter((answer) => answer !== undefined)
}

const byArn = <View extends { readonly arn: string }>(
  views: readonly View[],
): ReadonlyMap<string, View> => new Map(views.map((view) => [view.arn, view]))

/** `service web`, `services web, api` */
const nounFor = (noun: string, names: readonly string[]): string =>
  `${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
