/** Exceptions of the policy: which hold today, and which were of use. */
import type { AuditEvidence, GateResult, PolicyException } from '@ecs-pipeline/quality'
import type { ToldException } from './report.ts'

/** `now` in milliseconds since 1970. */
export const holding = (
  exceptions: readonly PolicyException[],
  now: number,
): readonly PolicyException[] => exceptions.filter(({ until }) => now < until)

/** One that is not used any more can be taken out, and one that is over may not go without a word. */
export const tellExceptions = (
  exceptions: readonly PolicyException[],
  now: number,
  { gates, audits }: { gates: readonly GateResult[]; audits: readonly AuditEvidence[] },
): readonly ToldException[] =>
  exceptions.map((exception) => {
    const { of, until } = exception
    if (now >= until) return { ...exception, state: 'expired' }
    const isUsed =
      'gate' in of
        ? gates.some(
            ({ gate, status }) =>
              gate.id === of.gate && status !== 'passed' && status !== 'resting',
          )
        : audits.some(({ vulnerabilities }) =>
            vulnerabilities.some(({ id }) => id === of.vulnerability),
          )
    return { ...exception, state: isUsed ? 'used' : 'unused' }
  })
