/** The committed bundle deploys by CodeDeploy: real shares of real requests, and the way back in the middle of a canary. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BundleStage } from '../support/bundle-stage.ts'
import { ROOT, type BundleRun } from '../support/run-bundle.ts'
import { CLUSTER } from '../support/stack.ts'

let stage: BundleStage
beforeAll(async () => {
  stage = await BundleStage.open()
}, 60_000)
afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

const CONFIG = 'Canary20Percent5Minutes'
const INPUTS = {
  'codedeploy-appspec': join(ROOT, 'test/support/codedeploy/appspec.yaml'),
  'codedeploy-deployment-config': CONFIG,
}

/** Percent of the production traffic that the second group gets by the rule of the load balancer. */
async function weightOf(name: string): Promise<number> {
  const { elb } = stage.clients
  const { LoadBalancers } = await elb.describeLoadBalancers({ Names: [name] })
  const { Listeners = [] } = await elb.describeListeners({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
  })
  const listener = Listeners.find(({ Port }) => Port === 80)
  const { Rules = [] } = await elb.describeRules({ ListenerArn: listener?.ListenerArn })
  const rule = Rules.find(({ IsDefault }) => IsDefault !== true)
  return rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.[1]?.Weight ?? 0
}

/** The percent of the answers that came from `version`, by the weight that held all the while. */
async function sharesDuring(
  name: string,
  version: string,
  answers: string[],
  run: Promise<BundleRun>,
): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, { own: number; all: number }>()
  let isOver = false
  void run.finally(() => {
    isOver = true
  })
  for (let before = await weightOf(name); !isOver;) {
    answers.length = 0
    await stage.aws.sleep(10_000)
    const seen = [...answers]
    const weight = await weightOf(name)
    if (weight === before) {
      const { own, all } = counts.get(weight) ?? { own: 0, all: 0 }
      const more = seen.filter((each) => each === version).length
      counts.set(weight, { own: own + more, all: all + seen.length })
    }
    before = weight
  }
  return new Map([...counts].map(([weight, { own, all }]) => [weight, (100 * own) / all]))
}

test('a good canary: each version serves its share, within 3 points; a bad one is back at 20 %', async () => {
  await stage.clients.codedeploy.createDeploymentConfig({
    deploymentConfigName: CONFIG,
    computePlatform: 'ECS',
    trafficRoutingConfig: {
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 20, canaryInterval: 10 },
    },
  })
  await stage.service('shop', { codeDeploy: {} })
  const answers: string[] = []
  stage.startUsers('shop', 60, (text) => answers.push(text))

  const deployed = stage.run('deploy', {
    ...INPUTS,
    service: 'shop',
    image: await stage.image('shop-2'),
  })
  const shares = await sharesDuring('shop', 'shop-2', answers, deployed)
  const good = await deployed
  expect(good.stdout + good.stderr).not.toContain('::error')
  expect(good.outputs).toMatchObject({ outcome: 'deployed', 'service-deployment-arn': '' })
  expect(good.outputs['codedeploy-deployment-id']).toMatch(/^d-[A-Z0-9]{9}$/)
  expect(good.outputs['running-task-definition-arn']).toMatch(/shop:2$/)
  expect([...shares.keys()].sort((a, b) => a - b)).toEqual([0, 20, 100])
  for (const [weight, share] of shares) expect(Math.abs(share - weight)).toBeLessThanOrEqual(3)

  const bad = await stage.run('deploy', {
    ...INPUTS,
    service: 'shop',
    image: await stage.image('shop-3', 'errors'),
    triggers: '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}',
  })
  expect(bad.exitCode).toBe(1)
  expect(bad.outputs).toMatchObject({
    outcome: 'rolled-back',
    'rolled-back-by': 'action',
    'reason-code': 'trigger',
  })
  expect(await stage.ask('shop')).toBe('shop-2')
  const calls = await stage.calls()
  const stops = calls.filter(({ operation }) => operation === 'StopDeployment')
  expect(stops.map(({ input }) => input)).toMatchObject([{ autoRollbackEnabled: true }])
  const { taskSets = [] } = await stage.describe('shop')
  expect(taskSets.find(({ status }) => status === 'PRIMARY')?.taskDefinition).toMatch(/shop:2$/)
}, 240_000)

test('a deployment group that is not there: a step that says which input to set', async () => {
  await stage.service('bare', { codeDeploy: {} })
  const run = await stage.run('deploy', {
    ...INPUTS,
    service: 'bare',
    image: await stage.image('bare-2'),
    'codedeploy-deployment-group': 'nobody',
  })
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ outcome: 'refused', 'codedeploy-deployment-id': '' })
  expect(run.stdout).toMatch(/::error.*deployment group nobody of the application AppECS-/)
  expect(run.outputs['reason']).toContain(CLUSTER)
}, 60_000)
