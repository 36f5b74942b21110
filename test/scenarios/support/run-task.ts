/** Releases with a one-off task before them. */
import type { DeployInputs } from '../../../actions/deploy/inputs.ts'
import type { ActionRun, DeployOptions } from './run-on-stage.ts'
import type { Stage } from './stage.ts'

export const MIGRATES = 'console.log("applying 3 migrations"); console.log("done")'
export const FAILS =
  'console.log("applying 3 migrations"); console.error("error: relation \\"users\\" does not exist"); process.exit(1)'

/** A task that runs this program of node instead of the image's own. */
export const program = (source: string, over: object = {}): Partial<DeployInputs> => ({
  runTask: true,
  runTaskContainerOverrides: JSON.stringify([
    { name: 'app', command: ['node', '-e', source], ...over },
  ]),
})

/** A release of a good image to a service of its own. */
export async function release(
  stage: Stage,
  name: string,
  inputs: Partial<DeployInputs>,
  options: Omit<DeployOptions, 'inputs'> = {},
): Promise<ActionRun> {
  await stage.service({ name })
  const images = await stage.images('good')
  return stage.deploy(name, {
    ...options,
    inputs: { ...images, ...inputs },
  })
}
