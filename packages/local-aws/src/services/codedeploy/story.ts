/**
 * What happens during an ECS deployment ('Deployments on an Amazon ECS compute platform' of the user guide), told as one
 * story. It pauses at each `yield`, which says when to go on at the latest, in milliseconds of AWS time, and whatever
 * it waits for is looked at again. A deployment that cannot go on throws a DeploymentFailure.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../parts.ts'
import type { BlueGreenService } from '../ecs/part.ts'
import type { AppSpec, HookName } from './app-spec.ts'
import { ecsUpdateError, FAILURE } from './deployment-failure.ts'
import type { HookExecutions } from './hook-executions.ts'
import type { LifecycleEventName } from './lifecycle-events.ts'
import type { DeploymentRecord } from './model.ts'
import type { PairTraffic } from './pair-traffic.ts'
import type { Shift } from './routing.ts'

const MINUTE = 60_000
/** Between two lifecycle events, in milliseconds; unproven, some tenths of a second to half a minute were seen. */
const BETWEEN_EVENTS = 1000
/** "This time out period is 60 minutes." */
const INSTALL_MINUTES = 60
/** "CodeDeploy expects a status callback within one hour after a deployment hook is invoked." */
const CALLBACK_MINUTES = 60

export type Story = Generator<number, void>

export interface Scene {
  readonly record: DeploymentRecord
  readonly service: BlueGreenService
  readonly traffic: PairTraffic
  readonly clock: Clock
}

export interface Plot {
  readonly spec: AppSpec
  readonly shifts: readonly Shift[]
  readonly hooks: HookExecutions
}

export function* deploy(scene: Scene, plot: Plot): Story {
  const validate = (name: HookName): Story => during(scene, name, hook(scene, plot, name))
  yield* validate('BeforeInstall')
  yield* during(scene, 'Install', install(scene, plot))
  yield* validate('AfterInstall')
  yield* during(scene, 'AllowTestTraffic', allowTestTraffic(scene))
  yield* validate('AfterAllowTestTraffic')
  yield* waitUntilReady(scene)
  yield* validate('BeforeAllowTraffic')
  yield* during(scene, 'AllowTraffic', allowTraffic(scene, plot))
  yield* validate('AfterAllowTraffic')
  yield* terminate(scene)
}

/**
 * "CodeDeploy implements rollbacks by rerouting traffic from the replacement task set to the original task set": no task
 * set is made, the replacement is drained (seen live). Which lifecycle events it has is unproven.
 */
export function* rollBack(scene: Scene, stopped: DeploymentRecord): Story {
  yield* during(scene, 'AllowTraffic', reroute(scene, stopped))
  for (const event of scene.record.events) if (event.status === 'Pending') event.status = 'Skipped'
}

function* reroute({ service, traffic }: Scene, { blue, green }: DeploymentRecord): Story {
  const original = service.taskSets().find(({ id }) => id === blue)
  if (!original) return
  traffic.restore(groupOf(original))
  service.makePrimary(original.id ?? '')
  if (green !== undefined) service.drain(green)
}

function* during({ record, clock }: Scene, name: LifecycleEventName, body: Story): Story {
  const event = record.events.find(({ lifecycleEventName }) => lifecycleEventName === name)
  if (!event) return
  event.status = 'InProgress'
  event.startTime = new Date(clock.now())
  record.lastUpdatedAt = clock.now()
  yield* body
  // What had nothing to do says so itself.
  if (event.status === 'InProgress') event.status = 'Succeeded'
  event.endTime = new Date(clock.now())
  record.lastUpdatedAt = clock.now()
  yield* until(clock, clock.now() + BETWEEN_EVENTS)
}

function* until(clock: Clock, at: number): Story {
  while (clock.now() < at) yield at
}

function* hook({ record, clock }: Scene, { spec, hooks }: Plot, name: HookName): Story {
  const functionName = spec.hooks.get(name)
  if (functionName === undefined) return
  const execution = hooks.begin(functionName, record.id, name)
  const end = clock.now() + CALLBACK_MINUTES * MINUTE
  while (execution.status === 'IN_PROGRESS') {
    if (clock.now() >= end) throw FAILURE.callbackTimedOut()
    yield end
  }
  if (execution.status === 'FAILED') throw FAILURE.hookFailed()
}

