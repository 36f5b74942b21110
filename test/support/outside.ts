/** Who is told about a run, as servers on this machine: Slack, a webhook, and GitHub with its deployments. */
import type { Inputs } from './bundle-stage.ts'
import { listen, type Answer, type ListeningServer, type Sent } from './listening-server.ts'

/** In the path of Slack's webhook, in the query of the other, and the token of GitHub. */
export const SECRETS = [
  'T0AB1/B2CD3/xoxsecretpath',
  'k3y-in-the-query',
  'ghs_secrettokenofthejob',
] as const
export const OK: Answer = { status: 200, body: 'ok' }

export type Told = Readonly<Record<'slack' | 'webhook' | 'github', ListeningServer>>

/** As GitHub answers: the deployment is number 7. */
export const created = ({ path }: Sent): Answer =>
  path.endsWith('/deployments') ? { status: 201, body: { id: 7 } } : { status: 201 }

/** `answer`: of Slack and the webhook. */
export const openOutside = async (
  answer: Answer = OK,
  github: (sent: Sent) => Answer = created,
): Promise<Told> => ({
  slack: await listen(() => answer),
  webhook: await listen(() => answer),
  github: await listen(github),
})

export async function closeOutside(told: Told): Promise<void> {
  await Promise.all(Object.values(told).map((server: ListeningServer) => server.close()))
}

/** The inputs with which a run tells all of them. `GITHUB_API_URL` says where GitHub is. */
export const tellAll = ({ slack, webhook }: Told): Inputs => ({
  'slack-webhook-url': `${slack.url}/services/${SECRETS[0]}`,
  'webhook-url': `${webhook.url}/hook?key=${SECRETS[1]}`,
  environment: 'production',
  'environment-url': 'https://ledger.example.com',
  'github-token': SECRETS[2],
})

/** What GitHub was asked for, in order: `created`, and the states that its deployment was given. */
export const statesOnGithub = ({ github }: Told): readonly string[] =>
  github.sent.map(({ path, body }) =>
    path.endsWith('/deployments/7/statuses') ? (body as { state: string }).state : 'created',
  )
