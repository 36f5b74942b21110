/** The ways back, and what they are called. */
import {
  KNOWN_TO_ECS,
  type DeploymentIdentity,
  type KnownGood,
  type PreparedTriggers,
} from '@ecs-pipeline/rollout'

export type Way =
  /** A deployment is under way: ECS takes it back to what ran before it. */
  | {
      readonly kind: 'stop'
      readonly identity: DeploymentIdentity
      readonly target: KnownGood | typeof KNOWN_TO_ECS
    }
  /** A deployment of the revision gone back to. */
  | { readonly kind: 'deploy'; readonly target: KnownGood }
  /** A deployment of the revision gone back to that is under way already: it is seen to its end. */
  | { readonly kind: 'join'; readonly identity: DeploymentIdentity; readonly target: KnownGood }
  /** Watch the present revision, and go back when a trigger breaches. */
  | {
      readonly kind: 'watch'
      readonly identity: DeploymentIdentity
      readonly triggers: PreparedTriggers
    }
  | { readonly kind: 'nothing'; readonly why: string }

const describeTarget = (target: KnownGood | typeof KNOWN_TO_ECS): string =>
  target === KNOWN_TO_ECS
    ? 'what ran before it, which only ECS knows'
    : `${target.taskDefinition} (${target.because})`

/** What is going to be done, for people. */
export function describeWay(way: Way): string {
  switch (way.kind) {
    case 'nothing':
      return way.why
    case 'watch':
      return `watching ${way.identity.deploymentId}; a breach rolls it back.`
    case 'stop':
      return `${way.identity.deploymentId} is under way; stopping it takes the service back to ${describeTarget(way.target)}.`
    case 'join':
      return `${way.identity.deploymentId} is under way, and is a rollback to ${way.target.taskDefinition} already (${way.target.because}).`
    case 'deploy':
      return `the service goes back to ${way.target.taskDefinition} (${way.target.because}).`
  }
}
