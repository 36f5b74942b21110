/** Who is told about a run: Slack, a webhook, an SNS topic and GitHub, each by its own wire; and what secrets do. */
import { SNS } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Behaviour } from '../support/bundle-stage.ts'
import type { Answer, ListeningServer } from '../support/listening-server.ts'
import { closeOutside, OK, openOutside, SECRETS, tellAll, type Told } from '../support/outside.ts'
import type { BundleRun, Interrupt } from '../support/run-bundle.ts'

interface Story {
  readonly run: BundleRun
  readonly told: Told
}

let stage: BundleStage
let topic: string
let stories: Record<'red' | 'again' | 'refusing' | 'hanging', Story>

beforeAll(async () => {
  stage = await BundleStage.open()
  const { endpoint, region } = stage.aws
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sns = new SNS({ endpoint, region, credentials })
  topic = (await sns.createTopic({ Name: 'deployments' })).TopicArn ?? ''
  const [red, again, refusing, hanging] = await Promise.all([
    story('red', 'crash', OK),
    noChange(),
    story('refusing', 'good', { status: 500, body: 'no_service' }),
    story('hanging', 'sick', 'hang', { signal: 'SIGINT', at: 'rolling out: ' }),
  ])
  stories = { red, again, refusing, hanging }
}, 240_000)

afterAll(async () => {
  await Promise.all(Object.values(stories).map(({ told }) => closeOutside(told)))
  expect(await stage.close()).toBe(0)
})

/** GitHub answers as the others do, where they do not do well. */
const outside = (answer: Answer): Promise<Told> =>
  answer === OK ? openOutside() : openOutside(answer, () => answer)

async function story(
  service: string,
  behaviour: Behaviour,
  answer: Answer,
  interrupt?: Interrupt,
): Promise<Story> {
  const told = await outside(answer)
  await stage.service(service, { graceSeconds: 7200 })
  const image = await stage.image(`${service}-2`, behaviour)
  const run = await stage.run(
    'deploy',
    { service, image, ...tellAll(told), 'sns-topic-arn': topic },
    { env: { GITHUB_API_URL: told.github.url }, ...(interrupt ? { interrupt } : {}) },
  )
  return { run, told }
}

/** What runs already is deployed once more. */
async function noChange(): Promise<Story> {
  const told = await outside(OK)
  await stage.service('again')
  const image = await stage.image('again-2')
  await stage.run('deploy', { service: 'again', image })
  const env = { GITHUB_API_URL: told.github.url }
  const inputs = { service: 'again', image, ...tellAll(told), 'sns-topic-arn': topic }
  const run = await stage.run('deploy', inputs, { env })
  return { run, told }
}

async function published(service: string): Promise<readonly Record<string, string>[]> {
  const response = await fetch(`${stage.aws.endpoint}/_local/calls`)
  const calls = (await response.json()) as { operation: string; input: Record<string, string> }[]
  return calls
    .filter(({ operation }) => operation === 'Publish')
    .map(({ input }) => input)
    .filter(({ Subject }) => Subject?.startsWith(`${service} in `))
}

