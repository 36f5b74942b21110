import { readDeployInputs, type DeployInputs } from '../../../actions/deploy/inputs.ts'
import { readRollbackInputs, type RollbackInputs } from '../../../actions/rollback/inputs.ts'
import { CLUSTER } from '../../support/stack.ts'

const PLAIN: Readonly<Record<string, string>> = { cluster: CLUSTER, service: 'ledger' }
const given = (name: string): string => PLAIN[name] ?? ''

/** The inputs of a plain run, with the action's own defaults. */
export const makeInputs = (over: Partial<DeployInputs> = {}): DeployInputs => ({
  ...readDeployInputs(given),
  ...over,
})

/** The same for the rollback action. */
export const makeRollbackInputs = (over: Partial<RollbackInputs> = {}): RollbackInputs => ({
  ...readRollbackInputs(given),
  ...over,
})

export type Images = Pick<DeployInputs, 'images'>

/** The input that releases an image, as a whole: for `inputs`. */
export const imagesOf = (image: string): Images => ({
  images: [{ container: undefined, image }],
})
