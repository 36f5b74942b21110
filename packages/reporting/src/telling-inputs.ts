/** The inputs that say who is told about a run; every action that watches a deployment has them. */
import { address, log, NotThat, text, type InputKind } from '@ecs-pipeline/action-kit'

export const tellingKinds = {
  environment: text(),
  'environment-url': address(),
  'github-token': text({ secret: true }),
  'slack-webhook-url': address({ secret: true }),
  'sns-topic-arn': topic(),
  'webhook-url': address({ secret: true }),
}

function topic(): InputKind<string | undefined> {
  const kind = text()
  return {
    ...kind,
    parse(given) {
      if (/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+$/.test(given)) return given
      throw new NotThat('the ARN of an SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME)')
    },
  }
}

export interface TellingInputs {
  readonly environment: string | undefined
  readonly environmentUrl: string | undefined
  readonly githubToken: string | undefined
  readonly slackWebhookUrl: string | undefined
  readonly snsTopicArn: string | undefined
  readonly webhookUrl: string | undefined
}

/** What is wrong with them together, for people. */
export function tellingProblems({
  environment,
  githubToken,
  environmentUrl,
}: TellingInputs): readonly string[] {
  const problems: string[] = []
  if (environment !== undefined && githubToken === undefined) {
    problems.push(
      `Input 'environment' needs 'github-token' to show the deployment on GitHub: set it to \${{ github.token }}, and give the job \`permissions: deployments: write\`.`,
    )
  }
  if (environmentUrl !== undefined && environment === undefined) {
    problems.push(`Input 'environment-url' needs 'environment', whose address it is.`)
  }
  return problems
}

/** From now on they are in no log. */
export function maskTelling({ githubToken, slackWebhookUrl, webhookUrl }: TellingInputs): void {
  for (const secret of [githubToken, slackWebhookUrl, webhookUrl]) {
    if (secret !== undefined) log.mask(secret)
  }
}
