/** Shows on lines of files what was found, as much of it as GitHub takes. */
import { log } from '@ecs-pipeline/action-kit'
import { chooseAnnotations } from '@ecs-pipeline/quality'
import type { GateInputs } from './inputs.ts'
import type { GateReport } from './report.ts'

/** The runner cuts a message at 4,096 characters (actions/runner, ExecutionContext.cs). */
const LONGEST = 4000
const LONGEST_TITLE = 250

export function annotate({ findings }: GateReport, { annotations }: GateInputs): void {
  if (annotations === 'none') return
  const wanted =
    annotations === 'failures' ? findings.filter(({ of }) => of !== undefined) : findings
  const { chosen, left } = chooseAnnotations(wanted)
  for (const { level, title, message, path, line, endLine, of } of chosen) {
    log.annotate({
      level,
      title: `${of === undefined ? '' : `${of}: `}${title}`.slice(0, LONGEST_TITLE),
      message: message.slice(0, LONGEST),
      path,
      line,
      endLine,
    })
  }
  for (const level of ['error', 'warning', 'notice'] as const) {
    if (left[level] === 0) continue
    const text = `${left[level]} more of this level; the summary of the job has them.`
    log.annotate({
      level,
      title: 'And more',
      message: text,
      path: undefined,
      line: undefined,
      endLine: undefined,
    })
  }
}
