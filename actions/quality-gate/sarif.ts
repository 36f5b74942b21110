import { writeSarif, type Evidence } from '@ecs-pipeline/quality'
import type { GateReport } from './report.ts'

/** Everything that was found, for github/codeql-action/upload-sarif. */
export function sarifText({ name, gates, policy }: GateReport, evidence: Evidence): string {
  const vulnerabilities = evidence.audits.flatMap((each) => each.vulnerabilities)
  const { log } = writeSarif({
    issues: evidence.issues.flatMap(({ worst }) => worst),
    failedTests: evidence.tests.flatMap(({ failures }) => failures),
    vulnerabilities,
    failedGates: gates
      .filter(({ status }) => status === 'failed' || status === 'unmeasured')
      .map(({ gate, reason, exception }) => ({
        id: gate.id,
        message: reason,
        level: gate.level === 'warning' || exception ? 'warning' : 'error',
      })),
    policyFile: policy.kind === 'head' ? policy.name : 'quality-gate.yml',
    lockFile:
      vulnerabilities.find(({ lockFile }) => lockFile)?.lockFile?.path ?? 'package-lock.json',
    category: name,
  })
  return `${JSON.stringify(log)}\n`
}
