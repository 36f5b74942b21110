import { describe, expect, test } from '@jest/globals'
import type { TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import { applyEdits, checkVariables } from '../apply-edits.ts'
import { hasEdits, NO_EDITS, readEdits, type DefinitionEdits } from '../definition-edits.ts'
import { noFindings } from '../findings.ts'

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-x'

interface Read {
  readonly edits: DefinitionEdits
  readonly problems: readonly string[]
}

function read(
  given: Partial<Parameters<typeof readEdits>[0]>,
  containers: readonly string[] = [],
): Read {
  const findings = noFindings()
  const nothing = {
    environmentVariables: undefined,
    secrets: undefined,
    envFiles: undefined,
    command: undefined,
    dockerLabels: undefined,
    logConfigurationLogDriver: undefined,
    logConfigurationOptions: undefined,
    taskRoleArn: undefined,
    executionRoleArn: undefined,
  }
  const edits = readEdits({ ...nothing, ...given }, containers, findings)
  return { edits, problems: findings.problems }
}

const DOCUMENT: TaskDefinitionDocument = {
  family: 'web',
  containerDefinitions: [
    {
      name: 'app',
      image: 'app:1',
      environment: [
        { name: 'MODE', value: 'old' },
        { name: 'GONE', value: 'x' },
      ],
      secrets: [{ name: 'DB', valueFrom: 'old' }],
      dockerLabels: { team: 'a', old: 'x' },
      environmentFiles: [{ value: 'arn:aws:s3:::old/x.env', type: 's3' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/old', x: 'y' } },
    },
    { name: 'proxy', image: 'envoy:1' },
  ],
}
const ONE = { ...DOCUMENT, containerDefinitions: [containerOf(DOCUMENT, 'app')] }

function containerOf(document: TaskDefinitionDocument, name: string): Record<string, unknown> {
  const all = document['containerDefinitions'] as Record<string, unknown>[]
  return all.find((each) => each['name'] === name) ?? {}
}

/** What becomes of `app`, the only container. */
const edit = (given: Partial<Parameters<typeof readEdits>[0]>): Record<string, unknown> => {
  const { edits, problems } = read(given)
  expect(problems).toEqual([])
  return containerOf(applyEdits(ONE, edits, []), 'app')
}

test('nothing asked for changes nothing', () => {
  expect(read({}).edits).toEqual(NO_EDITS)
  expect(hasEdits(read({}, ['app']).edits)).toBe(false)
  expect(applyEdits(DOCUMENT, NO_EDITS, [])).toEqual(DOCUMENT)
})

describe('environment-variables', () => {
  test('are set in place or at the end; an empty value and a second = stay', () => {
    const given =
      'MODE=new\n\n  EMPTY=\nURL=https://x?a=1&b=2 \nA:B=c\nunset GONE\nunset NEVER_THERE'
    expect(edit({ environmentVariables: given })['environment']).toEqual([
      { name: 'MODE', value: 'new' },
      { name: 'EMPTY', value: '' },
      { name: 'URL', value: 'https://x?a=1&b=2' },
      { name: 'A:B', value: 'c' },
    ])
  })

  test.each([
    ['MODE', 1],
    ['A=1\n\nhunter2', 3],
    ['=hunter2', 1],
    ['MY NAME=hunter2', 1],
    ['unset', 1],
  ])('%j is refused, with its line and without its text', (environmentVariables, line) => {
    const { problems } = read({ environmentVariables })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(
      `Input 'environment-variables', line ${line}, has to be NAME=VALUE, or \`unset NAME\``,
    )
    expect(problems[0]).not.toContain('hunter2')
  })

  test('the same name twice is refused', () => {
    expect(read({ environmentVariables: 'A=1\nB=2\nA=3' }).problems).toEqual([
      "Input 'environment-variables', line 3, names `A` again (first: line 1). Remove one of them.",
    ])
    expect(read({ environmentVariables: 'app: A=1\nproxy: A=2' }).problems).toEqual([])
  })
})

describe('several containers', () => {
  test('a name before the line says which one', () => {
    const { edits } = read({ environmentVariables: 'proxy: LEVEL=debug\napp: unset GONE' })
    const edited = applyEdits(DOCUMENT, edits, [])
    expect(containerOf(edited, 'proxy')['environment']).toEqual([{ name: 'LEVEL', value: 'debug' }])
    expect(containerOf(edited, 'app')['environment']).toEqual([{ name: 'MODE', value: 'old' }])
  })

  test('container-name means all of its names', () => {
    const { edits } = read({ dockerLabels: 'team=b' }, ['app', 'proxy'])
    const edited = applyEdits(DOCUMENT, edits, [])
    expect(containerOf(edited, 'app')['dockerLabels']).toEqual({ old: 'x', team: 'b' })
    expect(containerOf(edited, 'proxy')['dockerLabels']).toEqual({ team: 'b' })
  })

  test('the one that is served is meant when nobody says', () => {
    const { edits } = read({ environmentVariables: 'MODE=new' })
    const edited = applyEdits(DOCUMENT, edits, ['app'])
    expect(containerOf(edited, 'app')['environment']).toContainEqual({ name: 'MODE', value: 'new' })
    expect(() => applyEdits(DOCUMENT, edits, [])).toThrow(
      /environment-variables: the task definition has 2 containers \(app, proxy\).*container-name/,
    )
  })

  test('one that is not there is refused', () => {
    const { edits } = read({ secrets: `web: DB=${ARN}` })
    expect(() => applyEdits(DOCUMENT, edits, [])).toThrow(
      'secrets: there is no container `web` in the task definition. It has: app, proxy.',
    )
  })
})

describe('secrets', () => {
  test('are set without variables too, which the render action does not do', () => {
    expect(edit({ secrets: `DB=${ARN}\nKEY=/prod/key` })['secrets']).toEqual([
      { name: 'DB', valueFrom: ARN },
      { name: 'KEY', valueFrom: '/prod/key' },
    ])
    expect(edit({ secrets: 'unset DB' })['secrets']).toEqual([])
  })

  test('need to say where they come from', () => {
    expect(read({ secrets: 'DB=' }).problems[0]).toMatch(/'secrets', line 1, says nothing of where/)
  })

  test('and variables of one name are an error that names both', () => {
    const { problems } = read({ environmentVariables: 'A=1\nDB=x', secrets: `DB=${ARN}` })
    expect(problems).toEqual([
      "Input 'environment-variables', line 2, and 'secrets', line 1, both set `DB`. A variable is either a plain one or a secret: remove it from one of them.",
    ])
  })

  test('a variable of the task definition becomes a secret when it is taken away first', () => {
    const both = read({ secrets: `MODE=${ARN}` })
    expect(both.problems).toEqual([])
    expect(() => {
      checkVariables(applyEdits(ONE, both.edits, []))
    }).toThrow(
      /`MODE` of the container `app` is both in `environment` and in `secrets`.*unset MODE/,
    )
    const moved = read({ environmentVariables: 'unset MODE', secrets: `MODE=${ARN}` })
    expect(moved.problems).toEqual([])
    const edited = applyEdits(ONE, moved.edits, [])
    expect(() => {
      checkVariables(edited)
    }).not.toThrow()
    expect(containerOf(edited, 'app')['secrets']).toContainEqual({ name: 'MODE', valueFrom: ARN })
  })
})

test('labels and log options keep everything behind the first =', () => {
  const container = edit({
    dockerLabels: 'rule=Host(`a`)&&Path=b\nunset old',
    logConfigurationOptions: 'awslogs-group=/new=x\nempty=\nunset x',
  })
  expect(container['dockerLabels']).toEqual({ team: 'a', rule: 'Host(`a`)&&Path=b' })
  expect(container['logConfiguration']).toEqual({
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/new=x', empty: '' },
  })
})

describe('the log driver', () => {
  test('is set for options that come with it', () => {
    const { edits } = read({
      logConfigurationLogDriver: 'proxy: awsfirelens',
      logConfigurationOptions: 'proxy: Name=cloudwatch',
    })
    expect(containerOf(applyEdits(DOCUMENT, edits, []), 'proxy')['logConfiguration']).toEqual({
      logDriver: 'awsfirelens',
      options: { Name: 'cloudwatch' },
    })
  })

  test('is needed for options', () => {
    const { edits } = read({ logConfigurationOptions: 'proxy: a=b' })
    expect(() => applyEdits(DOCUMENT, edits, [])).toThrow(
      'log-configuration-options: line 1: the container `proxy` has no log driver',
    )
  })

  test('has to be one', () => {
    expect(read({ logConfigurationLogDriver: 'awslog' }).problems).toEqual([
      "Input 'log-configuration-log-driver' has to be one of awsfirelens, awslogs, fluentd, gelf, journald, json-file, logentries, splunk, syslog, not 'awslog'. Did you mean 'awslogs'?",
    ])
  })
})

describe('command', () => {
  test.each([
    ['npm run start', ['npm', 'run', 'start']],
    ['npm  start', ['npm', 'start']],
    ['["sh", "-c", "exec \\"app\\""]', ['sh', '-c', 'exec "app"']],
    ['[\n  "sh",\n  "-c"\n]', ['sh', '-c']],
  ])('%j', (command, expected) => {
    expect(edit({ command })['command']).toEqual(expected)
  })

  test('for several containers', () => {
    const { edits } = read({ command: 'app: npm start\nproxy: ["envoy", "-c", "x"]' })
    const edited = applyEdits(DOCUMENT, edits, [])
    expect(containerOf(edited, 'app')['command']).toEqual(['npm', 'start'])
    expect(containerOf(edited, 'proxy')['command']).toEqual(['envoy', '-c', 'x'])
  })

  test.each([
    [`sh -c 'exec app'`, /cut at its spaces/],
    ['["sh"', /is not valid JSON/],
    ['["sh", 1]', /a JSON array of texts/],
    ['a\nb', /several lines that do not name their container/],
  ])('%j is refused', (command, expected) => {
    expect(read({ command }).problems.join()).toMatch(expected)
  })
})

test('env-files replace those that were there, as in the render action', () => {
  expect(
    edit({ envFiles: 'arn:aws:s3:::a/1.env\narn:aws:s3:::a/2.env' })['environmentFiles'],
  ).toEqual([
    { value: 'arn:aws:s3:::a/1.env', type: 's3' },
    { value: 'arn:aws:s3:::a/2.env', type: 's3' },
  ])
})

test('roles are those of the task definition', () => {
  const { edits } = read({ taskRoleArn: 'task', executionRoleArn: 'execution' })
  expect(hasEdits(edits)).toBe(true)
  expect(applyEdits(DOCUMENT, edits, [])).toEqual({
    ...DOCUMENT,
    taskRoleArn: 'task',
    executionRoleArn: 'execution',
  })
})
