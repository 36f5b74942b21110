/**
 * The AppSpec file of an ECS deployment, as JSON or YAML ('AppSpec resources section for Amazon ECS deployments' and
 * 'AppSpec hooks section for an Amazon ECS deployment' of the user guide). Names of members are taken in any case, as
 * aws-actions/amazon-ecs-deploy-task-definition writes them back as it found them.
 */
import { parse } from 'yaml'
import type { TaskSetRequest } from '../ecs/part.ts'
import { DeploymentFailure } from './deployment-failure.ts'

export const HOOKS = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const
export type HookName = (typeof HOOKS)[number]

export interface AppSpec {
  readonly taskDefinition: string
  readonly containerName: string
  readonly containerPort: number
  readonly settings: Pick<
    TaskSetRequest,
    'platformVersion' | 'networkConfiguration' | 'capacityProviderStrategy'
  >
  /** Names or ARNs of functions. */
  readonly hooks: ReadonlyMap<HookName, string>
}

type Members = Readonly<Record<string, unknown>>

/** Throws a {@link DeploymentFailure}: CreateDeployment takes any content, and the deployment fails (aws/aws-cli#6267). */
export function parseAppSpec(content: string): AppSpec {
  let document: unknown
  try {
    document = lowerCased(parse(content))
  } catch {
    throw invalid(
      'The input AppSpec file is a not well-formed yaml. The template cannot be parsed.',
    )
  }
  const { resources, hooks } = membersOf(document)
  const [named] = Array.isArray(resources) ? (resources as readonly unknown[]) : []
  const [resource] = Object.values(membersOf(named))
  const { type, properties } = membersOf(resource)
  if (type !== 'AWS::ECS::Service')
    throw invalid('A resource of type AWS::ECS::Service is missing.')
  const { taskdefinition, loadbalancerinfo, ...optional } = membersOf(properties)
  const { containername, containerport } = membersOf(loadbalancerinfo)
  if (typeof taskdefinition !== 'string') throw invalid('TaskDefinition is missing.')
  if (typeof containername !== 'string') throw invalid('ContainerName is missing.')
  if (!Number.isInteger(Number(containerport ?? NaN))) throw invalid('ContainerPort is missing.')
  return {
    taskDefinition: taskdefinition,
    containerName: containername,
    containerPort: Number(containerport),
    settings: settingsOf(optional),
    hooks: hooksOf(hooks),
  }
}

/** The first sentence is recorded, with what follows it for YAML that cannot be read; the others are unproven. */
const invalid = (what: string): DeploymentFailure =>
  new DeploymentFailure(
    'INVALID_REVISION',
    `The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration. ${what}`,
  )

function settingsOf(optional: Members): AppSpec['settings'] {
  const { platformversion, networkconfiguration, capacityproviderstrategy } = optional
  const { awsvpcconfiguration } = membersOf(networkconfiguration)
  const { subnets, securitygroups, assignpublicip } = membersOf(awsvpcconfiguration)
  const strategy = capacityproviderstrategy as readonly Members[] | undefined
  return {
    ...(typeof platformversion === 'string' && { platformVersion: platformversion }),
    ...(Array.isArray(subnets) && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: subnets as string[],
          securityGroups: (securitygroups ?? []) as string[],
          assignPublicIp: (assignpublicip ?? 'DISABLED') as 'ENABLED' | 'DISABLED',
        },
      },
    }),
    ...(Array.isArray(strategy) && {
      capacityProviderStrategy: strategy.map(({ capacityprovider, base, weight }: Members) => ({
        capacityProvider: String(capacityprovider),
        base: Number(base ?? 0),
        weight: Number(weight ?? 0),
      })),
    }),
  }
}

function hooksOf(given: unknown): AppSpec['hooks'] {
  const entries = Array.isArray(given) ? (given as readonly unknown[]).map(membersOf) : []
  const functions = entries.flatMap((each) => Object.entries(each))
  return new Map(
    HOOKS.flatMap((hook) => {
      const found = functions.find(([name]) => name === hook.toLowerCase())?.[1]
      return typeof found === 'string' ? [[hook, found] as const] : []
    }),
  )
}

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

function lowerCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.toLowerCase(), lowerCased(each)]),
  )
}
