import { lastPart } from '../arn.ts'
import { Denied, PortError, Refused } from '../errors.ts'
import type { History } from '../known-good.ts'
import { Refusal } from '../refusal.ts'
import { isUnderWay } from '../service-deployment-states.ts'
import type { RolloutTools } from '../tools.ts'
import type { DeploymentView, ServiceView } from '../views.ts'

export interface TurnInputs {
  readonly onConcurrent: 'wait' | 'fail' | 'replace'
  readonly waitForMinutes: number
  readonly pollSeconds: number
}

export interface Turn {
  readonly service: ServiceView
  readonly history: History
}

/**
 * Two deployments of one service at a time would each undo the other. Waits for one that is under way, refuses, or
 * replaces it, as `on-concurrent` says.
 */
export async function waitForTurn(
  found: ServiceView,
  inputs: TurnInputs,
  tools: RolloutTools,
): Promise<Turn> {
  const { ports, clock, journal, signal } = tools
  const giveUpAt = clock.now() + inputs.waitForMinutes * 60_000
  let said = ''
  for (let service = found; ; service = await ports.deployments.service()) {
    const history = await readHistory(tools)
    const ongoing = ongoingDeployment(service, history)
    const isReplaced = inputs.onConcurrent === 'replace' && service.controller !== 'CODE_DEPLOY'
    if (ongoing === undefined || isReplaced) {
      if (ongoing !== undefined) journal.caveat(`${ongoing} was under way and is replaced.`)
      // The two reads are not one moment: the deployment may have ended between them.
      const isOlder = ongoing === undefined && history !== undefined && isRolling(service)
      return { service: isOlder ? await ports.deployments.service() : service, history }
    }
    const advice =
      service.controller === 'CODE_DEPLOY'
        ? 'CodeDeploy takes one deployment of a group at a time and replaces none: stop it (StopDeployment) to deploy now.'
        : 'Set `on-concurrent: replace` to deploy over it (for example when it is a release that will never come up).'
    if (inputs.onConcurrent !== 'wait') {
      throw new Refusal(`${ongoing} is under way. ${advice}`, 'concurrent-deployment')
    }
    if (signal.aborted) {
      throw new Refusal(
        `The run was cancelled while it waited: ${ongoing} is under way.`,
        'cancelled',
      )
    }
    if (clock.now() >= giveUpAt) {
      throw new Refusal(
        `${ongoing} was still under way after ${inputs.waitForMinutes} minutes. ${advice}`,
        'concurrent-deployment',
      )
    }
    if (ongoing !== said) journal.progress(`waiting: ${ongoing} is under way`)
    said = ongoing
    await clock.sleep(inputs.pollSeconds * 1000, signal)
  }
}

/** Newest first; `undefined` when the API does not answer us: then DescribeServices alone has to do. */
export async function readHistory(tools: RolloutTools): Promise<History> {
  try {
    return await tools.ports.deployments.history({ atMost: 20 })
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    if (!(error instanceof Denied) && !(error instanceof Refused)) throw error
    tools.journal.caveat(
      `The history of the service cannot be read, so only its present revision can be gone back to: ${error.message}`,
    )
    return undefined
  }
}

function ongoingDeployment(service: ServiceView, history: History): string | undefined {
  const listed = (history ?? []).find(isUnderWay)
  if (listed) return `Another deployment (${lastPart(listed.arn)}, ${listed.status})`
  if (history !== undefined) return undefined
  if (!isRolling(service)) return undefined
  return `Another deployment (${primaryOf(service)?.id ?? 'without an id'}, IN_PROGRESS)`
}

const primaryOf = (service: ServiceView): DeploymentView | undefined =>
  service.deployments.find((each) => each.status === 'PRIMARY')

const isRolling = (service: ServiceView): boolean =>
  primaryOf(service)?.rolloutState === 'IN_PROGRESS'
