/** What the scan of an image, by ECR or by trivy, lets pass. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { ProgramMissing, type ProgramEnd, type ProgramRun } from '@ecs-pipeline/action-kit'
import { renderSummary } from '../../actions/ecr-push/summary.ts'
import { outputsOf } from '../../actions/ecr-push/outputs.ts'
import {
  COMMIT,
  newRepository,
  pushOnStage,
  storeImage,
  storeIndex,
  storeInNew,
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
const LOW = { id: 'CVE-2026-0002', severity: 'LOW', package: 'bash', version: '5.1' }

const imageAt = async (name: string, tag: string): Promise<string | undefined> => {
  const { images } = await stage.clients.ecr.batchGetImage({
    repositoryName: name,
    imageIds: [{ imageTag: tag }],
  })
  return images?.[0]?.imageId?.imageDigest
}

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
    const name = await newRepository(stage)
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

describe('trivy', () => {
  /** Stands for the program; its report is as trivy's documentation shows it (schema version 2). */
  const trivy =
    (report: unknown, exitCode = 0) =>
    async ({ program, args }: ProgramRun): Promise<ProgramEnd> => {
      expect(program).toBe('trivy')
      const output = args[args.indexOf('--output') + 1]
      if (args[0] === 'image' && output !== undefined) {
        await writeFile(output, JSON.stringify(report))
      }
      return { exitCode: args[0] === 'image' ? exitCode : 0, stdout: '', lines: ['FATAL: broken'] }
    }
  const REPORT = {
    SchemaVersion: 2,
    Results: [
      {
        Target: 'debian',
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2026-0001',
            PkgName: 'zlib1g',
            InstalledVersion: '1.2',
            FixedVersion: '1.3',
            Severity: 'CRITICAL',
          },
        ],
      },
      { Target: 'node_modules' },
    ],
  }

  test('finds what it finds, and its SARIF is kept', async () => {
    const { name } = await stored()
    const { report } = await push(name, { inputs: { scan: 'trivy' }, program: trivy(REPORT) })
    expect(report).toMatchObject({ outcome: 'scan-failed', scan: { scanner: 'trivy' } })
    expect(report.scan?.sarif).toMatch(/trivy.sha256-.*\.sarif$/)
    expect(report.scan?.verdict.blocking[0]).toMatchObject({ fixedVersion: '1.3' })
  })

  test('looks at every platform of an index', async () => {
    const name = await newRepository(stage)
    const digests = await storeIndex(stage, name)
    const asked: string[] = []
    const { report } = await push(name, {
      inputs: { scan: 'trivy' },
      program: (run) => {
        if (run.args[0] === 'image') asked.push(run.args.at(-1) ?? '')
        return trivy({ SchemaVersion: 2 })(run)
      },
    })
    expect(report.passed).toBe(true)
    expect(asked).toEqual(digests.map((digest) => `${stage.endpoint.registry}/${name}@${digest}`))
    expect(report.scan?.sarif).toMatch(/trivy$/)
  })

  test.each([
    ['that fails', REPORT, 1, 'FATAL: broken'],
    ['whose report is none', { nothing: true }, 0, 'no report of trivy'],
  ])('%s lets nothing pass', async (_what, written, exitCode, reason) => {
    const { name } = await stored()
    const { report } = await push(name, {
      inputs: { scan: 'trivy' },
      program: trivy(written, exitCode),
    })
    expect(report).toMatchObject({ outcome: 'not-scanned', passed: false })
    expect(report.reason).toContain(reason)
  })

  test('that is missing is told before anything is asked of the registry', async () => {
    const { name } = await stored()
    const { report, calls } = await push(name, {
      inputs: { scan: 'trivy' },
      program: () => Promise.reject(new ProgramMissing('There is no program trivy.')),
    })
    expect(report.outcome).toBe('refused')
    expect(calls).toEqual([])
  })
})
