/** Where stories are played: one local AWS, and what all of its services share. */
import { SNS } from '@aws-sdk/client-sns'
import { Stage } from '../../scenarios/support/stage.ts'
import { createLoadBalancer, type LoadBalancer } from '../../support/stack.ts'
import { createPrograms } from './programs.ts'
import { startPrometheus, type Prometheus } from './prometheus.ts'

/** What must never be printed: the caller's keys, and a password in the task definition. */
export const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'matrix-secret-access-key',
  AWS_SESSION_TOKEN: 'matrix-session-token',
  DATABASE_PASSWORD: 'matrix-database-password',
  PROMETHEUS_TOKEN: 'matrix-prometheus-token',
}

export interface Theatre {
  readonly stage: Stage
  readonly loadBalancer: LoadBalancer
  readonly prometheus: Prometheus
  readonly topicArn: string
  close(): Promise<void>
}

export async function openTheatre(): Promise<Theatre> {
  const stage = await Stage.open(await createPrograms())
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = SECRETS
  Object.assign(process.env, { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN })
  const loadBalancer = await createLoadBalancer(stage.clients, 'ledger', 5, 30)
  const prometheus = await startPrometheus(stage.aws)
  const sns = new SNS({ endpoint: stage.endpoint.endpoint, maxAttempts: 1 })
  const { TopicArn: topicArn = '' } = await sns.createTopic({ Name: 'releases' })
  const close = async (): Promise<void> => {
    await prometheus.close()
    await stage.close()
  }
  return { stage, loadBalancer, prometheus, topicArn, close }
}
