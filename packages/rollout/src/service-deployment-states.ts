/** What the states of a service deployment say (developer guide, 'Service deployments'). AWS may add to them. */
import type { ServiceDeploymentBrief } from './views.ts'

type State = Pick<ServiceDeploymentBrief, 'status' | 'finishedAt'>

const FORWARD = new Set(['PENDING', 'IN_PROGRESS'])
const ENDING = new Set(['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'])
const OVER = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'])

/** It goes forward, so that StopServiceDeployment takes it back; one in STOP_REQUESTED would only go on stopping. */
export const canBeTakenBack = ({ status }: State): boolean => FORWARD.has(status)

export const isGoingBack = ({ status }: State): boolean => status.startsWith('ROLLBACK_')

/** ECS is still at it. A state that nobody here knows counts as that until the deployment has an end. */
export const isUnderWay = ({ status, finishedAt }: State): boolean =>
  !OVER.has(status) && (FORWARD.has(status) || ENDING.has(status) || finishedAt === undefined)

/** Under way, and nobody has asked ECS to end it. */
export const isUndecided = (state: State): boolean => isUnderWay(state) && !ENDING.has(state.status)
