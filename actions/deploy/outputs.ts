/** The outputs of the action; every action that watches a deployment has the same. */
export { outputNames } from '@ecs-pipeline/reporting'
