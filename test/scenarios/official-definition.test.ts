/** The inputs of the official render action, as text, and the revision that comes of them. */
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
