/** report.json, in pieces: a set's report is written at every transition of every service, and most of it stays. */
import { isSetReport, type DeployReport } from '@ecs-pipeline/rollout'
import type { RunReport } from './run-report.ts'

const NO_SERVICES = '\n  "services": []'

/** Of reports that were written already, the text; indented as one of the services of a set. */
const written = new WeakMap<DeployReport, string>()

/** As `JSON.stringify` writes it with an indent of 2, and a newline at the end. */
export function* reportText(report: RunReport): Generator<string, void> {
  if (!isSetReport(report)) {
    yield `${JSON.stringify(report, undefined, 2)}\n`
    return
  }
  // No text within the report has a newline in JSON, so that there is one such place.
  const frame = JSON.stringify({ ...report, services: [] }, undefined, 2)
  const [before = '', after = ''] = frame.split(NO_SERVICES)
  yield `${before}\n  "services": [`
  for (const [index, service] of report.services.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${textOfService(service)}`
  }
  yield `\n  ]${after}\n`
}

function textOfService(service: DeployReport): string {
  const known = written.get(service)
  if (known !== undefined) return known
  const text = JSON.stringify(service, undefined, 2).replaceAll('\n', '\n    ')
  written.set(service, text)
  return text
}
