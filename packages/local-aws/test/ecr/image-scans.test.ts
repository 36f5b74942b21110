import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ImageNotFoundException,
  LimitExceededException,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  ScanNotFoundException,
  StartImageScanCommand,
  UnsupportedImageTypeException,
  type DescribeImageScanFindingsCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import { makeAttestation, makeImage, makeIndex, PLACE, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'
const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND
const LOW = { id: 'CVE-2026-1', severity: 'LOW' } as const
const HIGH = { id: 'CVE-2026-2', severity: 'HIGH', package: 'zlib', version: '1.2' } as const

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(
    new CreateRepositoryCommand({
      repositoryName,
      imageScanningConfiguration: { scanOnPush: true },
    }),
  )
})

afterEach(() => {
  ecr.stop()
})

const findings = (imageTag = 'v1', input: Partial<DescribeImageScanFindingsCommandInput> = {}) =>
  ecr.client.send(
    new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag }, ...input }),
  )

const start = (imageId: { imageTag?: string; imageDigest?: string }) =>
  ecr.client.send(new StartImageScanCommand({ repositoryName, imageId }))

const statusOf = async (imageTag = 'v1') => (await findings(imageTag)).imageScanStatus?.status

describe('a basic scan', () => {
  test('is PENDING, IN_PROGRESS and COMPLETE, and only then tells what it has found', async () => {
    const pushedAt = ecr.clock.now()
    const digest = await ecr.push(await makeImage('one'), 'app', 'v1')
    ecr.scans.choose('app:v1', { findings: [LOW, HIGH, { ...HIGH, id: 'CVE-2026-3' }] })
    expect(await findings()).toMatchObject({ imageScanStatus: { status: 'PENDING' } })
    await ecr.clock.advance(5 * SECOND)
    const early = await findings()
    expect([early.imageScanStatus, early.imageScanFindings]).toEqual([
      { status: 'IN_PROGRESS' },
      undefined,
    ])
    await ecr.clock.advance(10 * SECOND)
    const completed = new Date(pushedAt + 15 * SECOND)
    expect(await findings()).toMatchObject({
      registryId: PLACE.account,
      repositoryName,
      imageId: { imageDigest: digest, imageTag: 'v1' },
      imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
      imageScanFindings: {
        imageScanCompletedAt: completed,
        vulnerabilitySourceUpdatedAt: completed,
        findingSeverityCounts: { LOW: 1, HIGH: 2 },
        findings: [
          { name: 'CVE-2026-1', severity: 'LOW', attributes: [] },
          {
            name: 'CVE-2026-2',
            severity: 'HIGH',
            attributes: [
              { key: 'package_version', value: '1.2' },
              { key: 'package_name', value: 'zlib' },
            ],
          },
          { name: 'CVE-2026-3' },
        ],
      },
    })
  })

  test('is seen in DescribeImages too, with the counts when it is over', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    ecr.scans.choose('app:v1', { findings: [LOW] })
    const detail = async () =>
      (await ecr.client.send(new DescribeImagesCommand({ repositoryName }))).imageDetails?.[0]
    expect(await detail()).toMatchObject({ imageScanStatus: { status: 'PENDING' } })
    expect(await detail()).not.toHaveProperty('imageScanFindingsSummary')
    await ecr.clock.advance(15 * SECOND)
    expect(await detail()).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindingsSummary: { findingSeverityCounts: { LOW: 1 } },
    })
  })

  test('finds nothing where nothing was chosen', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    await ecr.clock.advance(15 * SECOND)
    expect((await findings()).imageScanFindings).toMatchObject({
      findings: [],
      findingSeverityCounts: {},
    })
  })

  test('is begun by hand where a push does not, once in 24 hours, the push’s own included', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    await ecr.clock.advance(DAY - 1)
    const refused = await start({ imageTag: 'v1' }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(LimitExceededException)
    expect((refused as Error).message).toBe(
      'The scan quota per image has been exceeded. Wait and try again.',
    )
    await ecr.clock.advance(1)
    expect(await start({ imageTag: 'v1' })).toMatchObject({
      imageId: { imageTag: 'v1' },
      imageScanStatus: { status: 'PENDING' },
    })
    expect(await statusOf()).toBe('PENDING')

    const chosen = new PutImageScanningConfigurationCommand({
      repositoryName,
      imageScanningConfiguration: { scanOnPush: false },
    })
    expect(await ecr.client.send(chosen)).toMatchObject({
      imageScanningConfiguration: { scanOnPush: false },
    })
    const { scanningConfigurations } = await ecr.client.send(
      new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repositoryName] }),
    )
    expect(scanningConfigurations).toMatchObject([{ scanOnPush: false, scanFrequency: 'MANUAL' }])
    const imageDigest = await ecr.push(await makeImage('two'), 'app', 'v2')
    const missing = await findings('v2').catch((thrown: unknown) => thrown)
    expect(missing).toBeInstanceOf(ScanNotFoundException)
    expect((missing as Error).message).toBe(
      "Image scan does not exist for the image with '{imageDigest:'null', imageTag:'v2'}' in the repository with name 'app' in the registry with id '123456789012'",
    )
    expect((await start({ imageDigest })).imageId).toEqual({ imageDigest })
    expect(await statusOf('v2')).toBe('PENDING')
  })

  test('needs an image', async () => {
    await expect(start({ imageTag: 'x' })).rejects.toBeInstanceOf(ImageNotFoundException)
    await expect(findings('x')).rejects.toBeInstanceOf(ImageNotFoundException)
  })

  test('is of images and not of an index, whose tag chooses for its images', async () => {
    const image = await makeImage('one')
    const attestation = makeAttestation(image)
    await ecr.push(image, 'app')
    await ecr.push(attestation, 'app')
    const index = makeIndex([
      { image, os: 'linux', architecture: 'amd64' },
      { image: attestation, os: 'unknown', architecture: 'unknown' },
    ])
    await ecr.client.send(
      new PutImageCommand({ repositoryName, imageManifest: index.content, imageTag: 'multi' }),
    )
    const refused = await start({ imageTag: 'multi' }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(UnsupportedImageTypeException)
    expect((refused as Error).message).toBe(
      `An artifact with media type '${OCI_INDEX}' cannot be scanned. For more information, see the Amazon ECR documentation.`,
    )
    await expect(findings('multi')).rejects.toBeInstanceOf(ScanNotFoundException)

    ecr.scans.choose('app:multi', { findings: [HIGH] })
    await ecr.clock.advance(15 * SECOND)
    const of = async (imageDigest: string) => findings('', { imageId: { imageDigest } })
    expect((await of(image.digest)).imageScanFindings?.findings).toHaveLength(1)
    expect((await of(attestation.digest)).imageScanStatus?.status).toBe('UNSUPPORTED_IMAGE')
  })
})

