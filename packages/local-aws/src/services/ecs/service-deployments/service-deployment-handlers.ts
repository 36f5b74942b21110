/** Listing and describing service deployments and revisions, and stopping and continuing deployments. */
import {
  ConflictException,
  ServiceDeploymentNotFoundException,
  type Failure,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs'
import { invalidParameter, pageOf, type ApiDeps, type EcsHandlers } from '../api.ts'
import { requireCluster } from '../resolve.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isEnding, isOngoing } from '../scheduler/service-deployment-states.ts'
import { allServices, requireService } from '../services/find-service.ts'
import { countsNow } from '../services/shape.ts'
import { continueDeployment } from './continue-deployment.ts'
import { find, type Found } from './find-deployment.ts'

/** API_ListServiceDeployments and API_DescribeServiceDeployments. */
const LISTED_AT_ONCE = 20
const DESCRIBED_AT_ONCE = 20

export function serviceDeploymentHandlers(
  deps: ApiDeps & { readonly scheduler: Scheduler },
): EcsHandlers {
  const { state, scheduler } = deps
  return {
    ListServiceDeployments(input) {
      const service = requireService(requireCluster(state, input.cluster), input.service)
      const { before, after } = input.createdAt ?? {}
      const chosen = service.serviceDeployments
        .filter(({ status }) => isAmong(input.status, status))
        .filter(({ createdAt }) => after === undefined || (createdAt ?? after) >= after)
        .filter(({ createdAt }) => before === undefined || (createdAt ?? before) <= before)
      const page = pageOf(chosen, input.nextToken, input.maxResults ?? LISTED_AT_ONCE)
      return { serviceDeployments: page.items.map(brief), nextToken: page.nextToken }
    },

    DescribeServiceDeployments({ serviceDeploymentArns = [] }) {
      checkCount(serviceDeploymentArns)
      const found = serviceDeploymentArns.map((arn) => find(state, arn))
      return {
        serviceDeployments: found.flatMap((each) => (each ? [described(each)] : [])),
        failures: missing(serviceDeploymentArns, found),
      }
    },

    DescribeServiceRevisions({ serviceRevisionArns = [] }) {
      checkCount(serviceRevisionArns)
      const found = serviceRevisionArns.map((arn) =>
        allServices(state)
          .map(({ revisions }) => revisions.get(arn))
          .find((revision) => revision !== undefined),
      )
      return {
        serviceRevisions: found.flatMap((each) => each ?? []),
        failures: missing(serviceRevisionArns, found),
      }
    },

    StopServiceDeployment({ serviceDeploymentArn, stopType = 'ROLLBACK' }) {
      // "The valid values are ROLLBACK" (API_StopServiceDeployment); the words are unproven.
      if (stopType !== 'ROLLBACK') throw invalidParameter('The valid values are ROLLBACK.')
      const found = find(state, serviceDeploymentArn)
      if (!found) {
        const message = 'Service deployment not found.'
        throw new ServiceDeploymentNotFoundException({ message, $metadata: {} })
      }
      stop(scheduler, found)
      return { serviceDeploymentArn }
    },

    ContinueServiceDeployment(input) {
      continueDeployment(scheduler, find(state, input.serviceDeploymentArn), input)
      return { serviceDeploymentArn: input.serviceDeploymentArn }
    },
  }
}

/** Allowed while it is under way; one that stops or goes back already goes on doing so (stop-service-deployment.html). */
function stop(scheduler: Scheduler, { service, deployment }: Found): void {
  if (isEnding(deployment)) return
  if (!isOngoing(deployment)) {
    throw conflict(
      `Service deployment is ${deployment.status ?? 'over'} and cannot be stopped.`,
      deployment,
    )
  }
  if (!scheduler.goBack(service)) throw nothingToGoBackTo(deployment)
}

/**
 * What AWS answers for the first deployment of a service is unproven. The words are those of a blue/green service that
 * was rolled back while it was created.
 */
const nothingToGoBackTo = (deployment: ServiceDeployment): ConflictException =>
  conflict('No rollback candidate was found to run the rollback.', deployment)

const conflict = (
  message: string,
  { serviceDeploymentArn }: ServiceDeployment,
): ConflictException =>
  new ConflictException({ message, resourceIds: [serviceDeploymentArn ?? ''], $metadata: {} })

const isAmong = <Value>(wanted: readonly Value[] | undefined, value: Value | undefined): boolean =>
  wanted === undefined || wanted.length === 0 || (value !== undefined && wanted.includes(value))

function checkCount(arns: readonly string[]): void {
  if (arns.length === 0) throw invalidParameter('The list of ARNs cannot be empty.')
  if (arns.length > DESCRIBED_AT_ONCE) {
    throw invalidParameter(`Up to ${DESCRIBED_AT_ONCE} ARNs can be described at once.`)
  }
}

const missing = (arns: readonly string[], found: readonly unknown[]): Failure[] =>
  arns.filter((_, index) => !found[index]).map((arn) => ({ arn, reason: 'MISSING' }))

const brief = (deployment: ServiceDeployment): ServiceDeploymentBrief => ({
  serviceDeploymentArn: deployment.serviceDeploymentArn,
  serviceArn: deployment.serviceArn,
  clusterArn: deployment.clusterArn,
  createdAt: deployment.createdAt,
  startedAt: deployment.startedAt,
  finishedAt: deployment.finishedAt,
  targetServiceRevisionArn: deployment.targetServiceRevision?.arn,
  status: deployment.status,
  statusReason: deployment.statusReason,
})

/** Live counts while it is under way; after that those of its end (early-success-criteria.html, 'What you observe'). */
const described = ({ service, deployment }: Found): ServiceDeployment =>
  isOngoing(deployment) ? { ...deployment, ...countsNow(service, deployment) } : deployment
