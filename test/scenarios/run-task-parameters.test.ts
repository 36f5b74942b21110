/**
 * What each input of the one-off task becomes in the request, as the official deploy action v2 documents it
 * (aws-actions/amazon-ecs-deploy-task-definition, action.yml), and what is ours where it is given nothing.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { RunTaskRequest } from '@aws-sdk/client-ecs'
import { readDeployInputs } from '../../actions/deploy/inputs.ts'
import { CLUSTER } from '../support/stack.ts'
import { Stage } from './support/stage.ts'

const OVERRIDES = [{ name: 'app', command: ['node', '-e', '0'], environment: [] }]
const OF_SERVICE = {
  subnets: ['subnet-0a1b2c3d4e5f60001'],
  securityGroups: ['sg-0a1b2c3d4e5f60001'],
}
const network = (awsvpcConfiguration: object): Partial<RunTaskRequest> => ({
  networkConfiguration: { awsvpcConfiguration } as RunTaskRequest['networkConfiguration'],
})

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
  await stage.service({ name: 'asked' })
})
afterAll(() => stage.close())

/** The one request of a run with these inputs, without its token; whether ECS takes it does not matter here. */
async function request(given: Readonly<Record<string, string>>): Promise<RunTaskRequest> {
  const all: Readonly<Record<string, string>> = {
    cluster: CLUSTER,
    service: 'asked',
    'run-task': 'true',
    'run-task-container-overrides': JSON.stringify(OVERRIDES),
    ...given,
  }
  await stage.deploy('asked', { inputs: readDeployInputs((name) => all[name] ?? '') })
  const [call, second] = stage.aws.calls.entries().filter((each) => each.operation === 'RunTask')
  expect(second).toBeUndefined()
  const { clientToken, ...rest } = call?.input as RunTaskRequest
  expect(clientToken).toMatch(/^[\x21-\x7e]{1,64}$/)
  return rest
}

const DEFAULTS: Omit<RunTaskRequest, 'taskDefinition'> = {
  cluster: CLUSTER,
  startedBy: 'GitHub-Actions',
  launchType: 'FARGATE',
  overrides: { containerOverrides: OVERRIDES },
  ...network(OF_SERVICE),
}

test.each<[string, Readonly<Record<string, string>>, Partial<RunTaskRequest>]>([
  ['nothing: the network of the service', {}, {}],
  [
    'subnets: these and no security groups, and no public address',
    { 'run-task-subnets': 'subnet-1,subnet-2' },
    network({ subnets: ['subnet-1', 'subnet-2'], assignPublicIp: 'DISABLED' }),
  ],
  [
    'subnets, groups and a public address',
    {
      'run-task-subnets': 'subnet-1, subnet-2',
      'run-task-security-groups': 'sg-1,sg-2',
      'run-task-assign-public-IP': 'ENABLED',
    },
    network({
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1', 'sg-2'],
      assignPublicIp: 'ENABLED',
    }),
  ],
  [
    'groups alone: in the subnets of the service',
    { 'run-task-security-groups': 'sg-9' },
    network({ ...OF_SERVICE, securityGroups: ['sg-9'] }),
  ],
  [
    'a public address alone: in the subnets of the service',
    { 'run-task-assign-public-IP': 'ENABLED' },
    network({ ...OF_SERVICE, assignPublicIp: 'ENABLED' }),
  ],
  ['a launch type', { 'run-task-launch-type': 'EC2' }, { launchType: 'EC2' }],
  [
    'a capacity provider strategy, which takes the place of the launch type',
    {
      'run-task-launch-type': 'EC2',
      'run-task-capacity-provider-strategy':
        '[{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]',
    },
    {
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    },
  ],
  ['a name', { 'run-task-started-by': 'release-7' }, { startedBy: 'release-7' }],
  [
    'tags',
    { 'run-task-tags': '[{"key": "project", "value": "myproject"}, {"key": "empty"}]' },
    {
      tags: [
        { key: 'project', value: 'myproject' },
        { key: 'empty', value: '' },
      ],
    },
  ],
  [
    'a volume',
    {
      'run-task-managed-ebs-volume-name': 'ebs1',
      'run-task-managed-ebs-volume':
        '{"filesystemType": "xfs", "roleArn": "arn:aws:iam::123:role/ebs-role", "encrypted": false, "sizeInGiB": 30}',
    },
    {
      volumeConfigurations: [
        {
          name: 'ebs1',
          managedEBSVolume: {
            filesystemType: 'xfs',
            roleArn: 'arn:aws:iam::123:role/ebs-role',
            encrypted: false,
            sizeInGiB: 30,
          },
        },
      ],
    },
  ],
])('%s', async (_what, given, expected) => {
  const { taskDefinition, ...rest } = await request(given)
  expect(taskDefinition).toMatch(/:task-definition\/asked:\d+$/)
  const { launchType, ...wanted } = { ...DEFAULTS, ...expected }
  expect(rest).toEqual({ ...wanted, ...(launchType && { launchType }) })
})
