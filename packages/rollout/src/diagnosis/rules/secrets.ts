/** What a task needs before its first container starts: secrets, a log group, a file system, a way out. */
import { quote, spaced } from '../quote.ts'
import { onMessage, type Finding, type Rule } from '../rule.ts'

export const SECRET_RULES: readonly Rule[] = [
  // repost.aws/knowledge-center/ecs-unable-to-pull-secrets; the end of the message is Secrets Manager's own.
  onMessage(
    'secret-not-found',
    /failed to fetch secret (\S+) from secrets manager: ResourceNotFoundException|Secrets Manager can't find the specified secret/,
    ([, secret]) => ({
      cause: `The secret ${quote(secret) || 'of the task definition'} does not exist in Secrets Manager, or has no value.`,
      fix: 'Create it in the same region and give it a value, or correct its valueFrom in the task definition.',
    }),
  ),

  // Quoted by many, as 'unable to retrieve secrets from ssm: … invalid ssm parameters: X' of Fargate 1.4.0; that the
  // agent on EC2 says 'invalid parameters' is unproven.
  onMessage(
    'parameter-not-found',
    /invalid (?:ssm )?parameters: ([\w./:-]+(?:, ?[\w./:-]+)*)/,
    ([, names]) => ({
      cause: `The SSM parameter ${quote(names)} does not exist.`,
      fix: 'Create it in the same region, or correct its valueFrom in the task definition.',
    }),
  ),

  // Quoted by many, as 'unable to retrieve secret from asm: … did not contain json key X'.
  onMessage('secret-key-missing', /did not contain json key ([\w./-]+)/, ([, key]) => ({
    cause: `A secret of the task definition has no key ${quote(key)}.`,
    fix: 'Add the key to the JSON of the secret, or correct the key at the end of its valueFrom.',
  })),

  // rileydakota/valheim-ecs-fargate-cdk#9: the words of Go's JSON parser.
  onMessage(
    'secret-not-json',
    /from asm: .*invalid character .{1,12} looking for beginning of value/,
    () => ({
      cause: 'A secret of which the task definition wants a single key is not JSON.',
      fix: 'Store the secret as a JSON object, or take the key off the end of its valueFrom.',
    }),
  ),

  // Rayraegah/terraform-aws-hasura#25, prakhar1989/docker-curriculum#260.
  onMessage(
    'log-group-missing',
    /The specified log group does not exist/,
    (_found, { failure }, { containers }) => {
      const own = containers.find(({ name }) => name === failure?.container)
      const group = quote(
        (own?.logGroup ?? '') || containers.find(({ logGroup }) => logGroup)?.logGroup,
      )
      return {
        cause: `The log group ${group || 'of the task definition'} does not exist.`,
        fix: 'Create it in the region of awslogs-region, or set awslogs-create-group to true and allow the execution role logs:CreateLogGroup.',
      }
    },
  ),

  // cn-terraform/terraform-aws-jenkins#23, acp-io/terraform-grafana#4, docker-archive/compose-cli#1490.
  onMessage(
    'file-system-not-mounted',
    /failed to invoke EFS utils commands/,
    (_found, { text }) => ({
      cause: `The EFS file system${spaced(/fs-[0-9a-f]+/.exec(text)?.[0])} cannot be mounted${whyNotMounted(text)}.`,
      fix: howToMount(text),
    }),
  ),

  // Releem/releem-agent#195, hashicorp/terraform-provider-aws#33044, doctorray117/minecraft-ondemand#74; 'signal: killed'
  // is a subnet without a way to CloudWatch Logs or ECR (awslabs/amazon-s3-find-and-forget#290).
  onMessage(
    'no-way-to-aws',
    /ResourceInitializationError.*(?:context deadl|i\/o timeout|RequestCanceled|send request failed|: signal: killed|check your task network configuration)/i,
    (_found, { text }) => ({
      cause: `The tasks cannot reach ${serviceIn(text)} from their subnet.`,
      fix: 'Give a public subnet a public IP, a private one a NAT gateway or VPC endpoints, and let the security group send to port 443.',
    }),
  ),
]

function whyNotMounted(text: string): string {
  if (/No such file or directory/.test(text)) return ': the root directory does not exist in it'
  if (/Failed to resolve/.test(text)) return ': its name cannot be resolved'
  return /access denied/i.test(text) ? ': access is denied' : ''
}

function howToMount(text: string): Finding['fix'] {
  if (/No such file or directory/.test(text))
    return 'Create the directory, or use an access point that creates it.'
  if (/Failed to resolve/.test(text))
    return 'Check its id, make a mount target in every availability zone of the tasks, and turn DNS resolution of the VPC on.'
  return 'Let the security group of the mount targets take port 2049 from the tasks, and allow the task role what the policy of the file system asks for.'
}

function serviceIn(text: string): string {
  const host = /https:\/\/([a-z0-9.-]+)/.exec(text)?.[1]
  if (host !== undefined) return quote(host)
  if (/from ssm/.test(text)) return 'SSM'
  if (/from asm|secrets manager/.test(text)) return 'Secrets Manager'
  if (/logger args/.test(text)) return 'CloudWatch Logs'
  return /ecr/.test(text) ? 'ECR' : 'the services of AWS'
}
