/** When each service of a set was deployed, as a picture that GitHub draws. */
import { codeBlock } from '@ecs-pipeline/action-kit'
import { lastPart, type DeployReport } from '@ecs-pipeline/rollout'

/** More lines than that are no picture any more. */
const MOST_SERVICES = 40

/** Empty where nothing was begun, or too much for a picture. */
export function setPicture(services: readonly DeployReport[]): string {
  const begun = services.filter(hasBegun)
  if (begun.length === 0 || services.length > MOST_SERVICES) return ''
  const lines = [
    'gantt',
    '  dateFormat x',
    '  axisFormat %H:%M',
    `  tickInterval ${tickOf(begun)}`,
    ...begun.map((report) => `  ${bar(report)}`),
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

const MINUTE = 60_000

/** So that the times under the picture are a few, and differ. */
function tickOf(services: readonly DeployReport[]): string {
  const from = Math.min(...services.map(({ startedAt }) => startedAt))
  const to = Math.max(...services.map(({ finishedAt }) => finishedAt))
  if (to - from < 15 * MINUTE) return '1minute'
  return to - from < 150 * MINUTE ? '10minute' : '1hour'
}

/** From here on the service was changed. */
const updateOf = ({ timeline }: DeployReport): number | undefined =>
  timeline.find(({ text }) => text.startsWith('updating '))?.at

const hasBegun = (report: DeployReport): boolean => updateOf(report) !== undefined

/** Nothing in a service's name means anything to mermaid: letters, digits, `-` and `_`. */
function bar(report: DeployReport): string {
  const name = lastPart(report.service).replace(/[^\w-]/g, '?')
  const from = updateOf(report) ?? report.startedAt
  const to = Math.max(from + 1000, report.finishedAt)
  return `${name} ${report.outcome} :${report.passed ? 'done' : 'crit'}, ${from}, ${to}`
}
