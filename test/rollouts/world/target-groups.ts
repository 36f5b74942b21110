/** The two target groups of a service that can shift traffic; one that cannot has only the first. */
import { replacedBy, type Deployment } from './records.ts'

const arnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/${name}/0123456789abcdef`

export const TARGET_GROUP = arnOf('ledger')
export const ALTERNATE_GROUP = arnOf('ledger-alternate')

/** `targetgroup/<name>/<id>`, as CloudWatch has it. */
export const dimensionOf = (arn: string): string => arn.split(':').at(-1) ?? ''

/** A rolling deployment stays where the traffic is; one that shifts traffic takes the other group. */
export function nextGroup(deployments: readonly Deployment[], isShifting: boolean): string {
  const current = replacedBy(deployments)?.group ?? TARGET_GROUP
  if (!isShifting) return current
  return current === TARGET_GROUP ? ALTERNATE_GROUP : TARGET_GROUP
}
