import { describe, expect, test } from '@jest/globals'
import type { TargetView } from '../../src/views.ts'
import {
  makeDeployment,
  makeLoadBalancer,
  makeService,
  makeServiceDeployment,
} from '../support/make.ts'
import { decide } from '../support/watch.ts'

const completed = makeDeployment({ rolloutState: 'COMPLETED', runningCount: 2, pendingCount: 0 })

describe('early success, when all tasks run', () => {
  const GROUP = 'arn:group'
  const target = (state: string, targetGroup = GROUP): TargetView => ({
    targetGroup,
    id: '10.0.0.1',
    port: 80,
    state,
    reason: undefined,
    description: undefined,
  })
  const balancer = makeLoadBalancer({ targetGroupArn: GROUP })
  const other = { ...balancer, targetGroupArn: 'arn:other' }
  const healthy = target('healthy')

  test.each<[string, readonly TargetView[] | undefined, string]>([
    ['all targets are healthy', [healthy, healthy], 'succeeded'],
    ['one is still being checked', [healthy, target('initial')], 'watch'],
    ['one fails its checks', [healthy, target('unhealthy')], 'watch'],
    ['one is not registered yet', [healthy], 'watch'],
    ['old ones drain', [healthy, healthy, target('draining')], 'succeeded'],
    ['old ones drain unhealthy', [healthy, healthy, target('unhealthy.draining')], 'succeeded'],
    ['an old one does not count for a new one', [healthy, target('draining')], 'watch'],
    ['a state is not known', [healthy, target('SOMETHING_NEW')], 'succeeded'],
    ['targets cannot be read', undefined, 'succeeded'],
  ])('and %s: %s', (_what, targets, expected) => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    const loadBalancers = [balancer]
    const service = makeService({ deployments: [completed], loadBalancers, earlySuccess: true })
    expect(decide({ deployment, service, targets })).toBe(expected)
  })

  test('every group counts for itself', () => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    const loadBalancers = [balancer, other]
    const service = makeService({ deployments: [completed], loadBalancers, earlySuccess: true })
    const targets = [healthy, healthy]
    expect(decide({ deployment, service, targets })).toBe('watch')
    const both = [...targets, ...targets.map(() => target('healthy', 'arn:other'))]
    expect(decide({ deployment, service, targets: both })).toBe('succeeded')
  })

  test('without early success ECS has waited for that itself', () => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    const service = makeService({ deployments: [completed], loadBalancers: [balancer] })
    expect(decide({ deployment, service, targets: [target('unhealthy')] })).toBe('succeeded')
  })
})
