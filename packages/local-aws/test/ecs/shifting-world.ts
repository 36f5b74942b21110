/** A service with two target groups and listener rules for production and test traffic, in memory. */
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  ServiceDeployment,
} from '@aws-sdk/client-ecs'
import { expect } from '@jest/globals'
import { createServiceWorld, type ServiceWorld } from './service-world.ts'

const RULE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/1/2'
export const PRODUCTION = `${RULE}/production`
export const TEST = `${RULE}/test`

export const ADVANCED = {
  alternateTargetGroupArn: 'arn:green',
  productionListenerRule: PRODUCTION,
  testListenerRule: TEST,
  roleArn: 'arn:aws:iam::123456789012:role/ecs',
}
export const LOAD_BALANCER = {
  targetGroupArn: 'arn:blue',
  containerName: 'app',
  containerPort: 80,
  advancedConfiguration: ADVANCED,
}

export interface Moment {
  /** Seconds since the watch began. */
  readonly at: number
  readonly stage: string
  /** Of the target revision. */
  readonly production: number | undefined
  readonly test: number | undefined
}

export interface ShiftingWorld extends ServiceWorld {
  /** Creates the service and waits until it stands: `app:1` in the group `arn:green`. */
  settle(
    configuration: DeploymentConfiguration,
    over?: Partial<CreateServiceCommandInput>,
  ): Promise<void>
  /** Deploys the next revision, with that image; does not wait. */
  release(image?: string, input?: object): Promise<void>
  /** The newest service deployment. */
  newest(): Promise<ServiceDeployment>
  /** Moves time until `isEnough`, and gives every change of stage or weight on the way. */
  watch(isEnough: (deployment: ServiceDeployment) => boolean): Promise<Moment[]>
  until(stage: string, production?: number): Promise<void>
  /** Weights of the production rule by group. */
  weights(): Record<string, number>
  stop(): Promise<unknown>
  /** As `settle` and `release`, of a BLUE_GREEN service that gets these hooks in between. */
  releaseWithHooks(hooks: DeploymentLifecycleHook[], configuration?: object): Promise<void>
  /** Waits for the end of the release: the tasks and the traffic are as it says. */
  expectEnd(status: string, statusReason?: string): Promise<void>
}

/** Seconds; nothing that a test waits for takes longer. */
const LONGEST_WATCH = 3600

const OVER: readonly (string | undefined)[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]
export const isOver = ({ status }: ServiceDeployment): boolean => OVER.includes(status)

export function createShiftingWorld(): ShiftingWorld {
  const world = createServiceWorld()
  world.rules.set(PRODUCTION, [
    { arn: 'arn:blue', weight: 100 },
    { arn: 'arn:green', weight: 0 },
  ])
  world.rules.set(TEST, [{ arn: 'arn:green', weight: 1 }])
  let revision = 1
  const shifting: ShiftingWorld = {
    ...world,
    async settle(deploymentConfiguration, over = {}) {
      await world.create({ deploymentConfiguration, loadBalancers: [LOAD_BALANCER], ...over })
      await world.clock.advance(120_000)
    },
    async release(image = 'better', input = {}) {
      world.register(image)
      await world.update({ taskDefinition: `app:${++revision}`, ...input })
    },
    newest: async () => (await world.deployments())[0] ?? {},
    async watch(isEnough) {
      const began = world.clock.now()
      const moments: Moment[] = []
      for (let seconds = 0; seconds < LONGEST_WATCH; seconds++) {
        const deployment = await shifting.newest()
        const { lifecycleStage: stage = '', targetServiceRevision: target = {} } = deployment
        const { requestedProductionTrafficWeight: production, requestedTestTrafficWeight: test } =
          target
        const last = moments.at(-1)
        const isNew = last?.stage !== stage || last.production !== production || last.test !== test
        if (isNew) moments.push({ at: (world.clock.now() - began) / 1000, stage, production, test })
        if (isEnough(deployment)) return moments
        await world.clock.advance(1000)
      }
      throw new Error(`Never: ${JSON.stringify(moments.slice(-20))}`)
    },
    async until(stage, production) {
      await shifting.watch(
        ({ lifecycleStage, targetServiceRevision }) =>
          lifecycleStage === stage &&
          (production === undefined ||
            targetServiceRevision?.requestedProductionTrafficWeight === production),
      )
    },
    weights: () =>
      Object.fromEntries(
        (world.rules.get(PRODUCTION) ?? []).map(({ arn, weight }) => [arn, weight]),
      ),
    async releaseWithHooks(lifecycleHooks, configuration = {}) {
      await shifting.settle({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })
      await world.update({ deploymentConfiguration: { lifecycleHooks, ...configuration } })
      await shifting.release()
    },
    async expectEnd(status, statusReason) {
      await shifting.watch(isOver)
      expect(await shifting.newest()).toMatchObject({
        status,
        ...(statusReason !== undefined && { statusReason }),
      })
      const [image, group] =
        status === 'SUCCESSFUL' ? ['better', 'arn:blue'] : ['good', 'arn:green']
      expect(world.running()).toEqual([image, image])
      expect(shifting.weights()).toMatchObject({ [group]: 100 })
    },
    stop: async () =>
      world.send('StopServiceDeployment', {
        serviceDeploymentArn: (await shifting.newest()).serviceDeploymentArn,
      }),
  }
  return shifting
}
