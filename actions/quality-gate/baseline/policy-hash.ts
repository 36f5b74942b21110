import { createHash } from 'node:crypto'
import type { Policy } from '@ecs-pipeline/quality'

/** Tells whether two baselines were counted by the same checks and gates. */
export const policyHash = ({ checks, gates, sizes }: Policy): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        checks.map(({ id, folder, reports }) => [id, folder, reports]),
        gates.map(({ metric, scope, checks: of, folder }) => [metric.name, scope, of, folder]),
        sizes.map(({ name, paths, gzip }) => [name, paths, gzip]),
      ]),
    )
    .digest('hex')
    .slice(0, 16)
