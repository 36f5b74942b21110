/** The two inputs that say which volume ECS makes for each task: `volumeConfigurations` of UpdateService and RunTask. */
import { nearest } from '@ecs-pipeline/action-kit'
import { Refusal, volumesAtLaunch, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import type { Findings } from './findings.ts'

/** API_ServiceManagedEBSVolumeConfiguration: each member, and the JSON type of its value. */
const SERVICE_MEMBERS: Readonly<Record<string, string>> = {
  encrypted: 'true or false',
  filesystemType: 'text',
  iops: 'a number',
  kmsKeyId: 'text',
  roleArn: 'text',
  sizeInGiB: 'a number',
  snapshotId: 'text',
  tagSpecifications: 'a list',
  throughput: 'a number',
  volumeInitializationRate: 'a number',
  volumeType: 'text',
}

/** API_TaskManagedEBSVolumeConfiguration. */
const TASK_MEMBERS = { ...SERVICE_MEMBERS, terminationPolicy: 'an object' }

/** The input with the configuration; the one with its name is called the same, with `-name` behind it. */
const MEMBERS = {
  'service-managed-ebs-volume': SERVICE_MEMBERS,
  'run-task-managed-ebs-volume': TASK_MEMBERS,
}
export type VolumeInput = keyof typeof MEMBERS

export interface ManagedVolume {
  /** As the task definition names it, which says `configuredAtLaunch` there. */
  readonly name: string
  readonly managedEBSVolume: Readonly<Record<string, unknown>>
}

/** One input without the other sends nothing, as the official action does it; here it is said. */
export function readVolume(
  input: VolumeInput,
  name: string | undefined,
  volume: string | undefined,
  findings: Findings,
): ManagedVolume | undefined {
  if (name === undefined && volume === undefined) return undefined
  if (name === undefined || volume === undefined || volume === '{}') {
    const missing = name === undefined ? `${input}-name` : input
    findings.caveats.push(
      `No volume is configured: one needs both inputs, and '${missing}' is not set.`,
    )
    return undefined
  }
  const managedEBSVolume = readManagedVolume(input, volume, findings)
  return managedEBSVolume && { name, managedEBSVolume }
}

/** Throws a {@link Refusal} when the task definition leaves no volume of that name to whoever starts its tasks. */
export function checkVolume(
  input: VolumeInput,
  { name }: { readonly name: string },
  document: TaskDefinitionDocument,
): void {
  const names = volumesAtLaunch(document)
  if (names.includes(name)) return
  const has = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`
  throw new Refusal(
    `${input}-name: the task definition has no volume \`${name}\` with \`"configuredAtLaunch": true\`. ${has} Add {"name": "${name}", "configuredAtLaunch": true} to its \`volumes\`.`,
  )
}

/** `undefined` when there are problems. */
function readManagedVolume(
  input: VolumeInput,
  given: string,
  findings: Findings,
): Readonly<Record<string, unknown>> | undefined {
  const parsed = parse(input, given, findings)
  if (!parsed) return undefined
  const problems = problemsOf(input, parsed)
  findings.problems.push(...problems)
  if (problems.length > 0) return undefined
  const known = Object.keys(MEMBERS[input])
  for (const member of Object.keys(parsed).filter((each) => !known.includes(each))) {
    const near = nearest(member, known)
    findings.caveats.push(
      `Input '${input}': \`${member}\` is not a member that this version knows; it is sent as it is.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    )
  }
  return withFittingThroughput(input, parsed, findings)
}

function parse(
  input: string,
  given: string,
  { problems }: Findings,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(given)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>
    }
    problems.push(`Input '${input}' has to be a JSON object, for example ${EXAMPLE}`)
  } catch (error) {
    const why = (error as Error).message
    problems.push(`Input '${input}' is not valid JSON: ${why}. Write for example ${EXAMPLE}`)
  }
  return undefined
}

const EXAMPLE = `{"sizeInGiB": 30, "volumeType": "gp3", "roleArn": "arn:aws:iam::123456789012:role/ecsInfrastructureRole"}`

function problemsOf(
  input: VolumeInput,
  volume: Readonly<Record<string, unknown>>,
): readonly string[] {
  const members: Readonly<Record<string, string>> = MEMBERS[input]
  const wrong = Object.entries(volume).flatMap(([member, value]) => {
    const wanted = members[member]
    if (wanted === undefined || typeOf(value) === wanted) return []
    return `Input '${input}': \`${member}\` has to be ${wanted}, not ${typeOf(value)}.`
  })
  const needs = []
  if (volume['roleArn'] === undefined) {
    needs.push(
      `Input '${input}' needs \`roleArn\`: the infrastructure role with which ECS makes the volumes (AmazonECSInfrastructureRolePolicyForVolumes).`,
    )
  }
  if (volume['sizeInGiB'] === undefined && volume['snapshotId'] === undefined) {
    needs.push(`Input '${input}' needs \`sizeInGiB\` or \`snapshotId\`: how large the volumes are.`)
  }
  return [...wrong, ...needs]
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    default:
      return value === null ? 'null' : 'an object'
  }
}

/** ECS takes it for gp3 only, and the official action leaves it out of the others. */
function withFittingThroughput(
  input: string,
  { throughput, ...volume }: Readonly<Record<string, unknown>>,
  { caveats }: Findings,
): Readonly<Record<string, unknown>> {
  if (throughput === undefined) return volume
  if (volume['volumeType'] === 'gp3') return { ...volume, throughput }
  caveats.push(
    `Input '${input}': \`throughput\` is only for \`"volumeType": "gp3"\`, so it is not sent.`,
  )
  return volume
}
