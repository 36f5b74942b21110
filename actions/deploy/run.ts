/** One run of the deploy action, from checked inputs to a report. The only thing it cannot do is fail silently. */
import { buildReport } from '@ecs-pipeline/reporting'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { forEitherController } from './codedeploy/open.ts'
import type { DeployInputs, ServiceInputs } from './inputs.ts'
import { registerOnly } from './register-only.ts'
import { ReleaseRun } from './release-run.ts'
import type { DeployTools } from './tools.ts'

export async function run(inputs: DeployInputs, given: DeployTools): Promise<DeployReport> {
  for (const caveat of inputs.caveats) given.journal.caveat(caveat)
  if (!hasService(inputs)) return registerOnly(inputs, given)
  const tools = forEitherController(inputs, given.workspace, given)
  const release = new ReleaseRun(inputs, tools)
  const verdict = await release.run()
  return buildReport(release.facts, verdict, tools)
}

const hasService = (inputs: DeployInputs): inputs is ServiceInputs => inputs.service !== undefined
