import { expect } from '@jest/globals'
import type { DeployReport, RunPhase } from '@ecs-pipeline/rollout'
import type { DeployOptions } from './run-on-stage.ts'
import type { Stage } from './stage.ts'

/** Ends the run as SIGKILL does: not one more call. Gives what it had written last. */
export async function killIn(
  stage: Stage,
  phase: RunPhase,
  service: string,
  options: DeployOptions,
): Promise<DeployReport> {
  let left: DeployReport | undefined
  const run = stage.deploy(service, {
    ...options,
    onCheckpoint: (draft) => {
      left = draft
      const isThere = phase === 'updating' || draft.serviceDeployment !== undefined
      return draft.phase === phase && isThere
        ? Promise.reject(new Error('killed'))
        : Promise.resolve()
    },
  })
  await expect(run).rejects.toThrow('killed')
  if (!left) throw new Error('Nothing was written.')
  return left
}
