/** An image of this commit is in the registry: what is asked of it before it may be deployed, and what it is called. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { renderSummary } from '../../actions/ecr-push/summary.ts'
import { outputsOf } from '../../actions/ecr-push/outputs.ts'
import {
  COMMIT,
  createRepository,
  pushOnStage,
  storeImage,
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

let count = 0
/** A repository of its own with the image of the commit. */
async function stored(
  settings: Parameters<typeof createRepository>[2] = {},
  outcome?: Parameters<typeof stage.aws.scans.choose>[1],
): Promise<{ readonly name: string; readonly digest: string }> {
  const name = `app-${++count}`
  await createRepository(stage, name, settings)
  if (outcome) stage.aws.scans.choose(`${name}:${COMMIT}`, outcome)
  const digest = await storeImage(stage, name)
  return { name, digest }
}

const push = (name: string, options?: PushOptions): Promise<PushRun> =>
  pushOnStage(stage, name, options)

const CRITICAL = { id: 'CVE-2026-0001', severity: 'CRITICAL', package: 'zlib', version: '1.2' }
const LOW = { id: 'CVE-2026-0002', severity: 'LOW', package: 'bash', version: '5.1' }

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

describe('the scan', () => {
  test('keeps an image with a critical finding from everybody', async () => {
    const { name, digest } = await stored(
      { imageTagMutability: 'MUTABLE' },
      { findings: [LOW, CRITICAL] },
    )
    const { report } = await push(name, { inputs: { tags: 'sha, latest' } })
    expect(report).toMatchObject({ outcome: 'scan-failed', passed: false, digest })
    expect(report.reason).toBe(
      '1 finding of 2 is critical or worse, the worst CVE-2026-0001 in zlib 1.2.',
    )
    expect(outputsOf(report, { report: '', imageDefinitions: '' })).toMatchObject({
      image: '',
      digest: '',
    })
    expect(await imageAt(name, 'latest')).toBeUndefined()
    const summary = renderSummary(report).join('\n')
    expect(summary).toContain('| critical | CVE&#45;2026&#45;0001'.replaceAll('&#45;', '-'))
    expect(summary).toContain('not to be deployed')
  })

  test('lets an exception pass, and fails by its name when it has expired', async () => {
    const { name } = await stored({}, { findings: [CRITICAL] })
    const file = (expires: string): PushOptions => ({
      inputs: { 'scan-ignore': 'ignore.yml' },
      files: { 'ignore.yml': `- {id: CVE-2026-0001, reason: unused, expires: ${expires}}` },
    })
    expect((await push(name, file('2999-12-31'))).report).toMatchObject({ passed: true })
    const { report, calls } = await push(name, file('2020-12-31'))
    expect(report).toMatchObject({ outcome: 'refused', passed: false })
    expect(report.reason).toContain(
      'The exception for CVE-2026-0001 expired on 2020-12-31 (ignore.yml:1).',
    )
    expect(calls).toEqual([])
  })

  test.each([
    ['no list', 'id: x', 'ignore.yml:1:1: this has to be a list of exceptions'],
    ['no reason', '- {id: CVE-1, expires: 2027-01-31}', 'needs `reason`'],
    ['no such day', '- {id: CVE-1, reason: x, expires: 2027-02-30}', 'is a day such as'],
    ['a wrong word', '- {cve: CVE-1, reason: x, expires: 2027-02-28}', 'cve'],
  ])('refuses an ignore file with %s', async (_what, text, problem) => {
    const { report, calls } = await push('nothing', {
      inputs: { 'scan-ignore': 'ignore.yml' },
      files: { 'ignore.yml': text },
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain(problem)
    expect(calls).toEqual([])
  })

  test.each([
    [{ seconds: { absent: 20, inProgress: 30 } }, 'reused'],
    [{ seconds: { inProgress: 5, empty: 6 }, findings: [CRITICAL] }, 'scan-failed'],
    [{ status: 'FAILED', description: 'broken layer' }, 'not-scanned'],
    [{ status: 'UNSUPPORTED_IMAGE' }, 'not-scanned'],
    [{ status: 'PENDING' }, 'not-scanned'],
  ] as const)('%j ends %s', async (outcome, expected) => {
    const name = `app-${++count}`
    await createRepository(stage, name)
    stage.aws.scans.choose(`${name}:${COMMIT}`, outcome)
    await storeImage(stage, name)
    const { report } = await push(name)
    expect(report.outcome).toBe(expected)
  })

  test('of an image that cannot be scanned may be left out where the user says so', async () => {
    const { name } = await stored({}, { status: 'UNSUPPORTED_IMAGE' })
    const { report } = await push(name, { inputs: { 'on-unscannable': 'warn' } })
    expect(report).toMatchObject({ passed: true, scanResult: 'unavailable' })
    expect(report.caveats.join()).toContain('UNSUPPORTED_IMAGE')
  })

  test('is asked for where the repository does not scan on push', async () => {
    const { name } = await stored({ imageScanningConfiguration: { scanOnPush: false } })
    const { report, calls } = await push(name)
    expect(report.passed).toBe(true)
    expect(calls.filter((call) => call === 'StartImageScan')).toHaveLength(1)
  })

  test('may not be asked for, and is there all the same', async () => {
    const { name } = await stored()
    stage.aws.faults.add({
      operation: 'StartImageScan',
      error: { code: 'AccessDeniedException', status: 400, message: 'not authorized' },
    })
    expect((await push(name)).report.passed).toBe(true)
  })

  test('may not be read: an error that names the permission, not a time-out', async () => {
    const { name } = await stored()
    stage.aws.faults.add({
      operation: 'DescribeImageScanFindings',
      error: { code: 'AccessDeniedException', status: 400, message: 'not authorized' },
    })
    const { report, took } = await push(name)
    expect(report).toMatchObject({ outcome: 'failed', passed: false })
    expect(report.reason).toContain('ecr:DescribeImageScanFindings')
    expect(took).toBeLessThan(5000)
  })

  test('reads more findings than a page has', async () => {
    const findings = Array.from({ length: 1200 }, (_each, at) => ({ ...LOW, id: `CVE-${at}` }))
    const { name } = await stored({}, { findings: [...findings, CRITICAL] })
    const { report } = await push(name)
    expect(report.scan?.verdict.counts).toMatchObject({ low: 1200, critical: 1 })
    expect(report.outcome).toBe('scan-failed')
  })

  test('by enhanced scanning has findings of another form', async () => {
    await stage.clients.ecr.putRegistryScanningConfiguration({
      scanType: 'ENHANCED',
      rules: [
        {
          scanFrequency: 'CONTINUOUS_SCAN',
          repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
        },
      ],
    })
    const { name } = await stored({}, { findings: [{ ...CRITICAL, fixedIn: '1.3' }] })
    const { report } = await push(name)
    await stage.clients.ecr.putRegistryScanningConfiguration({ scanType: 'BASIC', rules: [] })
    expect(report.outcome).toBe('scan-failed')
    expect(report.scan).toMatchObject({
      scanner: 'ECR (enhanced)',
      verdict: { blocking: [{ id: 'CVE-2026-0001', package: 'zlib', fixedVersion: '1.3' }] },
    })
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
    const name = `app-${++count}`
    await createRepository(stage, name)
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
