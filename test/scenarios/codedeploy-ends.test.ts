/** How runs on services of CodeDeploy end that are cut short, half answered, or overtaken by CodeDeploy itself. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { complete } from '../../actions/deploy/after.ts'
import { forEitherController } from '../../actions/deploy/codedeploy/open.ts'
import { waiting } from '../support/code-deploy-stack.ts'
import { ROOT } from '../support/run-bundle.ts'
import { CLUSTER } from '../support/stack.ts'
import { killIn } from './support/kill.ts'
import { makeInputs } from './support/make-inputs.ts'
import { toolsFor, type ActionRun, type DeployOptions } from './support/run-on-stage.ts'
import { runSetOnStage } from './support/run-set-on-stage.ts'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const workspace = join(ROOT, 'test/support/codedeploy')
const MINUTE = 60_000
const CANARY = { codedeployDeploymentConfig: 'CodeDeployDefault.ECSCanary10Percent5Minutes' }

const deploy = (name: string, { inputs, ...options }: DeployOptions): Promise<ActionRun> =>
  stage.deploy(name, { workspace, ...options, inputs: { ...CANARY, ...inputs } })

const runsAgain = async (name: string): Promise<void> => {
  // Also until the tasks are gone that CodeDeploy keeps for a while.
  await stage.clock.advance(8 * MINUTE)
  expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
}

const denied = (operation: string, after = 0): void => {
  stage.aws.faults.add({
    operation,
    after,
    error: { code: 'AccessDeniedException', message: 'Not authorized', status: 400 },
  })
}

describe('cancelled', () => {
  const cancelled = async (name: string, onCancel: 'leave' | 'rollback'): Promise<ActionRun> => {
    await stage.service({ name, codeDeploy: {} })
    const cancel = new AbortController()
    return deploy(name, {
      inputs: { ...(await stage.images('good')), onCancel },
      signal: cancel.signal,
      meanwhile: async (sleep) => {
        await sleep(3 * MINUTE)
        cancel.abort()
      },
    })
  }

  test('with leave: CodeDeploy goes on', async () => {
    const run = await cancelled('leave', 'leave')
    expect(run.report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'none' })
    expect(run.report.reason).toContain('CodeDeploy goes on with the deployment alone')
    expect(count(run.calls, 'StopDeployment')).toBe(0)
    await stage.clock.advance(15 * MINUTE)
    expect(await stage.running('leave')).toEqual(['leave:2', 'leave:2'])
  })

  test('with rollback: CodeDeploy is asked once to go back', async () => {
    const run = await cancelled('back', 'rollback')
    expect(run.report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(run.report.reason).toContain('CodeDeploy was asked to roll the deployment back')
    expect(count(run.calls, 'StopDeployment')).toBe(1)
    await runsAgain('back')
  })

  test('a killed main part: the post part asks for the way back', async () => {
    await stage.service({ name: 'killed', codeDeploy: {} })
    const inputs = { ...(await stage.images('good')), ...CANARY, onCancel: 'rollback' as const }
    const left = await killIn(stage, 'rolling-out', 'killed', { inputs, workspace })
    await stage.clock.advance(2 * MINUTE)
    const report = await stage.clock.run((clock) => {
      const tools = toolsFor('killed', {}, clock, [], [])
      const whole = makeInputs({ service: 'killed', ...inputs })
      return complete(left, 'rollback', forEitherController(whole, workspace, tools))
    })
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    await runsAgain('killed')
  })
})

describe('a lifecycle hook that fails', () => {
  const HOOK = 'arn:aws:lambda:eu-central-1:123456789012:function:validate'
  const codedeployAppspec = 'appspec-hook.json'

  test('is taken back by CodeDeploy where the group says so', async () => {
    stage.aws.lambdaHooks.script(HOOK, 'FAILED')
    await stage.service({
      name: 'hook',
      codeDeploy: {
        autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
      },
    })
    const run = await deploy('hook', {
      inputs: { ...(await stage.images('good')), codedeployAppspec },
    })
    expect(run.report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'codedeploy',
      reasonCode: 'hook',
    })
    expect(count(run.calls, 'StopDeployment')).toBe(0)
    expect(count(run.calls, 'CreateDeployment')).toBe(1)
    await runsAgain('hook')
  })

  test('is taken back by this action where it does not', async () => {
    let asked = 0
    stage.aws.lambdaHooks.script(HOOK, () => ({
      hookStatus: ++asked === 1 ? 'FAILED' : 'SUCCEEDED',
    }))
    await stage.service({ name: 'hookless', codeDeploy: {} })
    const run = await deploy('hookless', {
      inputs: { ...(await stage.images('good')), codedeployAppspec },
    })
    expect(run.report.reasonCode).toBe('hook')
    // The way back has the same hook.
    expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(run.calls, 'CreateDeployment')).toBe(2)
    await runsAgain('hookless')
  })
})

describe('a call without an answer', () => {
  test.each([true, false])('CreateDeployment, done: %s', async (done) => {
    const name = `lost-${String(done)}`
    await stage.service({ name, codeDeploy: {} })
    stage.aws.faults.add({ operation: 'CreateDeployment', times: 1, lost: 'garbage', done })
    const run = await deploy(name, { inputs: await stage.images('good') })
    expect(run.report.outcome).toBe(done ? 'deployed' : 'refused')
    expect(count(run.calls, 'CreateDeployment')).toBe(1)
  })

  test('StopDeployment that has arrived is no reason to go back twice', async () => {
    await stage.service({ name: 'lost-stop', codeDeploy: {} })
    stage.aws.faults.add({ operation: 'StopDeployment', times: 1, lost: 'garbage', done: true })
    const run = await deploy('lost-stop', { inputs: await stage.images('crash') })
    expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(run.calls, 'CreateDeployment')).toBe(1)
    await runsAgain('lost-stop')
  })
})

describe('a permission is missing', () => {
  test('GetDeploymentTarget: deployed, and said that its progress was not seen', async () => {
    await stage.service({ name: 'no-target', codeDeploy: {} })
    denied('GetDeploymentTarget')
    const { report } = await deploy('no-target', { inputs: await stage.images('good') })
    expect(report.outcome).toBe('deployed')
    expect(report.caveats.join()).toContain('How far CodeDeploy has come may not be read')
  })

  test('GetDeployment: nobody can say how it ends', async () => {
    await stage.service({ name: 'no-get', codeDeploy: {} })
    denied('GetDeployment')
    const { report } = await deploy('no-get', { inputs: await stage.images('good') })
    expect(report).toMatchObject({ outcome: 'monitoring-lost', passed: false })
    expect(report.reason).toContain('codedeploy:GetDeployment')
  })

  test('StopDeployment: going back is said not to have begun', async () => {
    await stage.service({ name: 'no-stop', codeDeploy: {} })
    denied('StopDeployment')
    const { report } = await deploy('no-stop', { inputs: await stage.images('crash') })
    expect(report).toMatchObject({ outcome: 'rollback-failed', passed: false })
  })
})

test('what CodeDeploy cannot do is left out with a warning', async () => {
  await stage.service({ name: 'settings', codeDeploy: {} })
  const run = await deploy('settings', {
    inputs: {
      ...(await stage.images('good')),
      desiredCount: 3,
      settings: { propagateTags: 'SERVICE' },
    },
  })
  expect(run.report.outcome).toBe('deployed')
  expect(run.report.caveats.join()).toContain(
    'these have no effect: desired-count, propagate-tags.',
  )
})

test('deployed together with a service of ECS that fails, by inputs of its own: both are taken back', async () => {
  const codeDeploy = { applicationName: 'shop', deploymentGroupName: 'shop-production' }
  await stage.service({ name: 'pair-cd', codeDeploy })
  await stage.service({ name: 'pair-ecs' })
  const [good, crash] = [await stage.image('good'), await stage.image('crash')]
  const { report } = await runSetOnStage(stage, {
    inputs: {
      services: `
- service: pair-cd
  wave: 1
  image: '${good}'
  codedeploy-appspec: test/support/codedeploy/appspec.yaml
  codedeploy-application: shop
  codedeploy-deployment-group: shop-production
- service: pair-ecs
  wave: 2
  image: '${crash}'
`,
      order: 'waves',
      'on-failure': 'rollback-all',
    },
  })
  const outcomes = report.services.map(({ service, outcome }) => `${service} ${outcome}`)
  expect(outcomes).toEqual(['pair-cd rolled-back', 'pair-ecs rolled-back'])
  await runsAgain('pair-cd')
})

describe('a deployment that waits to be continued', () => {
  test('is told, and goes on when somebody continues it', async () => {
    await stage.service({
      name: 'ready',
      codeDeploy: { blueGreenDeploymentConfiguration: waiting(1, 'STOP_DEPLOYMENT') },
    })
    const run = await stage.deploy('ready', {
      inputs: await stage.images('good'),
      workspace,
      meanwhile: async (sleep) => {
        await sleep(4 * MINUTE)
        const { deployments = [] } = await stage.clients.codedeploy.listDeployments({
          applicationName: `AppECS-${CLUSTER}-ready`,
          deploymentGroupName: `DgpECS-${CLUSTER}-ready`,
        })
        await stage.clients.codedeploy.continueDeployment({
          deploymentId: deployments[0],
          deploymentWaitType: 'READY_WAIT',
        })
      },
    })
    expect(run.report).toMatchObject({ outcome: 'deployed' })
    expect(run.lines.join('\n')).toMatch(/paused \(hook READY_WAIT/)
  })

  test('fails at once where that is asked for', async () => {
    await stage.service({
      name: 'unready',
      codeDeploy: { blueGreenDeploymentConfiguration: waiting(1, 'STOP_DEPLOYMENT') },
    })
    const run = await stage.deploy('unready', {
      inputs: { ...(await stage.images('good')), onPause: 'fail' },
      workspace,
    })
    expect(run.report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'paused' })
    expect(count(run.calls, 'StopDeployment')).toBe(1)
    expect(count(run.calls, 'ContinueDeployment')).toBe(0)
    expect(await stage.running('unready')).toEqual(['unready:1', 'unready:1'])
  })
})

test('one that somebody stops is told as rolled back by hand', async () => {
  await stage.service({ name: 'stopped', codeDeploy: {} })
  const run = await deploy('stopped', {
    inputs: await stage.images('good'),
    meanwhile: async (sleep) => {
      await sleep(4 * MINUTE)
      const { deployments = [] } = await stage.clients.codedeploy.listDeployments({
        applicationName: `AppECS-${CLUSTER}-stopped`,
        deploymentGroupName: `DgpECS-${CLUSTER}-stopped`,
      })
      await stage.clients.codedeploy.stopDeployment({
        deploymentId: deployments[0],
        autoRollbackEnabled: true,
      })
    },
  })
  expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'manual' })
  expect(await stage.running('stopped')).toEqual(['stopped:1', 'stopped:1'])
})