describe('how a scan ends', () => {
  const UNSUPPORTED =
    'UnsupportedImageError: The operating system and/or package manager are not supported.'

  test.each([
    ['FAILED', UNSUPPORTED],
    ['UNSUPPORTED_IMAGE', UNSUPPORTED],
    ['FINDINGS_UNAVAILABLE', undefined],
    ['SCAN_ELIGIBILITY_EXPIRED', undefined],
    ['LIMIT_EXCEEDED', undefined],
    ['IN_PROGRESS', undefined],
    ['A_WORD_OF_THE_FUTURE', undefined],
  ])('%s is chosen, and has no findings', async (status, description) => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    ecr.scans.choose('app:v1', { status, findings: [HIGH] })
    await ecr.clock.advance(15 * SECOND)
    const answer = await findings()
    expect(answer.imageScanStatus).toEqual({ status, ...(description ? { description } : {}) })
    expect(answer.imageScanFindings).toBeUndefined()
  })

  test('can be complete with nothing in it, and find something later', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    ecr.scans.choose('app:v1', {
      findings: [HIGH],
      seconds: { pending: 0, inProgress: 3, empty: 20 },
    })
    await ecr.clock.advance(3 * SECOND)
    expect(await statusOf()).toBe('COMPLETE')
    expect((await findings()).imageScanFindings).toEqual({ findings: [] })
    await ecr.clock.advance(20 * SECOND)
    expect((await findings()).imageScanFindings).toMatchObject({
      findings: [{ name: HIGH.id }],
      imageScanCompletedAt: new Date(ecr.clock.now() - 20 * SECOND),
    })
  })

  test('can count other than it names', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    ecr.scans.choose('app:v1', { findings: [HIGH], counts: { HIGH: 12 } })
    await ecr.clock.advance(15 * SECOND)
    expect((await findings()).imageScanFindings?.findingSeverityCounts).toEqual({ HIGH: 12 })
  })

  test.each([
    [undefined, 100, [100, 100, 50]],
    [200, 200, [200, 50]],
    [1000, 250, [250]],
  ])('is told in pages of %s', async (maxResults, first, sizes) => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    const many = Array.from({ length: 250 }, (_, index) => ({ ...LOW, id: `CVE-2026-${index}` }))
    ecr.scans.choose('app:v1', { findings: many })
    await ecr.clock.advance(15 * SECOND)
    const pages: string[][] = []
    let nextToken: string | undefined
    do {
      const page: Awaited<ReturnType<typeof findings>> = await findings('v1', {
        maxResults,
        nextToken,
      })
      expect(page.imageScanFindings?.findingSeverityCounts).toEqual({ LOW: 250 })
      pages.push((page.imageScanFindings?.findings ?? []).map((each) => each.name ?? ''))
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    expect(pages.map((page) => page.length)).toEqual(sizes)
    expect(pages[0]).toHaveLength(first)
    expect(pages.flat()).toEqual(many.map((each) => each.id))
  })

  test.each([0, 1001])('is not told in pages of %i', async (maxResults) => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    await expect(findings('v1', { maxResults })).rejects.toThrow("'maxResults'")
  })
})
