import { describe, expect, test } from '@jest/globals'
import { readDeployInputs } from '../inputs.ts'
import { readOverrides, readStrategy, readTags } from '../run-task-documents.ts'
import { unusedRunTaskInputs } from '../run-task-inputs.ts'

const read = (given: Readonly<Record<string, string>>): ReturnType<typeof readDeployInputs> =>
  readDeployInputs((name) => ({ service: 'ledger', ...given })[name] ?? '')

const problemsOf = async (reading: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return (error as Error | undefined)?.message.split('\n') ?? []
}

describe('the inputs', () => {
  test('names have blanks around their commas or not', () => {
    const inputs = read({ 'run-task-subnets': ' a, b,,c ', 'run-task-security-groups': 'g' })
    expect(inputs.runTaskSubnets).toEqual(['a', 'b', 'c'])
    expect(inputs.runTaskSecurityGroups).toEqual(['g'])
  })

  test.each([
    [{ 'run-task': 'yes' }, /'run-task' has to be true or false/],
    [{ 'run-task-launch-type': 'FARGAT' }, /'run-task-launch-type'.*Did you mean 'FARGATE'/],
    [{ 'run-task-assign-public-IP': 'true' }, /'run-task-assign-public-IP'.*ENABLED, DISABLED/],
    [{ 'run-task-started-by': 'my release' }, /'run-task-started-by'.*letters, numbers/],
    [{ 'run-task-started-by': 'x'.repeat(129) }, /'run-task-started-by'.*128/],
  ])('%j is refused', (given, expected) => {
    expect(() => read(given)).toThrow(expected)
  })

  test.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ 'run-task-launch-type': 'FARGATE', 'wait-for-task-stopped': 'true' }, []],
    [{ 'run-task': 'true', 'run-task-subnets': 'a' }, []],
    [
      { 'wait-for-task-stopped': 'false', 'run-task-tags': '[]', 'run-task-subnets': 'a' },
      ['run-task-subnets', 'run-task-tags', 'wait-for-task-stopped'],
    ],
    [{ 'run-task-managed-ebs-volume-name': 'x' }, ['run-task-managed-ebs-volume-name']],
  ])('of %j, these do nothing: %j', (given, unused) => {
    expect(unusedRunTaskInputs(read(given))).toEqual(unused)
  })
})

describe('the volume', () => {
  const NAME = { 'run-task': 'true', 'run-task-managed-ebs-volume-name': 'ebs1' }
  const withVolume = (volume: object): Record<string, string> => ({
    ...NAME,
    'run-task-managed-ebs-volume': JSON.stringify(volume),
  })

  test('has what a volume of a service has, and when it is deleted', () => {
    const volume = {
      roleArn: 'r',
      sizeInGiB: 30,
      volumeInitializationRate: 100,
      terminationPolicy: { deleteOnTermination: false },
    }
    const { taskVolume, caveats } = read(withVolume(volume))
    expect(taskVolume).toEqual({ name: 'ebs1', managedEBSVolume: volume })
    expect(caveats).toEqual([])
  })

  test.each<[Record<string, string>, string]>([
    [NAME, "'run-task-managed-ebs-volume' is not set"],
    [
      { 'run-task': 'true', 'run-task-managed-ebs-volume': '{"roleArn": "r", "sizeInGiB": 30}' },
      "'run-task-managed-ebs-volume-name' is not set",
    ],
    [withVolume({}), "'run-task-managed-ebs-volume' is not set"],
  ])('%j is none, and that is said', (given, expected) => {
    const { taskVolume, caveats } = read(given)
    expect(taskVolume).toBeUndefined()
    expect(caveats).toEqual([`No volume is configured: one needs both inputs, and ${expected}.`])
  })

  test('throughput goes out with gp3 only, as in the official action', () => {
    const volume = { roleArn: 'r', sizeInGiB: 30, volumeType: 'gp2' }
    const { taskVolume, caveats } = read(withVolume({ ...volume, throughput: 200 }))
    expect(taskVolume?.managedEBSVolume).toEqual(volume)
    expect(caveats.join()).toContain('`throughput` is only for')
  })

  test('is not read where there is no task', () => {
    const given = { ...withVolume({ roleArn: 1 }), 'run-task': 'false' }
    expect(read(given).taskVolume).toBeUndefined()
    expect(() => read({ ...given, 'run-task': 'true' })).toThrow('`roleArn` has to be text')
  })
})

