import { describe, expect, test } from '@jest/globals'
import type { ServiceView } from '@ecs-pipeline/rollout'
import { noFindings, type Findings } from '../findings.ts'
import {
  checkVolumes,
  hasSettings,
  readServiceSettings,
  settingsToSend,
  undoSettings,
  type ServiceSettings,
} from '../service-settings.ts'

const ROLE = 'arn:aws:iam::123456789012:role/ebs'
const VOLUME = `{"sizeInGiB": 30, "roleArn": "${ROLE}"}`

interface Read extends Findings {
  readonly settings: ServiceSettings
}

function read(given: Partial<Parameters<typeof readServiceSettings>[0]>): Read {
  const findings = noFindings()
  const nothing = {
    propagateTags: undefined,
    enableEcsManagedTags: undefined,
    serviceManagedEbsVolumeName: undefined,
    serviceManagedEbsVolume: undefined,
  }
  return { ...findings, settings: readServiceSettings({ ...nothing, ...given }, findings) }
}

const readVolume = (serviceManagedEbsVolume: string): Read =>
  read({ serviceManagedEbsVolumeName: 'data', serviceManagedEbsVolume })

test('what nobody asked for has no member', () => {
  expect(read({})).toEqual({ settings: {}, problems: [], caveats: [] })
})

test('what was asked for has one, false included', () => {
  expect(read({ propagateTags: 'SERVICE', enableEcsManagedTags: false }).settings).toEqual({
    propagateTags: 'SERVICE',
    enableEcsManagedTags: false,
  })
})

describe('the volume', () => {
  test('has every member that AWS knows, as it was given', () => {
    const volume = {
      encrypted: true,
      filesystemType: 'xfs',
      iops: 3000,
      kmsKeyId: 'alias/ebs',
      roleArn: ROLE,
      sizeInGiB: 30,
      snapshotId: 'snap-1',
      tagSpecifications: [{ resourceType: 'volume', propagateTags: 'SERVICE' }],
      throughput: 125,
      volumeInitializationRate: 100,
      volumeType: 'gp3',
    }
    expect(readVolume(JSON.stringify(volume))).toEqual({
      settings: { volumeConfigurations: [{ name: 'data', managedEBSVolume: volume }] },
      problems: [],
      caveats: [],
    })
  })

  test.each([
    ['{"sizeInGiB": 30,}', /is not valid JSON: .*line 1 column 18/],
    ['[]', /has to be a JSON object/],
    ['{"sizeInGiB": 30}', /needs `roleArn`/],
    [`{"roleArn": "${ROLE}"}`, /needs `sizeInGiB` or `snapshotId`/],
    [`{"roleArn": "${ROLE}", "sizeInGiB": "30"}`, /`sizeInGiB` has to be a number, not text/],
    [`{"roleArn": null, "sizeInGiB": 30}`, /`roleArn` has to be text, not null/],
  ])('%s is refused', (given, expected) => {
    const { settings, problems } = readVolume(given)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
    expect(problems[0]).toMatch(/^Input 'service-managed-ebs-volume'/)
    expect(settings).toEqual({})
  })

  test.each([
    [{ serviceManagedEbsVolumeName: 'data' }, "'service-managed-ebs-volume' is not set"],
    [
      { serviceManagedEbsVolumeName: 'data', serviceManagedEbsVolume: '{}' },
      "'service-managed-ebs-volume' is not set",
    ],
    [{ serviceManagedEbsVolume: VOLUME }, "'service-managed-ebs-volume-name' is not set"],
  ])('half of it sends nothing, and says so: %j', (given, expected) => {
    const { settings, problems, caveats } = read(given)
    expect(settings).toEqual({})
    expect(problems).toEqual([])
    expect(caveats.join()).toContain(expected)
  })

  test('throughput goes out with gp3 only, as from the official action', () => {
    const given = `{"sizeInGiB": 30, "roleArn": "${ROLE}", "volumeType": "io2", "throughput": 125}`
    const { settings, caveats } = readVolume(given)
    expect(settings.volumeConfigurations?.[0]?.managedEBSVolume).not.toHaveProperty('throughput')
    expect(caveats.join()).toContain('`throughput` is only for')
  })

  test('a member that nobody knows goes out, and is named', () => {
    const { settings, caveats } = readVolume(
      `{"sizeInGiB": 30, "roleArn": "${ROLE}", "volumeTyp": "gp3"}`,
    )
    expect(settings.volumeConfigurations?.[0]?.managedEBSVolume).toHaveProperty('volumeTyp')
    expect(caveats.join()).toContain('Did you mean `volumeType`?')
  })

  const wanted = readVolume(VOLUME).settings

  test('needs a volume of the task definition that is left to the service', () => {
    const fits = { volumes: [{ name: 'data', configuredAtLaunch: true }] }
    expect(() => {
      checkVolumes(fits, wanted)
    }).not.toThrow()
    for (const volumes of [
      undefined,
      [{ name: 'data' }],
      [{ name: 'other', configuredAtLaunch: true }],
    ]) {
      expect(() => {
        checkVolumes({ volumes }, wanted)
      }).toThrow(/service-managed-ebs-volume-name: the task definition has no volume `data`/)
    }
  })

  test('is there already when ECS shows all that was asked for, whatever it has filled in', () => {
    const managedEBSVolume = { sizeInGiB: 30, roleArn: ROLE, filesystemType: 'xfs' }
    expect(hasSettings(serviceWith([{ name: 'data', managedEBSVolume }]), wanted)).toBe(true)
    expect(hasSettings(serviceWith([]), wanted)).toBe(false)
    const larger = { ...managedEBSVolume, sizeInGiB: 60 }
    expect(hasSettings(serviceWith([{ name: 'data', managedEBSVolume: larger }]), wanted)).toBe(
      false,
    )
  })

  test('is taken from the service with a task definition that has it no more', () => {
    const service = serviceWith([{ name: 'data' }])
    const fits = { volumes: [{ name: 'data', configuredAtLaunch: true }] }
    expect(settingsToSend({}, service, fits)).toEqual({})
    expect(settingsToSend({}, service, { volumes: [{ name: 'data' }] })).toEqual({
      volumeConfigurations: [],
    })
    expect(settingsToSend({}, serviceWith([]), {})).toEqual({})
    expect(settingsToSend(wanted, service, fits)).toEqual(wanted)
  })

  test('is taken away again by whoever goes back, if there was none', () => {
    expect(undoSettings(serviceWith([]), wanted)).toEqual({ volumeConfigurations: [] })
    expect(undoSettings(serviceWith([]), { propagateTags: 'SERVICE' })).toBeUndefined()
  })
})

test.each([
  [{ propagateTags: 'SERVICE' }, false],
  [{ propagateTags: 'NONE' }, true],
  [{ enableEcsManagedTags: true }, false],
  [{ enableEcsManagedTags: false }, true],
  [{}, true],
])('%j: the service is set so already is %s', (settings, expected) => {
  expect(hasSettings(serviceWith([]), settings)).toBe(expected)
})

const serviceWith = (
  volumeConfigurations: ServiceView['deployments'][number]['volumeConfigurations'],
): ServiceView =>
  ({
    propagateTags: 'NONE',
    enableEcsManagedTags: false,
    deployments: [{ status: 'PRIMARY', volumeConfigurations }],
  }) as unknown as ServiceView
