/** An image of this commit is in the registry: whether it is used, what it is called, and where it is. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { ProgramEnd, ProgramRun } from '@ecs-pipeline/action-kit'
import { outputsOf } from '../../actions/ecr-push/outputs.ts'
import {
  COMMIT,
  newRepository,
  pushOnStage,
  storeImage,
  storeInNew,
  storeIndex,
  type PushOptions,
  type PushRun,
} from './support/push-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const stored = (
  settings?: Parameters<typeof storeInNew>[1],
  outcome?: Parameters<typeof storeInNew>[2],
): ReturnType<typeof storeInNew> => storeInNew(stage, settings, outcome)
const push = (name: string, options?: PushOptions): Promise<PushRun> =>
  pushOnStage(stage, name, options)

const CRITICAL = { id: 'CVE-2026-0001', severity: 'CRITICAL', package: 'zlib', version: '1.2' }

const imageAt = async (name: string, tag: string): Promise<string | undefined> => {
  const { images } = await stage.clients.ecr.batchGetImage({
    repositoryName: name,
    imageIds: [{ imageTag: tag }],
  })
  return images?.[0]?.imageId?.imageDigest
}

describe('a run that is repeated', () => {
  test('uses the image of the commit again: no build, and the same digest', async () => {
    const { name, digest } = await stored()
    await stage.clock.advance(5 * 60_000)
    const { report, took, calls } = await push(name)
    expect(report).toMatchObject({ outcome: 'reused', passed: true, reused: true, digest })
    expect(calls).toHaveLength(7)
    const outputs = outputsOf(report, { report: '', imageDefinitions: '' })
    expect(outputs.image).toBe(`${stage.endpoint.registry}/${name}@${digest}`)
    expect(JSON.parse(outputs['scan-result'])).toMatchObject({ result: 'passed' })
    expect(took).toBe(0)
  })

  test('is refused where if-exists says so', async () => {
    const { name } = await stored()
    const { report } = await push(name, { inputs: { 'if-exists': 'fail' } })
    expect(report).toMatchObject({ outcome: 'refused', digest: undefined })
    expect(report.reason).toContain('exists already')
  })

  test('cannot build anew what has an immutable tag, and says so before it builds', async () => {
    const { name } = await stored()
    const { report } = await push(name, { inputs: { 'if-exists': 'rebuild' } })
    expect(report.reason).toContain('its tag is immutable')
  })

  test('does not take the image of another commit for its own', async () => {
    const { name } = await stored()
    await storeImage(stage, name, {
      tag: '1.2.3',
      labels: { 'org.opencontainers.image.revision': 'f'.repeat(40) },
    })
    const { report } = await push(name, {
      inputs: { tags: 'semver' },
      context: { ref: 'refs/tags/v1.2.3' },
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain(`was built from commit ${'f'.repeat(40)}`)
  })
})

describe('an index', () => {
  test('is scanned by its platforms, without its attestations', async () => {
    const name = await newRepository(stage)
    const [amd64, arm64] = await storeIndex(stage, name)
    const { report, lines } = await push(name)
    expect(report).toMatchObject({ outcome: 'reused', passed: true })
    const outputs = outputsOf(report, { report: '', imageDefinitions: '' })
    expect(JSON.parse(outputs['platform-digests'])).toEqual({
      'linux/amd64': amd64,
      'linux/arm64': arm64,
    })
    const scanned = new Set(lines.flatMap((line) => /^scan of (\S+):/.exec(line)?.[1] ?? []))
    expect(scanned.size).toBe(2)
  })

  test('is as bad as the worst of its platforms', async () => {
    const name = await newRepository(stage)
    const [, arm64] = await storeIndex(stage, name)
    stage.aws.scans.choose(arm64, { findings: [CRITICAL] })
    expect((await push(name)).report.outcome).toBe('scan-failed')
  })

  test('that lacks a platform that was asked for is not handed on', async () => {
    const name = await newRepository(stage)
    await storeIndex(stage, name)
    const { report } = await push(name, { inputs: { platforms: 'linux/amd64,linux/s390x' } })
    expect(report).toMatchObject({ outcome: 'failed', passed: false })
    expect(report.reason).toContain(
      'has no image for linux/s390x, only for linux/amd64, linux/arm64',
    )
  })
})

describe('a tag that is given to another image while this one is built', () => {
  /** Stands for docker: somebody else pushes during the build, and then ECR refuses the push in these words. */
  const docker =
    (name: string, labels: Readonly<Record<string, string>>) =>
    async ({ args }: ProgramRun): Promise<ProgramEnd> => {
      const [command] = args
      if (command === 'version') return { exitCode: 0, stdout: '20.10.24 20.10.24', lines: [] }
      if (command === 'buildx') return { exitCode: 1, stdout: '', lines: [] }
      if (command === 'build') await storeImage(stage, name, { labels })
      const lines = [
        `tag invalid: The image tag '${COMMIT}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
      ]
      return command === 'push'
        ? { exitCode: 1, stdout: '', lines }
        : { exitCode: 0, stdout: '', lines: [] }
    }

  test('by a run of the same commit: its image is used', async () => {
    const name = await newRepository(stage)
    const { report } = await push(name, { program: docker(name, {}) })
    expect(report).toMatchObject({ outcome: 'reused', passed: true })
    expect(report.digest).toBe(await imageAt(name, COMMIT))
  })

  test('by somebody else: it is not taken for this one', async () => {
    const name = await newRepository(stage)
    const labels = { 'org.opencontainers.image.revision': 'f'.repeat(40) }
    const { report } = await push(name, { program: docker(name, labels) })
    expect(report).toMatchObject({ passed: false, digest: undefined })
    expect(report.reason).toContain(`was built from commit ${'f'.repeat(40)}`)
  })
})

describe('tags', () => {
  test('those that move are set once the image is good, without a push', async () => {
    const { name, digest } = await stored({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'main' },
        { filterType: 'WILDCARD', filter: 'lat*' },
      ],
    })
    const { report } = await push(name, { inputs: { tags: 'sha, branch, latest' } })
    expect(report.tags).toEqual([
      { tag: COMMIT, result: 'already' },
      { tag: 'main', result: 'moved' },
      { tag: 'latest', result: 'moved' },
    ])
    expect(await imageAt(name, 'latest')).toBe(digest)
    const again = await push(name, { inputs: { tags: 'sha, branch, latest' } })
    expect(again.report.tags.map(({ result }) => result)).toEqual(['already', 'already', 'already'])
  })

  test('one that would have to move and cannot is told before anything is built', async () => {
    const { name } = await stored()
    const { report } = await push(name, { inputs: { tags: 'sha, latest' } })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain('latest would have to move')
    expect(report.next.join()).toContain('IMMUTABLE_WITH_EXCLUSION')
  })

  test('an immutable one that names another image is told before anything is built', async () => {
    const name = await newRepository(stage)
    await storeImage(stage, name, { tag: 'nightly', text: 'other' })
    await storeImage(stage, name)
    const { report } = await push(name, { inputs: { tags: 'sha\nraw:nightly' } })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain(`${name}:nightly exists already`)
  })
})

describe('the repository', () => {
  test('that is missing is refused with both ways to get one', async () => {
    const { report } = await push('missing')
    expect(report).toMatchObject({ outcome: 'refused' })
    expect(report.next.join()).toContain('create-repository: true')
  })

  test('is made where that is asked for, with the policy of the project', async () => {
    const run = await push('made', {
      inputs: { 'create-repository': 'true', tags: 'sha, latest' },
      // The build comes next, and there is no docker here.
      program: () => Promise.reject(new Error('no docker')),
    }).catch((error: unknown) => String(error))
    expect(run).toContain('no docker')
    const { repositories } = await stage.clients.ecr.describeRepositories({
      repositoryNames: ['made'],
    })
    expect(repositories?.[0]).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filter: 'latest' }],
      imageScanningConfiguration: { scanOnPush: true },
    })
    const { lifecyclePolicyText } = await stage.clients.ecr.getLifecyclePolicy({
      repositoryName: 'made',
    })
    expect(lifecyclePolicyText).toContain('stable-*')
  })
})
