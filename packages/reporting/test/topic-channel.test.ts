import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { notify } from '@ecs-pipeline/action-kit'
import { topicChannel } from '../src/topic-channel.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:releases'
const NEWS = {
  title: 'web in prod: rolled-back',
  outcome: 'rolled-back',
  severity: 'warning',
  facts: [],
  links: { run: undefined, environment: undefined },
  report: {},
} as const

/** What the report says when SNS answers so. */
async function told(answer: RequestListener): Promise<readonly string[]> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  try {
    return await notify(NEWS, [topicChannel(TOPIC, { clock })])
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a message that SNS does not take was not published', async () => {
  const caveats = await told((_request, response) => response.writeHead(403).end())
  expect(caveats).toEqual([expect.stringMatching(/^The SNS topic was not notified: /)])
})

test('of a message without an answer nobody knows', async () => {
  const caveats = await told((_request, response) => response.writeHead(503).end())
  const words = /^It is not known whether the SNS topic was notified: /
  expect(caveats).toEqual([expect.stringMatching(words)])
})
