import { randomUUID } from 'node:crypto'
import type * as codedeploy from '@aws-sdk/client-codedeploy'
import {
  InvalidComputePlatformException,
  InvalidDeploymentConfigNameException,
  InvalidOperationException,
  InvalidTrafficRoutingConfigurationException,
  type TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy'
import type { Clock } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { configExists, pageOf } from './errors.ts'
import { requireConfig } from './find.ts'
import type { CodeDeployState } from './model.ts'

const $metadata = {}

export function configHandlers(state: CodeDeployState, clock: Clock): Handlers<typeof codedeploy> {
  const { configs } = state
  return {
    CreateDeploymentConfig({ deploymentConfigName = '', computePlatform, trafficRoutingConfig }) {
      checkName(deploymentConfigName)
      if (configs.has(deploymentConfigName)) throw configExists(deploymentConfigName)
      if (computePlatform !== 'ECS') {
        const message = 'The local endpoint plays the compute platform ECS only.'
        throw new InvalidComputePlatformException({ message, $metadata })
      }
      checkRouting(trafficRoutingConfig)
      const deploymentConfigId = randomUUID()
      configs.set(deploymentConfigName, {
        deploymentConfigId,
        deploymentConfigName,
        computePlatform,
        trafficRoutingConfig,
        createTime: new Date(clock.now()),
      })
      return { deploymentConfigId }
    },
    GetDeploymentConfig: ({ deploymentConfigName = '' }) => ({
      deploymentConfigInfo: configs.get(requireConfig(state, deploymentConfigName)),
    }),
    ListDeploymentConfigs({ nextToken }) {
      const { page, ...rest } = pageOf([...configs.keys()].toSorted(), nextToken)
      return { deploymentConfigsList: page, ...rest }
    },
    DeleteDeploymentConfig({ deploymentConfigName = '' }) {
      if (isPredefined(deploymentConfigName)) {
        const message = `The deployment configuration ${deploymentConfigName} cannot be deleted`
        throw new InvalidOperationException({ message, $metadata })
      }
      configs.delete(deploymentConfigName)
      return {}
    },
  }
}

const isPredefined = (name: string): boolean => name.startsWith('CodeDeployDefault.')

function checkName(name: string): void {
  if (name.length > 0 && name.length <= 100 && !isPredefined(name)) return
  const message = `Deployment configuration name is not valid: ${name}`
  throw new InvalidDeploymentConfigNameException({ message, $metadata })
}

/** Percents of 1 to 99 and minutes from 1; the bounds are those of the console, and the words are unproven. */
function checkRouting(routing: TrafficRoutingConfig | undefined): void {
  const { type = 'AllAtOnce', timeBasedCanary: canary, timeBasedLinear: linear } = routing ?? {}
  if (type === 'AllAtOnce') return
  const percent = type === 'TimeBasedCanary' ? canary?.canaryPercentage : linear?.linearPercentage
  const minutes = type === 'TimeBasedCanary' ? canary?.canaryInterval : linear?.linearInterval
  if (percent !== undefined && percent > 0 && percent < 100 && (minutes ?? 0) > 0) return
  const message = `The traffic routing configuration of type ${type} is not valid`
  throw new InvalidTrafficRoutingConfigurationException({ message, $metadata })
}
