import { ServiceNotFoundException } from '@aws-sdk/client-ecs'
import { arn } from '../../ids.ts'
import { type ApiDeps, type EcsHandlers, invalidParameter, pageOf } from './api.ts'
import { forgetStoppedTasks } from './lifecycle/stopped-tasks.ts'
import type { ClusterRecord, TaskLifecycle, TaskRecord } from './model.ts'
import { findTask, requireCluster } from './resolve.ts'
import { runTaskHandler } from './run-task/run-task-handler.ts'
import { describeTask } from './task-shape.ts'

const DESCRIBED_AT_ONCE = 100

/** RunTask, StopTask, ListTasks and DescribeTasks. */
export function taskHandlers(deps: ApiDeps & { readonly lifecycle: TaskLifecycle }): EcsHandlers {
  const { state, place, clock, lifecycle } = deps
  const remembered = (reference: string | undefined): ClusterRecord => {
    const cluster = requireCluster(state, reference)
    forgetStoppedTasks(cluster, clock.now())
    return cluster
  }
  return {
    RunTask: runTaskHandler(deps),

    StopTask(input) {
      const task = findTask(remembered(input.cluster), input.task ?? '')
      if (!task) throw invalidParameter('The referenced task was not found.')
      if (task.desiredStatus !== 'STOPPED') {
        void lifecycle.stop(task, input.reason ?? 'Task stopped by user', 'UserInitiated')
      }
      return { task: describeTask(task) }
    },

    ListTasks(input) {
      const cluster = remembered(input.cluster)
      const desired = input.desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING'
      const group = input.serviceName && `service:${serviceIn(cluster, input.serviceName)}`
      const arns = [...cluster.tasks.values()]
        .filter((task) => task.desiredStatus === desired)
        .filter((task) => (group ?? task.group) === task.group)
        .filter(
          (task) => (input.family ?? task.taskDefinition.family) === task.taskDefinition.family,
        )
        .filter((task) => (input.startedBy ?? task.startedBy) === task.startedBy)
        .filter((task) => (input.launchType ?? task.launchType) === task.launchType)
        // Fargate has no container instances.
        .filter(() => input.containerInstance === undefined)
        .map((task) => task.arn)
      const page = pageOf(arns, input.nextToken, input.maxResults)
      return { taskArns: page.items, nextToken: page.nextToken }
    },

    DescribeTasks({ cluster: reference, tasks = [], include = [] }) {
      const cluster = remembered(reference)
      if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.')
      if (tasks.length > DESCRIBED_AT_ONCE) {
        throw invalidParameter(`Tasks can have at most ${DESCRIBED_AT_ONCE} items.`)
      }
      const found = tasks.map((task) => findTask(cluster, task))
      const present = found.filter((task) => task !== undefined)
      const missing = tasks.filter((_, index) => !found[index])
      const arnOf = (task: string): string =>
        task.startsWith('arn:') ? task : arn('ecs', place, `task/${cluster.name}/${task}`)
      return {
        tasks: present.map((task) => withTags(task, include.includes('TAGS'))),
        failures: missing.map((task) => ({ arn: arnOf(task), reason: 'MISSING' })),
      }
    },
  }
}

const withTags = (task: TaskRecord, shown: boolean): ReturnType<typeof describeTask> => ({
  ...describeTask(task),
  tags: shown ? task.tags : [],
})

/** The name of the service, which has to be known. */
function serviceIn(cluster: ClusterRecord, reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  if (!cluster.services.has(name)) {
    throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} })
  }
  return name
}
