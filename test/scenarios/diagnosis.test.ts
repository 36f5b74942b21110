import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { renderSummary } from '@ecs-pipeline/reporting'
import { buildImage } from '../../packages/local-aws/src/oci/image.ts'
import { pushImage } from '../../packages/local-aws/src/oci/push.ts'
import { CLUSTER, imageReference, taskDefinitionFor } from '../support/stack.ts'
import { loseRelease } from './support/history.ts'
import { imagesOf } from './support/make-inputs.ts'
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
  const { report } = await stage.deploy(name, { inputs: imagesOf(image), ...options })
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

describe('a rollback that fails is explained as well', () => {
  const ERRORS = '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}'

  const headings = (report: DeployReport): readonly string[] =>
    renderSummary(report)
      .map((block) => block.split('\n')[0] ?? '')
      .filter((line) => /^### (Likely|Next)/.test(line))

  test('of ECS, beside the release', async () => {
    const old = await stage.image('good')
    await stage.service({ name: 'why-not-back', image: old })
    const { report } = await stage.deploy('why-not-back', {
      inputs: await stage.images('crash'),
      meanwhile: async (sleep) => {
        await sleep(5000)
        await loseRelease(stage, 'why-not-back', old)
      },
    })
    expect(report.outcome).toBe('rollback-failed')
    expect(report.rollbackFailures[0]?.stoppedReason).toContain('CannotPullContainerError')
    expect(report.rollbackDiagnoses.map(({ rule }) => rule)).toEqual(['image-not-found'])
    expect(rulesOf(report)).toEqual(['crashed'])
    expect(headings(report)).toEqual([
      '### Likely cause of the failed rollback',
      '### Likely cause of the failed release',
      '### Next',
    ])
    expect(report.nextSteps.join('\n')).toContain(
      'First mend what keeps why-not-back:1 from running',
    )
  })

  test('of the action, by a deployment of the old revision, and its timeline says that it goes back', async () => {
    const old = await stage.image('good')
    await stage.service({ name: 'why-not-again', image: old })
    const { report } = await stage.deploy('why-not-again', {
      inputs: { ...(await stage.images('errors')), triggers: ERRORS, bakeMinutes: 10 },
      requestEvery: 2,
      meanwhile: async (sleep) => {
        await sleep(60_000)
        await loseRelease(stage, 'why-not-again', old)
      },
    })
    expect(report).toMatchObject({ outcome: 'rollback-failed', reasonCode: 'trigger' })
    expect(report.rollbackDiagnoses.map(({ rule }) => rule)).toEqual(['image-not-found'])
    const texts = report.timeline.map(({ text }) => text)
    const back = texts.findIndex((text) => text.startsWith('rolling back: UpdateService'))
    const after = texts.slice(back + 1).filter((text) => !text.startsWith('event: '))
    expect(after.length).toBeGreaterThan(1)
    for (const text of after) expect(text).toMatch(/^rolling back/)
    expect(texts.slice(0, back).join('\n')).toContain('rolling out')
  })

  test('of the rollback action, which stopped the deployment of somebody else', async () => {
    const old = await stage.image('good')
    await stage.service({ name: 'why-not-stopped', image: old })
    const definition = taskDefinitionFor(
      'why-not-stopped',
      await stage.image('sick'),
      stage.aws.place.region,
    )
    await stage.clients.ecs.registerTaskDefinition(definition)
    await stage.clients.ecs.updateService({
      cluster: CLUSTER,
      service: 'why-not-stopped',
      taskDefinition: 'why-not-stopped',
    })
    await stage.clock.advance(15_000)
    const { report } = await stage.rollBack('why-not-stopped', {
      meanwhile: async (sleep) => {
        await sleep(500)
        await loseRelease(stage, 'why-not-stopped', old)
      },
    })
    expect(report).toMatchObject({ action: 'rollback', outcome: 'rollback-failed' })
    expect(report.rollbackDiagnoses.map(({ rule }) => rule)).toEqual(['image-not-found'])
    expect(headings(report)).toEqual(['### Likely cause of the failed rollback', '### Next'])
  })
})

test('a release that succeeds has no cause of failure', async () => {
  await stage.service({ name: 'why-good' })
  const { report } = await stage.deploy('why-good', { inputs: await stage.images('good') })
  expect(report).toMatchObject({ passed: true, diagnoses: [] })
  expect(causeIn(report)).toBeUndefined()
})
