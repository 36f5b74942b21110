/** The inputs of the official render action, as text, and the revision that comes of them. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { OfficialStage, writesOf } from './support/official-stage.ts'
import type { Stage } from './support/stage.ts'

let official: OfficialStage
let stage: Stage
beforeAll(async () => {
  official = await OfficialStage.open()
  stage = official.stage
})
afterAll(() => official.close())
afterEach(() => stage.clear())

describe('changes of the task definition', () => {
  test('are in the revision that serves, and no value of a variable or a secret is told', async () => {
    await stage.service({ name: 'edited', environment: { OLD: 'x', MODE: 'old' } })
    const run = await official.deploy({
      service: 'edited',
      image: await stage.image('good'),
      'environment-variables': 'MODE=hunter2\nEMPTY=\nunset OLD',
      'docker-labels': 'team=books',
      'log-configuration-options': 'mode=non-blocking',
      'task-role-arn': 'arn:aws:iam::123456789012:role/task',
    })
    expect(run.report.outcome).toBe('deployed')
    const [container] = official.asked('RegisterTaskDefinition')['containerDefinitions'] as Record<
      string,
      unknown
    >[]
    expect(container).toMatchObject({
      environment: [
        { name: 'MODE', value: 'hunter2' },
        { name: 'EMPTY', value: '' },
      ],
      dockerLabels: { team: 'books' },
      logConfiguration: { logDriver: 'awslogs', options: { mode: 'non-blocking' } },
    })
    expect(official.asked('RegisterTaskDefinition')['taskRoleArn']).toMatch(/role\/task$/)
    expect(JSON.stringify([run.report, run.lines])).not.toContain('hunter2')
    expect(run.lines.join('\n')).toContain(
      'changes containerDefinitions.app.environment.MODE.value: (not shown)',
    )
  })

  test('several containers at once, from a YAML file: images, variables and secrets by their names', async () => {
    const images = [await stage.image('good'), await stage.image('good')]
    const text = `
family: several
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
cpu: '256'
memory: '512'
executionRoleArn: arn:aws:iam::123456789012:role/execution
containerDefinitions:
  - name: web
    image: replaced
    environment:
      - {name: EMPTY, value: ''}
      - {name: OLD, value: x}
    secrets:
      - {name: TOKEN, valueFrom: arn:aws:ssm:us-east-1:123456789012:parameter/token}
  - name: worker
    image: replaced
`
    await writeFile(join(official.workspace, 'several.yml'), text)
    const { report } = await official.deploy({
      'task-definition': 'several.yml',
      image: `web=${images[0] ?? ''}\nworker=${images[1] ?? ''}`,
      'environment-variables': 'web: unset OLD\nworker: QUEUE=jobs\nworker: NONE=',
      secrets: 'web: unset TOKEN\nworker: KEY=arn:aws:ssm:us-east-1:123456789012:parameter/key',
    })
    expect(report).toMatchObject({ outcome: 'registered', passed: true })
    const byDigest: unknown = expect.stringMatching(/@sha256:[0-9a-f]{64}$/)
    expect(official.asked('RegisterTaskDefinition')['containerDefinitions']).toEqual([
      {
        name: 'web',
        image: byDigest,
        environment: [{ name: 'EMPTY', value: '' }],
        secrets: [],
      },
      {
        name: 'worker',
        image: byDigest,
        environment: [
          { name: 'QUEUE', value: 'jobs' },
          { name: 'NONE', value: '' },
        ],
        secrets: [{ name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/key' }],
      },
    ])
  })

  test('a variable that is a secret as well is refused before anything is changed', async () => {
    await stage.service({ name: 'both', environment: { TOKEN: 'x' } })
    const { report, calls } = await official.deploy({
      service: 'both',
      secrets: 'TOKEN=arn:aws:ssm:us-east-1:123456789012:parameter/token',
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toMatch(/`TOKEN` of the container `app` is both/)
    expect(writesOf(calls)).toEqual([])
  })
})
