/** The ecr-push action as GitHub runs it: inputs in, and out come the log, outputs, summary and report.json. */
import { dirname } from 'node:path'
import {
  log,
  realClock,
  reportPath,
  runProgram,
  setOutputs,
  state,
  writeReport,
  writeSummary,
  type ActionContext,
  type ActionResult,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import { createRegistry, describeCall } from '@ecs-pipeline/aws'
import { writeImageDefinitions } from './image-definitions.ts'
import { readPushInputs, type PushInputs } from './inputs.ts'
import { outputNames, outputsOf } from './outputs.ts'
import type { ImageReport } from './report.ts'
import { run } from './run.ts'
import { renderRefusal, renderSummary } from './summary.ts'
import type { Tools } from './tools.ts'

/** What the post part finds again. */
export const FOLDER = 'folder'

export async function main({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const inputs = readPushInputs(input)
  const path = await reportPath(context, 'ecr-push')
  state.save(FOLDER, dirname(path))
  const caveats: string[] = []
  const tools = await createTools(inputs, context, { folder: dirname(path), signal, caveats })
  const report = await run(inputs, tools, caveats)
  await tell(report, inputs, context, path)
  return report.passed ? { ok: true } : { ok: false, headline: headline(report) }
}

async function createTools(
  { repository }: PushInputs,
  context: RunContext,
  own: {
    readonly folder: string
    readonly signal: AbortSignal
    readonly caveats: string[]
  },
): Promise<Tools> {
  const { folder, signal, caveats } = own
  const registry = await createRegistry({
    repository: repository.name,
    registryId: repository.registryId,
    region: repository.region,
    clock: realClock,
    signal,
    onCall: (record) => {
      log.debug(describeCall(record))
    },
  })
  return {
    registry,
    clock: realClock,
    signal,
    context,
    folder,
    run: runProgram,
    log: {
      say: log.info,
      mask: log.mask,
      group: log.group,
      caveat: (text) => {
        caveats.push(text)
        log.warning(text)
      },
    },
  }
}

async function tell(
  report: ImageReport,
  inputs: PushInputs,
  context: RunContext,
  path: string,
): Promise<void> {
  await writeReport(path, [`${JSON.stringify(report, undefined, 2)}\n`])
  const imageDefinitions = await writeImageDefinitions(
    report,
    inputs.imagedefinitionsContainer,
    dirname(path),
  )
  setOutputs(outputsOf(report, { report: path, imageDefinitions }))
  await writeSummary(renderSummary(report), context.files)
}

function headline({ outcome, reason, next }: ImageReport): string {
  const [first] = next
  return `${outcome}: ${reason}${first === undefined ? '' : ` ${first}`}`
}

export async function refuse(
  problems: readonly string[],
  { run: context }: ActionContext,
): Promise<void> {
  const empty = Object.fromEntries(outputNames.map((name) => [name, '']))
  setOutputs({ ...empty, outcome: 'refused', reason: problems.join('\n') })
  await writeSummary(renderRefusal(problems), context.files)
}