describe('container overrides', () => {
  test('are JSON or YAML, with all that the API has', async () => {
    const all = {
      name: 'app',
      command: ['npm', 'run', 'migrate'],
      environment: [{ name: 'MODE', value: '' }],
      environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/file.env' }],
      cpu: 256,
      memory: 512,
      memoryReservation: 256,
      resourceRequirements: [{ type: 'GPU', value: '1' }],
    }
    const json = await readOverrides(JSON.stringify([all], undefined, '\t'))
    expect(json).toEqual([{ override: all, at: 'run-task-container-overrides:2:2' }])
    const yaml = await readOverrides('- name: app\n  command: [npm, run, migrate]\n')
    expect(yaml[0]?.override).toEqual({ name: 'app', command: all.command })
    expect(await readOverrides(undefined)).toEqual([])
    expect(await readOverrides('[{"name": "app", "cpu": null}]')).toMatchObject([
      { override: { name: 'app' } },
    ])
  })

  test.each<[string, readonly string[]]>([
    ['{"name": "app"}', ['1:1: this has to be a list: [ … ].']],
    ['["app"]', ['1:2: an item of the list has to be a map, not a text.']],
    ['[{"command": ["x"]}]', ['1:2: a container override needs `name`.']],
    [
      '[{"name": "app", "comand": ["x"]}]',
      ['1:18: a container override has no `comand`. Did you mean `command`?'],
    ],
    [
      '[{"name": "app",\n  "command": "npm run migrate"}]',
      ['2:14: `command` of a container override has to be a list, not a text.'],
    ],
    [
      '[{"name": "app", "command": ["sleep", 5]}]',
      [
        '1:39: an item of `command` of a container override has to be a text, not a number. Put it in quotes.',
      ],
    ],
    [
      '[{"name": "", "cpu": "1"}, {"name": 1}]',
      [
        '1:11: `name` of a container override may not be empty.',
        '1:22: `cpu` of a container override has to be a whole number, 0 or more.',
        '1:37: `name` of a container override has to be a text, not a number. Put it in quotes.',
      ],
    ],
  ])('%s is refused', async (text, problems) => {
    expect(await problemsOf(readOverrides(text))).toEqual(
      problems.map((each) => `run-task-container-overrides:${each}`),
    )
  })

  const SECRET = 'hunter2hunter2'
  test.each([
    `[{"name": "app", "environment": ["PASSWORD=${SECRET}"]}]`,
    `[{"name": "app", "environment": "${SECRET}"}]`,
    `[{"name": "app", "environment": [{"name": "PASSWORD", "value": ["${SECRET}"]}]}]`,
    `[{"name": "app", "environment": [{"name": "PASSWORD", "value": "${SECRET}]}]`,
    `[{"name": "app", "environment": [{"name": "PASSWORD" "${SECRET}"}]}]`,
    `[{"name": "app" ] "${SECRET}"`,
    `- name: app\n  environment: !${SECRET}\n`,
    `- name: app\n  environment: *${SECRET}\n`,
    `"${SECRET}"`,
    SECRET,
  ])('no problem repeats a value: %s', async (text) => {
    const problems = await problemsOf(readOverrides(text))
    expect(problems.join('\n')).toMatch(/^run-task-container-overrides:\d+:\d+: /)
    expect(problems.join('\n')).not.toContain(SECRET)
  })
})

test.each<[() => Promise<unknown>, string]>([
  [
    () => readStrategy('[{"weight": 1}]'),
    'run-task-capacity-provider-strategy:1:2: an item of a capacity provider strategy needs `capacityProvider`.',
  ],
  [
    () => readStrategy('[{"capacityProvider": "a", "weight": 1001}]'),
    'run-task-capacity-provider-strategy:1:38: `weight` of an item of a capacity provider strategy has to be a whole number, 0 to 1000.',
  ],
  [() => readTags('[{"value": "a"}]'), 'run-task-tags:1:2: a tag needs `key`.'],
  [
    () => readTags('[{"Key": "a"}]'),
    'run-task-tags:1:2: a tag needs `key`.\nrun-task-tags:1:3: a tag has no `Key`. Did you mean `key`?',
  ],
])('%s is refused in its own words', async (reading, message) => {
  expect((await problemsOf(reading())).join('\n')).toBe(message)
})
