/**
 * Inputs that the official actions have (aws-actions/amazon-ecs-deploy-task-definition and -render-task-definition),
 * under their names and with their meaning. What those leave out in silence is left out with a caveat; what they fail
 * on is a problem here, before anything is changed.
 */
import { flag, integer, type defineInputs, type InputsOf } from '@ecs-pipeline/action-kit'
import { definitionEditKinds, readEdits, type DefinitionEdits } from './definition-edits.ts'
import { definitionSourceKinds, readSource, type DefinitionSource } from './definition-source.ts'
import type { Findings } from './findings.ts'
import {
  readServiceSettings,
  serviceSettingKinds,
  type ServiceSettings,
} from './service-settings.ts'

export const officialKinds = {
  ...definitionSourceKinds,
  ...definitionEditKinds,
  ...serviceSettingKinds,
  'wait-for-service-stability': flag(),
  'wait-max-delay-seconds': integer({ minimum: 1, maximum: 3600, isCapped: true }),
  'max-retries': integer({ minimum: 0, maximum: 100, isCapped: true }),
}

type Official = InputsOf<ReturnType<typeof defineInputs<typeof officialKinds>>>

/** As they are given; {@link OfficialInputs} is what they become. */
export type OfficialName = keyof Official | 'taskDefinition'

type Given = Official & {
  readonly taskDefinition: string | undefined
  readonly pollSeconds: number
}

export interface OfficialInputs extends DefinitionSource {
  readonly edits: DefinitionEdits
  readonly settings: ServiceSettings
  /** Whether the deployment is watched to its end; `wait-for-service-stability`. */
  readonly isWatched: boolean
  readonly maxRetries: number | undefined
  readonly pollSeconds: number
}

/** `containers`: those that `container-name` names. */
export function readOfficialInputs(
  given: Given,
  containers: readonly string[],
  findings: Findings,
): OfficialInputs {
  return {
    ...readSource(given, findings),
    edits: readEdits(given, containers, findings),
    settings: readServiceSettings(given, findings),
    isWatched: given.waitForServiceStability ?? true,
    maxRetries: given.maxRetries,
    pollSeconds: betweenLooks(given.pollSeconds, given.waitMaxDelaySeconds),
  }
}

/** Nobody looks more often than every 5 seconds: the ECS API has one bucket of calls for an account and a region. */
const SHORTEST_PAUSE = 5

const betweenLooks = (pollSeconds: number, most: number | undefined): number =>
  Math.min(pollSeconds, Math.max(most ?? pollSeconds, SHORTEST_PAUSE))
