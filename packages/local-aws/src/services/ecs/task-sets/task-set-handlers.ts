import { UnsupportedFeatureException } from '@aws-sdk/client-ecs'
import { arn } from '../../../ids.ts'
import type { ApiDeps, EcsHandlers } from '../api.ts'
import { requireCluster } from '../resolve.ts'
import { requireActiveService } from '../services/find-service.ts'
import { taskSetShape } from './task-set-shape.ts'

/** DescribeTaskSets. The operations that change task sets are for services of the EXTERNAL controller, and not here. */
export function taskSetHandlers({ state, place }: ApiDeps): EcsHandlers {
  return {
    DescribeTaskSets(input) {
      const cluster = requireCluster(state, input.cluster)
      const service = requireActiveService(cluster, input.service)
      if ((service.settings.deploymentController?.type ?? 'ECS') === 'ECS') throw unsupported()
      const wanted = input.taskSets ?? []
      const isWanted = (id: string, setArn: string): boolean =>
        wanted.length === 0 || wanted.includes(id) || wanted.includes(setArn)
      const found = service.taskSets.filter((set) => isWanted(set.id, set.arn))
      const missing = wanted.filter(
        (each) => !found.some((set) => [set.id, set.arn].includes(each)),
      )
      return {
        taskSets: found.map((set) => taskSetShape(service, set)),
        failures: missing.map((each) => ({
          arn: each.startsWith('arn:')
            ? each
            : arn('ecs', place, `task-set/${cluster.name}/${service.name}/${each}`),
          reason: 'MISSING',
        })),
      }
    },
  }
}

/** API_DescribeTaskSets lists the exception; that it is for such services, and the words, are unproven. */
const unsupported = (): UnsupportedFeatureException =>
  new UnsupportedFeatureException({
    message: 'Task sets are not supported on services with an ECS deployment controller.',
    $metadata: {},
  })