describe('a release that is rolled back', () => {
  test('Slack is told once', () => {
    const { slack } = stories.red.told
    expect(slack.sent).toHaveLength(1)
    expect(slack.sent[0]?.path).toBe(`/services/${SECRETS[0]}`)
    const said = JSON.stringify(slack.sent[0]?.body)
    expect(said).toContain('red in production: rolled-back')
    expect(said).toContain('red:1')
    expect(said).toContain('https://github.com/octo-org/ledger/actions/runs/42')
  })

  test('the webhook is told once, with the report, and without the lines of containers', () => {
    const { webhook } = stories.red.told
    expect(webhook.sent).toHaveLength(1)
    expect(webhook.sent[0]?.headers['x-ecs-pipeline-delivery']).toMatch(/^[0-9a-f-]{36}$/)
    expect(webhook.sent[0]?.body).toMatchObject({
      version: 1,
      title: 'red in production: rolled-back',
      outcome: 'rolled-back',
      severity: 'warning',
      report: { outcome: 'rolled-back', service: 'red' },
    })
    expect(stories.red.run.summary).toContain('LEDGER_CURRENCY is missing')
    expect(JSON.stringify(webhook.sent[0]?.body)).not.toContain('LEDGER_CURRENCY is missing')
  })

  test('the SNS topic is told once', async () => {
    const messages = await published('red')
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({
      TopicArn: topic,
      Subject: 'red in production: rolled-back',
    })
    expect(messages[0]?.['Message']).toContain('Users get now: `red:1`')
  })

  test('GitHub shows one deployment, in progress and then failed', () => {
    const { github } = stories.red.told
    const deployments = '/repos/octo-org/ledger/deployments'
    expect(github.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${deployments}`,
      `POST ${deployments}/7/statuses`,
      `POST ${deployments}/7/statuses`,
    ])
    expect(github.sent[0]?.body).toMatchObject({
      ref: '0123456789abcdef0123456789abcdef01234567',
      environment: 'production',
    })
    expect(github.sent[1]?.body).toMatchObject({ state: 'in_progress' })
    expect(github.sent[2]?.body).toMatchObject({
      state: 'failure',
      environment_url: 'https://ledger.example.com/',
    })
    for (const { headers } of github.sent) {
      expect(headers['authorization']).toBe(`token ${SECRETS[2]}`)
    }
  })
})

test('of a run that changed nothing nobody is told', async () => {
  const { run, told } = stories.again
  expect(run.outputs['outcome']).toBe('no-change')
  expect(Object.values(told).flatMap(({ sent }: ListeningServer) => sent)).toEqual([])
  expect(await published('again')).toEqual([])
})

test('servers that answer 500 change nothing: the run is green, and says who was not told', async () => {
  const { run, told } = stories.refusing
  expect(run.exitCode).toBe(0)
  expect(run.outputs['outcome']).toBe('deployed')
  expect(run.stdout).toMatch(/^::warning::Slack was not notified: 127\.0\.0\.1:\d+ answered 500/m)
  expect(run.stdout).toMatch(
    /^::warning::The webhook was not notified: 127\.0\.0\.1:\d+ answered 500/m,
  )
  expect(run.stdout).toMatch(/^::warning::GitHub does not show the deployment of octo-org\/ledger/m)
  expect(reportOf(run).caveats.join('\n')).toContain('Slack was not notified')
  expect([told.slack.sent.length, told.webhook.sent.length, told.github.sent.length]).toEqual([
    3, 3, 1,
  ])
  const deliveries = told.webhook.sent.map(({ headers }) => headers['x-ecs-pipeline-delivery'])
  expect(new Set(deliveries).size).toBe(1)
  expect(await published('refusing')).toHaveLength(1)
})

test('servers that never answer do not keep a cancelled run from ending in time', async () => {
  const { run, told } = stories.hanging
  expect(run.outputs['outcome']).toBe('cancelled')
  expect(run.millisecondsToEnd).toBeLessThan(7000)
  expect([told.slack.sent.length, told.webhook.sent.length]).toEqual([1, 1])
  expect(run.stdout).toMatch(/^::warning::Slack was not notified: .*did not answer within 3 s/m)
  expect(await published('hanging')).toHaveLength(1)
})

test.each(['red', 'again', 'refusing', 'hanging'] as const)('secrets are nowhere: %s', (name) => {
  const { run } = stories[name]
  // The runner takes these lines for itself, and hides the values in all that follow.
  const masked = [...run.stdout.matchAll(/^::add-mask::(.*)$/gm)].map((match) => match[1] ?? '')
  for (const secret of SECRETS) expect(masked.join('\n')).toContain(secret)
  const shown = run.stdout.replaceAll(/^::add-mask::.*$/gm, '')
  const all = [shown, run.stderr, run.summary, JSON.stringify([run.outputs, run.report])].join('\n')
  for (const secret of [...SECRETS, 'xoxsecretpath']) expect(all).not.toContain(secret)
})
