/** The job summary of several services: one line for each, and everything about those that are red. */
import {
  culprit,
  elapsed,
  lastPart,
  type DeployReport,
  type SetReport,
} from '@ecs-pipeline/rollout'
import { details, plainText, table } from '@ecs-pipeline/action-kit'
import { prose, withoutArns } from './prose.ts'
import { setPicture } from './set-picture.ts'
import { MARK, renderSummary } from './summary.ts'

/** So many services are told in full; a summary has its limits, and a person too. */
const MOST_DETAILS = 10

export function renderSetSummary(report: SetReport): readonly string[] {
  const { services, outcome } = report
  const passed = services.filter((each) => each.passed).length
  const took = elapsed(report.finishedAt - report.startedAt)
  const red = services.filter((each) => !each.passed)
  const first = culprit(services)
  const ordered = first ? [first, ...red.filter((each) => each !== first)] : []
  const told = ordered.filter(({ reasonCode }) => reasonCode !== 'other-service')
  return [
    `## ${MARK[outcome]} ${services.length} services in ${plainText(lastPart(report.cluster))}: ${outcome}`,
    `**What happened:** ${passed} of ${services.length} services run what they were to run. It took ${took}.`,
    serviceTable(services),
    setPicture(services),
    ...report.caveats.map((caveat) => `- ${prose(caveat)}`),
    ...told.slice(0, MOST_DETAILS).flatMap(renderSummary),
    told.length > MOST_DETAILS
      ? `${told.length - MOST_DETAILS} more services are red; report.json has them.`
      : '',
    timeline(services),
  ].filter((block) => block !== '')
}

function serviceTable(services: readonly DeployReport[]): string {
  const rows = services.map((each) => [
    `${MARK[each.outcome]} ${each.service}`,
    each.outcome,
    nowWords(each),
    each.passed ? '' : withoutArns(each.reason),
  ])
  return table(['Service', 'Outcome', 'Users get now', 'Why'], rows)
}

function nowWords({ now, outcome }: DeployReport): string {
  if (!now) return outcome === 'refused' ? 'what they got before' : 'not known'
  const revisions = now.running.map(({ taskDefinition }) => lastPart(taskDefinition)).join(', ')
  return `${revisions || 'nothing'}, ${now.runningCount} of ${now.desiredCount} tasks`
}

/** What happened to all of them, in one order. */
function timeline(services: readonly DeployReport[]): string {
  const began = Math.min(...services.map(({ startedAt }) => startedAt))
  const rows = services
    .flatMap(({ service, timeline: entries }) => entries.map((entry) => ({ ...entry, service })))
    .sort((a, b) => a.at - b.at)
    .map(({ at, service, text }) => [elapsed(at - began), service, withoutArns(text)])
  return rows.length === 0
    ? ''
    : details('Timeline of all services', table(['Elapsed', 'Service', 'What'], rows))
}
