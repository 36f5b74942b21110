/** What is wrong about a service of CodeDeploy is said before anything is registered. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import { ROOT } from '../support/run-bundle.ts'
import { BY_CODE_DEPLOY } from '../support/code-deploy-stack.ts'
import { CLUSTER } from '../support/stack.ts'
import { imagesOf } from './support/make-inputs.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
let image: string
let written: string
beforeAll(async () => {
  stage = await Stage.open()
  image = await stage.image('good')
  written = await mkdtemp(join(tmpdir(), 'ecs-pipeline-appspec-'))
})
afterAll(async () => {
  await rm(written, { recursive: true, force: true })
  await stage.close()
})
afterEach(() => {
  stage.aws.faults.clear()
})

const workspace = join(ROOT, 'test/support/codedeploy')
const CHANGES = ['RegisterTaskDefinition', 'CreateDeployment', 'UpdateService', 'StopDeployment']

async function refusal(
  name: string,
  inputs: Partial<DeployInputs>,
  folder = workspace,
): Promise<string> {
  const run = await stage.deploy(name, {
    inputs: { ...imagesOf(image), ...inputs },
    workspace: folder,
  })
  expect(run.report.outcome).toBe('refused')
  expect(run.calls.filter((call) => CHANGES.includes(call))).toEqual([])
  return run.report.reason
}

test('no deployment group of the usual names', async () => {
  await stage.service({ name: 'bare', settings: BY_CODE_DEPLOY })
  expect(await refusal('bare', {})).toMatch(
    /^codedeploy-deployment-group: there is no deployment group DgpECS-production-bare of the application AppECS-production-bare\. Set `codedeploy-application`/,
  )
})

test('a group of another service', async () => {
  await stage.service({ name: 'mine', codeDeploy: {} })
  await stage.service({ name: 'other', codeDeploy: {} })
  const reason = await refusal('mine', {
    codedeployApplication: `AppECS-${CLUSTER}-other`,
    codedeployDeploymentGroup: `DgpECS-${CLUSTER}-other`,
  })
  expect(reason).toContain('deploys to production/other, and not to production/mine')
})

test('a deployment configuration that is not there', async () => {
  await stage.service({ name: 'config', codeDeploy: {} })
  const reason = await refusal('config', { codedeployDeploymentConfig: 'Slowly' })
  expect(reason).toMatch(/^codedeploy-deployment-config: there is no .* Slowly\./)
})

test('a strategy of ECS', async () => {
  await stage.service({ name: 'strategy', codeDeploy: {} })
  const strategy = { name: 'blue-green', steps: [100], stepMinutes: undefined } as const
  expect(await refusal('strategy', { strategy })).toMatch(
    /^strategy: strategy is deployed by CodeDeploy, .*codedeploy-deployment-config/,
  )
})

describe('an AppSpec file', () => {
  const RESOURCE = 'Resources:\n  - Web:\n      Type: AWS::ECS::Service\n'
  const BALANCER = '        LoadBalancerInfo: { ContainerName: app, ContainerPort: 3000 }\n'

  beforeAll(() => stage.service({ name: 'spec', codeDeploy: {} }))

  test.each([
    [
      'that is not there',
      undefined,
      /There is no such file\. Paths count from .* needs an AppSpec file/,
    ],
    ['that is no YAML', 'Resources: [', /not valid JSON or YAML: .*\(line \d+ column \d+\)/],
    ['without resources', 'version: 0.0', /`Resources` has to be a list/],
    [
      'of another type',
      'Resources:\n  - Web: { Type: AWS::Lambda::Function }',
      /the `Type` of Web/,
    ],
    [
      'without a place for the task definition',
      `${RESOURCE}      Properties:\n${BALANCER}`,
      /`Properties` of Web has no `TaskDefinition`/,
    ],
    [
      'without a container',
      `${RESOURCE}      Properties:\n        TaskDefinition: <TASK_DEFINITION>\n`,
      /`LoadBalancerInfo` of Web has no `ContainerName`/,
    ],
  ])('%s', async (_what, text, expected) => {
    if (text !== undefined) await writeFile(join(written, 'spec.yml'), text)
    const reason = await refusal('spec', { codedeployAppspec: 'spec.yml' }, written)
    expect(reason).toMatch(/^codedeploy-appspec: spec\.yml: /)
    expect(reason).toMatch(expected)
    await rm(join(written, 'spec.yml'), { force: true })
  })
})

test('a role that may not read the group: what to add is said', async () => {
  await stage.service({ name: 'denied', codeDeploy: {} })
  stage.aws.faults.add({
    operation: 'GetDeploymentGroup',
    error: { code: 'AccessDeniedException', message: 'User: x is not authorized', status: 400 },
  })
  expect(await refusal('denied', {})).toContain('codedeploy:GetDeploymentGroup')
})

describe('another deployment under way', () => {
  const begin = async (name: string): Promise<void> => {
    const other = await stage.image('good')
    const { report } = await stage.deploy(name, {
      inputs: { ...imagesOf(other), isWatched: false },
      workspace,
    })
    expect(report).toMatchObject({ outcome: 'unwatched' })
    expect(report.reason).toContain('only where the deployment group says so')
    await stage.clock.advance(60_000)
  }

  test.each(['fail', 'replace'] as const)('is refused with `on-concurrent: %s`', async (policy) => {
    const name = `busy-${policy}`
    await stage.service({ name, codeDeploy: {} })
    await begin(name)
    const reason = await refusal(name, { onConcurrent: policy })
    expect(reason).toMatch(/^Another deployment \(d-\w{9}, IN_PROGRESS\) is under way\. CodeDeploy/)
  })

  test('is waited for', async () => {
    await stage.service({ name: 'busy', codeDeploy: {} })
    await begin('busy')
    const run = await stage.deploy('busy', {
      inputs: imagesOf(image),
      workspace,
    })
    expect(run.lines.join('\n')).toContain('waiting: Another deployment (d-')
    expect(run.report).toMatchObject({ outcome: 'deployed' })
    await stage.clock.advance(60_000)
    expect(await stage.running('busy')).toEqual(['busy:3', 'busy:3'])
  })

  test('that is this very release is taken up, and taken back when it is bad', async () => {
    await stage.service({ name: 'same', codeDeploy: {} })
    const images = await stage.images('errors', 60)
    const triggers =
      'version: 1\nbake_minutes: 5\nwarmup_seconds: 0\nmetric_lag_seconds: 60\nrollback_triggers:\n  - metric: HTTPCode_Target_5XX_Count\n    threshold: 0\n    duration: 60\n'
    await stage.deploy('same', { inputs: { ...images, isWatched: false }, workspace })
    const run = await stage.deploy('same', {
      inputs: { ...images, triggers },
      workspace,
      requestEvery: 2,
    })
    expect(run.lines.join('\n')).toMatch(/taking up d-\w{9}/)
    expect(run.calls).not.toContain('CreateDeployment')
    expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    await stage.clock.advance(60_000)
    expect(await stage.running('same')).toEqual(['same:1', 'same:1'])
  })
})
