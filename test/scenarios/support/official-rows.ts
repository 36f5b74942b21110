/**
 * What the inputs of the official deploy action become in the calls of the AWS API, by what its action.yml says of them
 * (test/manifest/official.ts has the source). In the official action a parameter goes out under the name of the API
 * (its index.js: `updateService`, `runTask`, `registerTaskDefinition`).
 */
import { expect } from '@jest/globals'
import { CLUSTER } from '../../support/stack.ts'
import { LEFT_OPEN, VOLUME, type Given } from './official-stage.ts'

/** A call, and some of its parameters. `undefined`: it is not sent. */
type Sent = readonly [operation: string, parameters: object]

export interface Row {
  /** What action.yml of v2.6.3 says, in short. */
  readonly says: string
  /** Where it is about a service: what it is deployed to. Without, there is none. */
  readonly service?: string
  readonly given: Given
  /** More of the task definition file. */
  readonly file?: object
  readonly sent: readonly Sent[]
}

/** A task that keeps a run short. */
export const TASK = {
  'run-task': 'true',
  'run-task-subnets': 'subnet-1',
  'wait-for-task-stopped': 'false',
}
export const network = (awsvpcConfiguration: object): object => ({
  networkConfiguration: { awsvpcConfiguration },
})
const SUBNET = { subnets: ['subnet-1'], assignPublicIp: 'DISABLED' }
const OVERRIDES = [{ name: 'app', command: ['node', '-e', '0'], environment: [] }]
const SPOT = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }]
const TAGS = [
  { key: 'project', value: 'ledger' },
  { key: 'empty', value: '' },
]
const VOLUMES = [{ name: 'ebs1', managedEBSVolume: VOLUME }]

