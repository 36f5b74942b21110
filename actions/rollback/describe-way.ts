/** The way back, in a sentence for people. */
import { KNOWN_TO_ECS, type KnownGood } from '@ecs-pipeline/rollout'
import type { Way } from './plan.ts'

const describeTarget = (target: KnownGood | typeof KNOWN_TO_ECS): string =>
  target === KNOWN_TO_ECS
    ? 'what ran before it, which only ECS knows'
    : `${target.taskDefinition} (${target.because})`

export function describeWay(way: Way): string {
  switch (way.kind) {
    case 'nothing':
      return way.why
    case 'watch':
      return `watching ${way.identity.deploymentId}; a breach rolls it back.`
    case 'stop':
      return `${way.identity.deploymentId} is under way; stopping it takes the service back to ${describeTarget(way.target)}.`
    case 'deploy':
      return `the service goes back to ${way.target.taskDefinition} (${way.target.because}).`
  }
}
