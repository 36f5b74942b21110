import { outputNamesOf } from '@ecs-pipeline/reporting'

/** The outputs of the action; deploy/action.yml declares the same names. */
export const outputNames = outputNamesOf('deploy')
