/** A role that may not do what ECS does in its name before the first container starts. */
import { quote, spaced } from '../quote.ts'
import { onMessage, type Rule } from '../rule.ts'

export const ROLE_RULES: readonly Rule[] = [
  // aws-samples/aws-modern-application-workshop#88, telia-oss/terraform-aws-ecs-fargate#58: in events of the service.
  onMessage(
    'role-not-assumed',
    /unable to assume the role '?([\w:/+=,.@-]+?)'? that was provided|unable to assume the role/,
    (found) => {
      const role = quote(found[1]) || 'of the task definition'
      return {
        cause: `ECS cannot assume the role ${role}.`,
        fix: 'Check that the role exists and that its trust policy lets ecs-tasks.amazonaws.com assume it. A role that was just made works after some seconds.',
      }
    },
  ),

  // GiamPy5/terraform-aws-directus#10: Secrets Manager's words, without the key and without the permission.
  onMessage(
    'key-denied',
    /Access to KMS is not allowed/,
    (_found, { text }, { executionRole }) => ({
      cause: `The execution role${spaced(executionRole)} may not use the key that encrypts the secret${spaced(secretIn(text))}.`,
      fix: 'Allow the execution role kms:Decrypt on that key, in its own policy or in the policy of the key.',
    }),
  ),

  // aws/copilot-cli#4504 (ssm), PrefectHQ/prefect#20237 and doctorray117/minecraft-ondemand#12 (logs, cut short).
  onMessage(
    'role-denied',
    /AccessDenied(?:Exception)?: User: (\S+)(?: is not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?)?/,
    ([, user, action, resource], _sign, { executionRole }) => {
      const role = /assumed-role\/([^/\s]+)/.exec(user ?? '')?.[1] ?? executionRole
      const deed = action === undefined ? 'what ECS does in its name' : quote(action)
      const on = resource === undefined ? '' : ` on${spaced(resource)}`
      return {
        cause: `The role${spaced(role)} may not do ${deed}${on}.`,
        fix: `Allow ${action === undefined ? 'it' : deed} in the policy of that role. Look also for a policy that denies it explicitly.`,
      }
    },
  ),
]

/** The last part of a secret's ARN. */
function secretIn(text: string): string {
  const arn = /failed to fetch secret (arn:\S+)/.exec(text)?.[1] ?? ''
  return arn.split(':secret:').at(-1) ?? ''
}
