/** Where it is wrong and what to do about it, before anything else is shown. */
import { code, plainText, withCode } from '@ecs-pipeline/action-kit'
import { isAboutWhole, KIND_OF, quoteCommand, type CheckSpec } from '@ecs-pipeline/quality'
import type { GateReport } from '../report.ts'
import { placeText } from './finding-blocks.ts'
import { standingOfCheck, standingOfGate } from '../standing.ts'

const MOST_PLACES = 5

/** The worst places of what makes it red. */
export function whereBlock({ findings, failed }: GateReport): string {
  const places = findings.filter(
    (each) => each.of !== undefined && failed.includes(each.of) && !isAboutWhole(each),
  )
  if (places.length === 0) return ''
  const lines = places
    .slice(0, MOST_PLACES)
    .map((each) => `- ${placeText(each)}${plainText(each.title)}`)
  const rest = places.length - lines.length
  if (rest > 0) lines.push(`- and ${rest} more below`)
  return `**Where:**\n\n${lines.join('\n')}`
}

/** What stands in the way of a measure, and how to see the rest on one's own machine. */
export function whatToDoBlock(report: GateReport): string {
  if (report.result === 'passed' || report.result === 'cancelled') return ''
  const lines = [...obstacles(report).map((each) => `- ${withCode(each)}`), ...commands(report)]
  return lines.length === 0 ? '' : `**What to do:**\n\n${lines.join('\n')}`
}

/** Why something was not measured; what follows from it is not told again. */
function obstacles({ checks, gates }: GateReport): readonly string[] {
  const stuck = checks.filter((each) => standingOfCheck(each) === 'unmeasured')
  const followed = new Set(stuck.map(({ check }) => `the check ${check.id} has told nothing`))
  const reasons = gates
    .filter((each) => standingOfGate(each) === 'unmeasured')
    .map(({ reason }) => reason)
    .filter((reason) => ![...followed].some((words) => reason.includes(words)))
  return [...stuck.map(({ check, reason }) => `${check.id}: ${reason}`), ...reasons].slice(
    0,
    MOST_PLACES,
  )
}

const commands = (report: GateReport): readonly string[] =>
  checksOfTrouble(report).flatMap(({ id, command, folder }) => {
    if (!command) return []
    const line =
      command.kind === 'program'
        ? code(quoteCommand([command.program, ...command.args]))
        : `the script of ${plainText(id)} in the policy`
    return [`- See it on your machine: ${line}${folder === '.' ? '' : ` in ${code(folder)}`}`]
  })

/** Those that failed, and those whose reports the failed gates were counted from. */
function checksOfTrouble({ checks, gates }: GateReport): readonly CheckSpec[] {
  const counted = gates
    .filter((each) => standingOfGate(each) === 'failed')
    .flatMap(({ gate: { metric, checks: of } }) => {
      const all = checks.filter(
        ({ check: { id, reports } }) =>
          (of.length === 0 || of.includes(id)) &&
          reports.some(({ format }) => KIND_OF[format] === metric.from),
      )
      // Where one has told of something by its exit code, the others have nothing to show.
      const loud = all.filter(({ exitCode }) => exitCode !== 0)
      return loud.length === 0 ? all : loud
    })
  return checks
    .filter((each) => standingOfCheck(each) === 'failed' || counted.includes(each))
    .map(({ check }) => check)
}
