import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { renderSummary } from '@ecs-pipeline/reporting'
import { buildImage } from '../../packages/local-aws/src/oci/image.ts'
import { pushImage } from '../../packages/local-aws/src/oci/push.ts'
import { imageReference } from '../support/stack.ts'
import type { DeployOptions } from './support/run-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

async function failedRelease(
  name: string,
  image: string,
  options: DeployOptions = {},
): Promise<DeployReport> {
  await stage.service({ name })
  const images = [{ container: undefined, image }]
  const { report } = await stage.deploy(name, { inputs: { images }, ...options })
  expect(report.passed).toBe(false)
  return report
}

const rulesOf = (report: DeployReport): readonly string[] =>
  report.diagnoses.map(({ rule }) => rule)

/** The part of the summary that says why, with its heading. */
const causeIn = (report: DeployReport): string | undefined =>
  renderSummary(report).find((block) => block.startsWith('### Likely cause'))

/** An image for a processor that the service does not ask for. */
async function foreignImage(): Promise<string> {
  const token = await stage.clients.ecr.getAuthorizationToken({})
  const authorization = token.authorizationData?.[0]?.authorizationToken ?? ''
  const image = await buildImage({
    architecture: 'arm64',
    files: { 'app.mjs': '' },
    config: { Cmd: ['node', '/app.mjs'] },
  })
  await pushImage(image, {
    registry: `http://${stage.endpoint.registry}`,
    repository: 'ledger',
    tag: 'arm64',
    authorization: `Basic ${authorization}`,
  })
  return imageReference(stage.endpoint, 'arm64')
}

test('an image that disappears before it is pulled is named', async () => {
  const image = await stage.image('good')
  const report = await failedRelease('why-gone', image, {
    meanwhile: async (sleep) => {
      await sleep(1000)
      await stage.clients.ecr.batchDeleteImage({
        repositoryName: 'ledger',
        imageIds: [{ imageTag: image.split(':').at(-1) ?? '' }],
      })
    },
  })
  expect(rulesOf(report)).toEqual(['image-not-found'])
  expect(report.diagnoses[0]?.cause).toContain(image.split(':')[0])
})

test('a health check that answers 503 is explained once, with the port and the container', async () => {
  const report = await failedRelease('why-sick', await stage.image('sick'))
  expect(rulesOf(report)[0]).toBe('health-server-error')
  expect(report.diagnoses[0]?.cause).toContain('port 3000 of container app answers 503')
})

test('a crash shows its exit code and the telling line of its log, and so does the summary', async () => {
  const report = await failedRelease('why-crash', await stage.image('crash'))
  expect(rulesOf(report)).toEqual(['crashed'])
  expect(report.diagnoses[0]?.cause).toContain('exit code 3')
  expect(report.diagnoses[0]?.cause).toContain('LEDGER_CURRENCY is missing')
  const summary = renderSummary(report)
  const happened = summary.findIndex((block) => block.startsWith('**What happened:**'))
  expect(summary[happened + 1]).toBe(causeIn(report))
  expect(causeIn(report)).toContain('exit code 3')
})

test('an image for another processor is told from a program that crashes', async () => {
  const report = await failedRelease('why-foreign', await foreignImage())
  expect(rulesOf(report)).toEqual(['wrong-architecture'])
  expect(report.diagnoses[0]?.fix).toContain('cpuArchitecture')
})

test('a release that succeeds has no cause of failure', async () => {
  await stage.service({ name: 'why-good' })
  const images = [{ container: undefined, image: await stage.image('good') }]
  const { report } = await stage.deploy('why-good', { inputs: { images } })
  expect(report).toMatchObject({ passed: true, diagnoses: [] })
  expect(causeIn(report)).toBeUndefined()
})
