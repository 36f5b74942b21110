import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  GetRegistryScanningConfigurationCommand,
  InvalidParameterException,
  PutRegistryScanningConfigurationCommand,
  ScanNotFoundException,
  StartImageScanCommand,
  ValidationException,
  type RegistryScanningRule,
  type ScanType,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeImage, PLACE, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'team/app'
const SECOND = 1000

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }))
})

afterEach(() => {
  ecr.stop()
})

type Frequency = NonNullable<RegistryScanningRule['scanFrequency']>

const rule = (scanFrequency: Frequency, ...filters: readonly string[]): RegistryScanningRule => ({
  scanFrequency,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
})

const configure = (scanType: ScanType | undefined, ...rules: RegistryScanningRule[]) =>
  ecr.client.send(new PutRegistryScanningConfigurationCommand({ scanType, rules }))

const findings = () =>
  ecr.client.send(
    new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag: 'v1' } }),
  )

test('a registry is scanned by ECR itself, and nothing on push, until it is told otherwise', async () => {
  const get = () => ecr.client.send(new GetRegistryScanningConfigurationCommand({}))
  expect(await get()).toMatchObject({
    registryId: PLACE.account,
    scanningConfiguration: { scanType: 'BASIC', rules: [] },
  })
  const rules = [rule('SCAN_ON_PUSH', 'team/*')]
  expect(await configure('BASIC', ...rules)).toMatchObject({
    registryScanningConfiguration: { scanType: 'BASIC', rules },
  })
  expect((await get()).scanningConfiguration).toEqual({ scanType: 'BASIC', rules })
})

describe('a repository is scanned', () => {
  test.each<[ScanType, readonly RegistryScanningRule[], Frequency, readonly string[]]>([
    ['BASIC', [], 'MANUAL', []],
    ['BASIC', [rule('SCAN_ON_PUSH', 'other', 'app')], 'SCAN_ON_PUSH', ['app']],
    ['BASIC', [rule('SCAN_ON_PUSH', 'app*')], 'MANUAL', []],
    ['BASIC', [rule('SCAN_ON_PUSH', '*app')], 'SCAN_ON_PUSH', ['*app']],
    ['BASIC', [rule('MANUAL', '*')], 'MANUAL', []],
    ['ENHANCED', [rule('CONTINUOUS_SCAN', '*')], 'CONTINUOUS_SCAN', ['*']],
    [
      'ENHANCED',
      [rule('SCAN_ON_PUSH', '*'), rule('CONTINUOUS_SCAN', 'team')],
      'CONTINUOUS_SCAN',
      ['team'],
    ],
  ])('%s with %j: %s', async (scanType, rules, scanFrequency, applied) => {
    await configure(scanType, ...rules)
    const { scanningConfigurations, failures } = await ecr.client.send(
      new BatchGetRepositoryScanningConfigurationCommand({
        repositoryNames: [repositoryName, 'nope'],
      }),
    )
    expect(scanningConfigurations).toEqual([
      {
        repositoryArn: `arn:aws:ecr:us-east-1:123456789012:repository/${repositoryName}`,
        repositoryName,
        scanOnPush: scanFrequency !== 'MANUAL',
        scanFrequency,
        appliedScanFilters: applied.map((filter) => ({ filter, filterType: 'WILDCARD' })),
      },
    ])
    expect(failures).toMatchObject([
      { repositoryName: 'nope', failureCode: 'REPOSITORY_NOT_FOUND' },
    ])
  })

  test.each<[string, ScanType, readonly RegistryScanningRule[]]>([
    ['an unknown type', 'DEEP' as 'BASIC', []],
    ['an unknown frequency', 'BASIC', [rule('HOURLY' as 'MANUAL', '*')]],
    ['a basic scan that goes on', 'BASIC', [rule('CONTINUOUS_SCAN', '*')]],
    ['two rules of one frequency', 'ENHANCED', [rule('MANUAL', 'a'), rule('MANUAL', 'b')]],
    ['a filter that is no name', 'BASIC', [rule('SCAN_ON_PUSH', 'Team App')]],
    [
      'three rules',
      'ENHANCED',
      [rule('MANUAL', 'a'), rule('SCAN_ON_PUSH', 'b'), rule('CONTINUOUS_SCAN', 'c')],
    ],
  ])('not by %s', async (_, scanType, rules) => {
    await expect(configure(scanType, ...rules)).rejects.toBeInstanceOf(InvalidParameterException)
  })
})

