import { lastPart } from '../arn.ts'
import {
  evidence,
  nowLine,
  story,
  withoutLogs,
  type ReportLinks,
  type ReportNews,
} from '../news.ts'
import type { DeployReport } from '../report.ts'
import { culprit, type SetReport } from './set-report.ts'

/** A message is read on a phone. */
const MOST_SERVICES = 10

/** What people are told about a run on several services; `undefined` when nothing happened. */
export function newsOfSet(report: SetReport, links: ReportLinks): ReportNews | undefined {
  const { services, outcome, passed, cluster } = report
  if (outcome === 'no-change') return undefined
  const red = services.filter((each) => !each.passed)
  const first = culprit(services)
  const facts = [
    { name: 'Users get now', lines: serviceLines(red.length === 0 ? services : red) },
    { name: 'What happened', lines: [first ? `${first.service}: ${story(first)}` : report.reason] },
    { name: 'Evidence', lines: first ? evidence(first) : [] },
    { name: 'Next', lines: first?.nextSteps ?? [] },
  ]
  return {
    title: `${services.length} services in ${lastPart(cluster)}: ${outcome}`,
    outcome,
    severity: outcome === 'rollback-failed' ? 'critical' : passed ? 'info' : 'warning',
    facts: facts.filter(({ lines }) => lines.length > 0),
    links,
    report: { ...report, services: services.map(withoutLogs) },
  }
}

function serviceLines(services: readonly DeployReport[]): readonly string[] {
  const lines = services
    .slice(0, MOST_SERVICES)
    .map((each) => `${each.service} (${each.outcome}): ${nowLine(each)}`)
  const rest = services.length - lines.length
  return rest > 0 ? [...lines, `And ${rest} more services.`] : lines
}
