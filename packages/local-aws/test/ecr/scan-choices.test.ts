import { CreateRepositoryCommand, DescribeImageScanFindingsCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { buildImage, type OciImage } from '../../src/oci/image.ts'
import { makeImage, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'
const SECOND = 1000
const LOW = { id: 'CVE-2026-1', severity: 'LOW' } as const
const HIGH = { id: 'CVE-2026-2', severity: 'HIGH' } as const

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

const findings = (imageTag: string) =>
  ecr.client.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }))

/** An image whose scan finds what its label says. */
const labelled = (label: string): Promise<OciImage> =>
  buildImage({ files: {}, config: { Labels: { 'local-aws.scan': label } } })

describe('what a scan finds', () => {
  const idsOf = async (imageTag = 'v1') =>
    (await findings(imageTag)).imageScanFindings?.findings?.map((each) => each.name)

  test('is chosen by a label of the image, unless by a call, by whatever name', async () => {
    const image = await labelled(JSON.stringify({ findings: [LOW], seconds: { pending: 0 } }))
    await ecr.push(image, 'app', 'v1')
    await ecr.clock.advance(10 * SECOND)
    expect(await idsOf()).toEqual([LOW.id])
    for (const name of ['app:v1', image.digest, `app@${image.digest}`]) {
      ecr.scans.choose(name, { findings: [HIGH], seconds: { pending: 0, inProgress: 0 } })
      expect(await idsOf()).toEqual([HIGH.id])
      ecr.scans.clear()
      expect(await idsOf()).toEqual([LOW.id])
    }
  })

  test('is that of its own image', async () => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    await ecr.push(await makeImage('two'), 'app', 'v2')
    ecr.scans.choose('app:v2', { findings: [HIGH] })
    ecr.scans.choose('other:v1', { findings: [HIGH] })
    await ecr.clock.advance(15 * SECOND)
    expect([await idsOf('v1'), await idsOf('v2')]).toEqual([[], [HIGH.id]])
  })

  test.each([
    ['no JSON', 'CRITICAL'],
    ['a member that is not known', '{"finding":[]}'],
  ])('fails over a label with %s, and says so', async (_, label) => {
    await ecr.push(await labelled(label), 'app', 'v1')
    await ecr.clock.advance(15 * SECOND)
    expect((await findings('v1')).imageScanStatus).toMatchObject({
      status: 'FAILED',
      description: expect.stringContaining('The label local-aws.scan cannot be read: '),
    })
  })

  test.each<[string, unknown]>([
    ['app', {}],
    ['sha256:short', {}],
    ['app:v1', null],
    ['app:v1', { state: 'FAILED' }],
    ['app:v1', { status: 5 }],
    ['app:v1', { findings: {} }],
    ['app:v1', { findings: [{ id: 'CVE-2026-1' }] }],
    ['app:v1', { counts: { HIGH: '3' } }],
    ['app:v1', { seconds: { pending: -1 } }],
    ['app:v1', { seconds: { waiting: 1 } }],
  ])('cannot be chosen for %s by %j', (image, outcome) => {
    expect(() => {
      ecr.scans.choose(image, outcome as object)
    }).toThrow(/\w+ .+\./)
  })
})
