import { randomUUID } from 'node:crypto'
import type * as codedeploy from '@aws-sdk/client-codedeploy'
import { InvalidComputePlatformException } from '@aws-sdk/client-codedeploy'
import type { Clock } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { applicationExists, pageOf } from './errors.ts'
import { requireApplication } from './find.ts'
import type { CodeDeployState } from './model.ts'

export function applicationHandlers(
  state: CodeDeployState,
  clock: Clock,
): Handlers<typeof codedeploy> {
  const { applications } = state
  return {
    CreateApplication({ applicationName = '', computePlatform = 'Server' }) {
      if (applications.has(applicationName)) throw applicationExists(applicationName)
      // AWS takes Server and Lambda as well.
      if (computePlatform !== 'ECS') {
        const message = 'The local endpoint plays the compute platform ECS only.'
        throw new InvalidComputePlatformException({ message, $metadata: {} })
      }
      const applicationId = randomUUID()
      const createTime = new Date(clock.now())
      applications.set(applicationName, {
        info: {
          applicationId,
          applicationName,
          createTime,
          linkedToGitHub: false,
          computePlatform,
        },
        groups: new Map(),
      })
      return { applicationId }
    },
    GetApplication: ({ applicationName }) => ({
      application: requireApplication(state, applicationName).info,
    }),
    ListApplications({ nextToken }) {
      const { page, ...rest } = pageOf([...applications.keys()], nextToken)
      return { applications: page, ...rest }
    },
    // What becomes of deployments under way is unproven: they stop.
    DeleteApplication({ applicationName = '' }) {
      for (const { deployments } of requireApplication(state, applicationName).groups.values()) {
        for (const { run } of deployments) run?.stop()
      }
      applications.delete(applicationName)
      return {}
    },
  }
}
