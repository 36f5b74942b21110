import {
  choice,
  defineInputs,
  flag,
  InputError,
  integer,
  lines,
  text,
} from '@ecs-pipeline/action-kit'
import type { InputsOf, InputSource } from '@ecs-pipeline/action-kit'
import type { DnsOrder } from '@ecs-pipeline/rollout'
import { tellingKinds, tellingProblems } from '@ecs-pipeline/reporting'
import { codeDeployKinds } from './codedeploy/inputs.ts'
import type { ImageChoice } from './container-images.ts'
import type { ManagedVolume } from './ebs-volume.ts'
import { hasEdits } from './definition-edits.ts'
import { dnsKinds, readDns } from './dns-inputs.ts'
import { noFindings } from './findings.ts'
import { readContainerNames, readImages } from './image-inputs.ts'
import {
  officialKinds,
  readOfficialInputs,
  type OfficialInputs,
  type OfficialName,
} from './official-inputs.ts'
import { readTaskVolume, runTaskKinds } from './run-task-inputs.ts'
import { readReleaseInputs, strategyKinds, type ReleaseInputs } from './strategy-inputs.ts'
import { combinationProblems, ignoredWithoutService } from './together.ts'

/** Who begins when, where there are several services. */
export const ORDERS = ['parallel', 'sequential', 'waves'] as const

/** The inputs of the action; deploy/action.yml declares the same ones and describes them. */
export const schema = defineInputs({
  cluster: text({ default: 'default' }),
  service: text(),
  services: text(),
  order: choice(ORDERS, { default: 'parallel' }),
  'task-definition': text(),
  image: lines(),
  'container-name': text(),
  ...officialKinds,
  'desired-count': integer({ minimum: 0, maximum: 5000 }),
  'force-new-deployment': flag({ default: 'false' }),
  'wait-for-minutes': integer({ minimum: 1, maximum: 360, isCapped: true, default: '30' }),
  'max-failed-tasks': integer({ minimum: 1, maximum: 100, default: '3' }),
  'on-failure': choice(['rollback', 'leave', 'rollback-all'], { default: 'rollback' }),
  'on-timeout': choice(['rollback', 'leave'], { default: 'rollback' }),
  'on-cancel': choice(['leave', 'rollback'], { default: 'leave' }),
  'on-concurrent': choice(['wait', 'fail', 'replace'], { default: 'wait' }),
  'allow-idle': flag({ default: 'false' }),
  triggers: text(),
  'bake-minutes': integer({ minimum: 0, maximum: 1440 }),
  'prometheus-token': text({ secret: true }),
  attach: flag({ default: 'false' }),
  'older-run': choice(['refuse', 'allow'], { default: 'refuse' }),
  'keep-revisions': integer({ minimum: 1, maximum: 1000 }),
  'poll-seconds': integer({ minimum: 5, maximum: 60, default: '10' }),
  ...codeDeployKinds,
  ...strategyKinds,
  ...runTaskKinds,
  ...dnsKinds,
  ...tellingKinds,
})

type GivenInputs = InputsOf<typeof schema>

/** What the action works with; nothing below reads an input again. */
export type DeployInputs = Omit<
  GivenInputs,
  | OfficialName
  | 'services'
  | 'order'
  | 'image'
  | 'containerName'
  | 'pollSeconds'
  | 'strategy'
  | 'onFailure'
  | 'dnsZoneId'
  | 'dnsRecord'
  | 'dnsWeight'
> &
  OfficialInputs &
  ReleaseInputs & {
    readonly onFailure: 'rollback' | 'leave'
    readonly images: readonly ImageChoice[]
    readonly dns: DnsOrder | undefined
    /** Of the one-off task. */
    readonly taskVolume: ManagedVolume | undefined
    /** What the run has to say about its inputs. */
    readonly caveats: readonly string[]
  }

/** With a service to deploy to. */
export type ServiceInputs = DeployInputs & { readonly service: string }

/** Of a run on one service, or on none. Throws one InputError that lists everything that is wrong. */
export function readDeployInputs(source: InputSource): DeployInputs {
  const { image, containerName, services: _services, order, ...given } = schema.read(source)
  const findings = noFindings()
  const containers = readContainerNames(containerName)
  const official = readOfficialInputs(given, containers, findings)
  const release = readReleaseInputs(given, findings)
  const images = readImages(image, containers, hasEdits(official.edits), findings)
  const taskVolume = readTaskVolume(given, findings)
  const dns = readDns(given, findings)
  const onFailure = given.onFailure === 'rollback-all' ? 'rollback' : given.onFailure
  const inputs = { ...given, onFailure, ...official, ...release, images, taskVolume, dns }
  const problems = [
    ...findings.problems,
    ...tellingProblems(given),
    ...combinationProblems(inputs),
    ...setOnly({ order, onFailure: given.onFailure }),
  ]
  if (problems.length > 0) throw new InputError(problems)
  return { ...inputs, caveats: [...findings.caveats, ...ignoredWithoutService(inputs)] }
}

function setOnly({
  order,
  onFailure,
}: Pick<GivenInputs, 'order' | 'onFailure'>): readonly string[] {
  const needs = (what: string): string => `Input ${what} is for several services: set 'services'.`
  return [
    ...(order === 'parallel' ? [] : [needs(`'order: ${order}'`)]),
    ...(onFailure === 'rollback-all' ? [needs(`'on-failure: rollback-all'`)] : []),
  ]
}
