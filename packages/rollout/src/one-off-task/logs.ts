import { PortError } from '../errors.ts'
import type { RolloutTools } from '../tools.ts'
import type { TaskDefinitionView, TaskView } from '../views.ts'

/** The log shows so many lines of a container, a report fewer. */
const PRINTED_LINES = 200
const REPORTED_LINES = 20

/** Prints what each container printed, and gives the last lines of each for the report. */
export async function readLogs(
  task: TaskView,
  { document }: TaskDefinitionView,
  redact: (text: string) => string,
  { ports, journal }: RolloutTools,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tails = new Map<string, readonly string[]>()
  for (const { container } of task.containers) {
    try {
      const read = await ports.logTails.tail(document, container, task.id, PRINTED_LINES)
      if (!read) continue
      const lines = read.map(redact)
      const which = lines.length < PRINTED_LINES ? 'The log' : `The last ${PRINTED_LINES} lines`
      journal.quote(`${which} of container ${container} of the one-off task`, lines)
      tails.set(container, lines.slice(-REPORTED_LINES))
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      journal.caveat(`The log of the one-off task cannot be read: ${error.message}`)
    }
  }
  return tails
}