export const ROWS: Readonly<Record<string, Row>> = {
  'task-definition': {
    says: 'the path of the file that is registered',
    given: {},
    sent: [
      [
        'RegisterTaskDefinition',
        {
          family: 'official',
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [
            expect.objectContaining({
              name: 'app',
              essential: true,
              portMappings: [{ containerPort: 3000, protocol: 'tcp' }],
            }),
          ],
        },
      ],
    ],
  },
  'desired-count': {
    says: 'how many tasks the service keeps running',
    service: 'counted',
    given: { 'desired-count': '1' },
    sent: [['UpdateService', { desiredCount: 1 }]],
  },
  service: {
    says: 'the service that is deployed to',
    service: 'named',
    given: {},
    sent: [
      ['DescribeServices', { cluster: CLUSTER, services: ['named'] }],
      ['UpdateService', { cluster: CLUSTER, service: 'named' }],
    ],
  },
  cluster: {
    says: "the cluster of the service; 'default' without it",
    given: { ...TASK, cluster: '' },
    sent: [['RunTask', { cluster: 'default' }]],
  },
  'force-new-deployment': {
    says: 'whether a new deployment is forced; false without it',
    service: 'forced',
    given: { 'force-new-deployment': 'true' },
    sent: [['UpdateService', { forceNewDeployment: true }]],
  },
  'service-managed-ebs-volume-name': {
    says: 'the volume of the task definition that was left open (configuredAtLaunch)',
    service: 'volume-name',
    file: LEFT_OPEN,
    given: {
      'service-managed-ebs-volume-name': 'ebs1',
      'service-managed-ebs-volume': JSON.stringify(VOLUME),
    },
    sent: [
      ['UpdateService', { volumeConfigurations: [expect.objectContaining({ name: 'ebs1' })] }],
    ],
  },
  'service-managed-ebs-volume': {
    says: 'its configuration as JSON',
    service: 'volume',
    file: LEFT_OPEN,
    given: {
      'service-managed-ebs-volume-name': 'ebs1',
      'service-managed-ebs-volume': JSON.stringify(VOLUME),
    },
    sent: [['UpdateService', { volumeConfigurations: VOLUMES }]],
  },
  'run-task': {
    says: 'whether a task runs outside of a service',
    given: TASK,
    sent: [
      [
        'RunTask',
        {
          cluster: CLUSTER,
          taskDefinition: expect.stringMatching(/:task-definition\/official:\d+$/),
          overrides: undefined,
          tags: undefined,
          volumeConfigurations: undefined,
          enableECSManagedTags: undefined,
        },
      ],
    ],
  },
  'run-task-container-overrides': {
    says: 'container overrides as a JSON array',
    given: { ...TASK, 'run-task-container-overrides': JSON.stringify(OVERRIDES) },
    sent: [['RunTask', { overrides: { containerOverrides: OVERRIDES } }]],
  },
  'run-task-security-groups': {
    says: 'security groups with commas between them; none without it',
    given: { ...TASK, 'run-task-security-groups': 'sg-1,sg-2' },
    sent: [['RunTask', network({ ...SUBNET, securityGroups: ['sg-1', 'sg-2'] })]],
  },
  'run-task-subnets': {
    says: 'subnets with commas between them',
    given: { ...TASK, 'run-task-subnets': 'subnet-1, subnet-2' },
    sent: [['RunTask', network({ ...SUBNET, subnets: ['subnet-1', 'subnet-2'] })]],
  },
  'run-task-assign-public-IP': {
    says: 'whether the task gets a public address; DISABLED without it where there are subnets',
    given: { ...TASK, 'run-task-assign-public-IP': 'ENABLED' },
    sent: [['RunTask', network({ ...SUBNET, assignPublicIp: 'ENABLED' })]],
  },
  'run-task-capacity-provider-strategy': {
    says: 'items of a strategy as a JSON array; they take the place of the launch type',
    given: {
      ...TASK,
      'run-task-launch-type': 'EC2',
      'run-task-capacity-provider-strategy': JSON.stringify(SPOT),
    },
    sent: [['RunTask', { capacityProviderStrategy: SPOT, launchType: undefined }]],
  },
  'run-task-launch-type': {
    says: 'FARGATE or EC2; FARGATE without it',
    given: { ...TASK, 'run-task-launch-type': 'EC2' },
    sent: [['RunTask', { launchType: 'EC2', capacityProviderStrategy: undefined }]],
  },
  'run-task-started-by': {
    says: "a name for startedBy; 'GitHub-Actions' without it",
    given: { ...TASK, 'run-task-started-by': 'release-7' },
    sent: [['RunTask', { startedBy: 'release-7' }]],
  },
  'run-task-tags': {
    says: 'tags as a JSON array',
    given: { ...TASK, 'run-task-tags': JSON.stringify(TAGS) },
    sent: [['RunTask', { tags: TAGS }]],
  },
  'run-task-managed-ebs-volume-name': {
    says: 'the volume of the task definition that was left open (configuredAtLaunch)',
    file: LEFT_OPEN,
    given: {
      ...TASK,
      'run-task-managed-ebs-volume-name': 'ebs1',
      'run-task-managed-ebs-volume': JSON.stringify(VOLUME),
    },
    sent: [['RunTask', { volumeConfigurations: [expect.objectContaining({ name: 'ebs1' })] }]],
  },
  'run-task-managed-ebs-volume': {
    says: 'its configuration as JSON',
    file: LEFT_OPEN,
    given: {
      ...TASK,
      'run-task-managed-ebs-volume-name': 'ebs1',
      'run-task-managed-ebs-volume': JSON.stringify(VOLUME),
    },
    sent: [['RunTask', { volumeConfigurations: VOLUMES }]],
  },
  'enable-ecs-managed-tags': {
    says: 'whether tasks get the tags of ECS; left to ECS without it',
    service: 'managed',
    given: { ...TASK, 'enable-ecs-managed-tags': 'true' },
    sent: [
      ['RunTask', { enableECSManagedTags: true }],
      ['UpdateService', { enableECSManagedTags: true }],
    ],
  },
  'propagate-tags': {
    says: 'whose tags the tasks get; left to ECS without it',
    service: 'propagated',
    given: { 'propagate-tags': 'SERVICE' },
    sent: [['UpdateService', { propagateTags: 'SERVICE' }]],
  },
  'keep-null-value-keys': {
    says: 'members that stay although they are empty; others are left out',
    file: { placementConstraints: [], volumes: [], inferenceAccelerators: [] },
    given: { 'keep-null-value-keys': 'placementConstraints,volumes' },
    sent: [
      [
        'RegisterTaskDefinition',
        { placementConstraints: [], volumes: [], inferenceAccelerators: undefined },
      ],
    ],
  },
}

/** For services that CodeDeploy deploys: test/scenarios/codedeploy.test.ts has what becomes of them. */
export const CODE_DEPLOY: readonly string[] = [
  'codedeploy-appspec',
  'codedeploy-application',
  'codedeploy-deployment-group',
  'codedeploy-deployment-description',
  'codedeploy-deployment-config',
]

/** Inputs that are about when and how often something is asked for, not about a parameter; official-times.test.ts has a test of each. */
export const TIMES = [
  'wait-for-service-stability',
  'wait-for-minutes',
  'wait-max-delay-seconds',
  'wait-for-task-stopped',
  'max-retries',
]