/**
 * Sets up the replacement task set. Before a gradual shift its group is put behind the listener with weight 0, so that
 * its health checks run. That what an earlier deployment has left behind is taken away here is unproven.
 */
function* install({ record, service, traffic, clock }: Scene, plot: Plot): Story {
  const original = service.taskSets().find(({ status }) => status === 'PRIMARY')
  if (!original) throw FAILURE.noService(service.arn)
  const blueGroup = groupOf(original)
  record.blue = original.id
  traffic.check(blueGroup)
  for (const { id = '', status } of service.taskSets()) if (status === 'ACTIVE') service.drain(id)
  if (plot.shifts.length > 1) traffic.shiftProduction(blueGroup, 100)
  record.green = createReplacement(record, service, plot.spec, traffic.otherThan(blueGroup))
  const end = clock.now() + INSTALL_MINUTES * MINUTE
  while (replacementOf(service, record)?.stabilityStatus !== 'STEADY_STATE') {
    if (clock.now() >= end) throw FAILURE.installTimedOut(INSTALL_MINUTES)
    yield end
  }
}

function createReplacement(
  { id }: DeploymentRecord,
  service: BlueGreenService,
  { taskDefinition, containerName, containerPort, settings }: AppSpec,
  targetGroupArn: string,
): string {
  try {
    return service.createTaskSet({
      taskDefinition,
      externalId: id,
      loadBalancer: { targetGroupArn, containerName, containerPort },
      ...settings,
    })
  } catch (error) {
    throw ecsUpdateError(error as Error, randomUUID())
  }
}

/** Without a test listener there is nothing to do; that the event shows `Succeeded` all the same is unproven. */
function* allowTestTraffic({ record, service, traffic }: Scene): Story {
  const replacement = replacementOf(service, record)
  if (replacement && traffic.hasTestListener) traffic.shiftTest(groupOf(replacement))
}

/** `Ready`, until ContinueDeployment or the time is over. Where in the story that is, is unproven. */
function* waitUntilReady({ record, clock }: Scene): Story {
  const { actionOnTimeout, waitTimeInMinutes = 0 } =
    record.info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {}
  // "Applies only to the STOP_DEPLOYMENT option for actionOnTimeout" (API_DeploymentReadyOption).
  if (actionOnTimeout !== 'STOP_DEPLOYMENT' || waitTimeInMinutes === 0) return
  record.info.status = 'Ready'
  record.waits = 'READY_WAIT'
  const end = clock.now() + waitTimeInMinutes * MINUTE
  while (isWaiting(record)) {
    if (clock.now() >= end) throw FAILURE.readyTimedOut(waitTimeInMinutes)
    yield end
  }
  record.info.status = 'InProgress'
}

/** The replacement becomes PRIMARY when it has all traffic; that it is not before is unproven. */
function* allowTraffic({ record, service, traffic, clock }: Scene, { shifts }: Plot): Story {
  for (const { percent, minutes } of shifts) {
    const replacement = replacementOf(service, record)
    if (!replacement) throw FAILURE.noService(service.arn)
    traffic.shiftProduction(groupOf(replacement), percent)
    yield* until(clock, clock.now() + minutes * MINUTE)
  }
  service.makePrimary(record.green ?? '')
}

/** The deployment stays `InProgress` for the wait, and is `Succeeded` while the original drains (both seen live). */
function* terminate({ record, service, clock }: Scene): Story {
  const { action = 'TERMINATE', terminationWaitTimeInMinutes = 0 } =
    record.info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess ?? {}
  if (action === 'KEEP_ALIVE') return
  const end = clock.now() + terminationWaitTimeInMinutes * MINUTE
  record.info.instanceTerminationWaitTimeStarted = true
  record.waits = 'TERMINATION_WAIT'
  while (isWaiting(record) && clock.now() < end) yield end
  record.waits = undefined
  service.drain(record.blue ?? '')
}

const isWaiting = ({ waits }: DeploymentRecord): boolean => waits !== undefined

type TaskSet = ReturnType<BlueGreenService['taskSets']>[number]

const replacementOf = (
  service: BlueGreenService,
  { green }: DeploymentRecord,
): TaskSet | undefined => service.taskSets().find(({ id }) => id === green)

const groupOf = ({ loadBalancers }: TaskSet): string => loadBalancers?.[0]?.targetGroupArn ?? ''