describe('an enhanced scan', () => {
  const VULNERABILITY = {
    id: 'CVE-2026-1',
    severity: 'CRITICAL',
    package: 'openssl',
    version: '3.0.1',
  }

  async function push(frequency: Frequency): Promise<string> {
    await configure('ENHANCED', rule(frequency, '*'))
    return ecr.push(await makeImage('one'), repositoryName, 'v1')
  }

  test('is not there at first, then PENDING, then ACTIVE and told in Inspector’s form', async () => {
    const pushedAt = ecr.clock.now()
    const digest = await push('CONTINUOUS_SCAN')
    ecr.scans.choose(digest, {
      findings: [
        { ...VULNERABILITY, fixedIn: '3.0.2' },
        { ...VULNERABILITY, id: 'CVE-2026-2' },
        { ...VULNERABILITY, id: 'CVE-2026-3', fix: 'PARTIAL' },
      ],
    })
    await expect(findings()).rejects.toBeInstanceOf(ScanNotFoundException)
    await ecr.clock.advance(10 * SECOND)
    expect((await findings()).imageScanStatus).toEqual({ status: 'PENDING' })
    await ecr.clock.advance(20 * SECOND)
    const { imageScanStatus, imageScanFindings } = await findings()
    expect(imageScanStatus).toEqual({
      status: 'ACTIVE',
      description: 'Continuous scan is selected for image.',
    })
    expect(imageScanFindings).not.toHaveProperty('findings')
    expect(imageScanFindings?.findingSeverityCounts).toEqual({ CRITICAL: 3 })
    const found = imageScanFindings?.enhancedFindings ?? []
    expect(found.map((each) => each.fixAvailable)).toEqual(['YES', 'NO', 'PARTIAL'])
    expect(new Set(found.map((each) => each.findingArn)).size).toBe(3)
    expect(found[0]).toMatchObject({
      awsAccountId: PLACE.account,
      firstObservedAt: new Date(pushedAt + 30 * SECOND),
      packageVulnerabilityDetails: {
        vulnerabilityId: 'CVE-2026-1',
        vulnerablePackages: [{ name: 'openssl', version: '3.0.1', fixedInVersion: '3.0.2' }],
      },
      resources: [
        {
          details: {
            awsEcrContainerImage: { architecture: 'amd64', imageHash: digest, imageTags: ['v1'] },
          },
          type: 'AWS_ECR_CONTAINER_IMAGE',
        },
      ],
      severity: 'CRITICAL',
      title: 'CVE-2026-1 - openssl',
    })
  })

  test('that a push starts is COMPLETE at its end', async () => {
    await push('SCAN_ON_PUSH')
    await ecr.clock.advance(30 * SECOND)
    expect(await findings()).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { enhancedFindings: [] },
    })
  })

  test('may be COMPLETE in the form of a basic one, before it really is', async () => {
    const digest = await push('CONTINUOUS_SCAN')
    ecr.scans.choose(digest, { findings: [VULNERABILITY], seconds: { empty: 15 } })
    await ecr.clock.advance(30 * SECOND)
    expect(await findings()).toMatchObject({ imageScanStatus: { status: 'COMPLETE' } })
    expect((await findings()).imageScanFindings).toEqual({ findings: [] })
    await ecr.clock.advance(15 * SECOND)
    expect((await findings()).imageScanFindings?.enhancedFindings).toHaveLength(1)
  })

  test('cannot be started by hand', async () => {
    await push('CONTINUOUS_SCAN')
    const scan = new StartImageScanCommand({ repositoryName, imageId: { imageTag: 'v1' } })
    const error = await ecr.client.send(scan).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ValidationException)
    expect((error as Error).message).toBe('This feature is disabled')
  })

  test('is of the images that are there as well; going back to basic forgets it', async () => {
    await ecr.push(await makeImage('one'), repositoryName, 'v1')
    await configure('ENHANCED', rule('CONTINUOUS_SCAN', '*'))
    await ecr.clock.advance(30 * SECOND)
    expect((await findings()).imageScanStatus?.status).toBe('ACTIVE')
    await configure('BASIC')
    await expect(findings()).rejects.toBeInstanceOf(ScanNotFoundException)
  })
})
