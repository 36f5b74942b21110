/**
 * Which revision users can be given back. Never 'the number before': family counters also move by Terraform, by
 * other environments and by failed registrations. A revision counts only when an earlier deployment of it ended
 * well and nobody rejected it since.
 */
import { CredentialsExpired, PortError, Unreachable } from './errors.ts'
import type { Ports } from './ports.ts'
import type {
  DeploymentView,
  ServiceDeploymentBrief,
  ServiceRevisionArn,
  ServiceRevisionView,
  ServiceView,
  TaskDefinitionArn,
  TaskDefinitionView,
} from './views.ts'

export interface KnownGood {
  readonly taskDefinition: TaskDefinitionArn
  /** `undefined` when only DescribeServices could be read. */
  readonly revision: ServiceRevisionArn | undefined
  /** It is what the service ran just before; StopServiceDeployment goes back to that. */
  readonly isCurrent: boolean
  /** Why it counts as proven, for people. */
  readonly because: string
}

export interface KnownGoodChoice {
  readonly chosen: KnownGood | undefined
  /** Candidates that were passed over, each with its reason, in the order they were looked at. */
  readonly passedOver: readonly { readonly taskDefinition: string; readonly why: string }[]
}

/** A task definition with this tag value was rolled back on evidence that ECS's own history does not show. */
export const VERDICT_TAG = 'ecs-pipeline:verdict'

/** How many successful deployments to look back at. */
const LOOK_BACK = 20

/** The deployments of a service as far as they can be read; `undefined` when the API is denied or too old. */
export type History = readonly ServiceDeploymentBrief[] | undefined

/** Chooses before anything is changed: the present revision when it is proven, else the newest proven one. */
export async function findKnownGood(
  ports: Ports,
  service: ServiceView,
  history: History,
  current: Pick<TaskDefinitionView, 'tags'>,
): Promise<KnownGoodChoice> {
  const judged = judgeCurrent(service, history, current)
  if (judged.why === undefined) return { chosen: judged.knownGood, passedOver: [] }
  const passedOver = [{ taskDefinition: service.taskDefinition, why: judged.why }]
  const found = await findProvenBefore(ports, service, history)
  return { chosen: found.chosen, passedOver: [...passedOver, ...found.passedOver] }
}

/** The newest revision before the present one that was proven; one that is marked as verified comes first. */
export async function findProvenBefore(
  ports: Ports,
  service: ServiceView,
  history: History,
): Promise<KnownGoodChoice> {
  const passedOver: { taskDefinition: string; why: string }[] = []
  let unmarked: KnownGood | undefined
  const proven = (history ?? []).filter((each) => each.status === 'SUCCESSFUL').slice(0, LOOK_BACK)
  const arns = proven.flatMap((each) =>
    each.targetRevision === undefined ? [] : [each.targetRevision],
  )
  const revisions = arns.length === 0 ? [] : await ports.deployments.revisions(arns)
  const rolledBack = await taskDefinitionsRolledBack(ports, history)
  const seen = new Set<string>([service.taskDefinition])
  for (const arn of arns) {
    const revision = revisions.find((each) => each.arn === arn)
    if (!revision || seen.has(revision.taskDefinition)) continue
    seen.add(revision.taskDefinition)
    const judged: Usability = rolledBack.has(revision.taskDefinition)
      ? { why: 'it was rolled back later', isVerified: false }
      : await judgeUsability(ports, revision)
    if (judged.why !== undefined) {
      passedOver.push({ taskDefinition: revision.taskDefinition, why: judged.why })
      continue
    }
    const good = provenByHistory(revision, proven)
    if (judged.isVerified) {
      if (unmarked) {
        const why = 'a revision before it is marked as verified, this one is not'
        passedOver.push({ taskDefinition: unmarked.taskDefinition, why })
      }
      return { chosen: good, passedOver }
    }
    unmarked ??= good
  }
  return { chosen: unmarked, passedOver }
}

interface CurrentJudgement {
  readonly knownGood: KnownGood
  /** Why it is not proven; `undefined` when it is. */
  readonly why: string | undefined
}

/** The present revision is proven when its own deployment ended well and all its tasks still run. */
export function judgeCurrent(
  service: ServiceView,
  history: History,
  { tags }: Pick<TaskDefinitionView, 'tags'>,
): CurrentJudgement {
  const primary = service.deployments.find((each) => each.status === 'PRIMARY')
  const newest = history?.[0]
  const knownGood: KnownGood = {
    taskDefinition: service.taskDefinition,
    revision: newest?.status === 'SUCCESSFUL' ? newest.targetRevision : undefined,
    isCurrent: true,
    because: 'it ran, complete and healthy, before this deployment',
  }
  const why = tags[VERDICT_TAG] === 'rejected' ? REJECTED : whyNotProven(service, primary, newest)
  return { knownGood, why }
}

function whyNotProven(
  service: ServiceView,
  primary: DeploymentView | undefined,
  newest: ServiceDeploymentBrief | undefined,
): string | undefined {
  if (!primary) return 'the service has no primary deployment'
  if (service.desiredCount === 0) return 'its desired count is 0, so it is not known to run'
  if (primary.rolloutState !== undefined && primary.rolloutState !== 'COMPLETED') {
    return `its deployment never completed (${primary.rolloutState})`
  }
  if (newest && newest.status !== 'SUCCESSFUL' && newest.status !== 'ROLLBACK_SUCCESSFUL') {
    return `its newest service deployment ended ${newest.status}`
  }
  if (primary.runningCount < primary.desiredCount) {
    return `only ${primary.runningCount} of ${primary.desiredCount} tasks run`
  }
  return undefined
}

function provenByHistory(
  revision: ServiceRevisionView,
  proven: readonly ServiceDeploymentBrief[],
): KnownGood {
  const deployment = proven.find((each) => each.targetRevision === revision.arn)
  const when = deployment?.finishedAt ?? deployment?.createdAt
  const date = when === undefined ? 'an unknown date' : new Date(when).toISOString()
  return {
    taskDefinition: revision.taskDefinition,
    revision: revision.arn,
    isCurrent: false,
    because: `its deployment ended SUCCESSFUL on ${date}`,
  }
}

async function taskDefinitionsRolledBack(ports: Ports, history: History): Promise<Set<string>> {
  const bad = (history ?? []).filter((each) => each.status.startsWith('ROLLBACK_'))
  const arns = bad.flatMap((each) =>
    each.targetRevision === undefined ? [] : [each.targetRevision],
  )
  if (arns.length === 0) return new Set()
  const revisions = await ports.deployments.revisions(arns)
  return new Set(revisions.map((each) => each.taskDefinition))
}

/**
 * A revision can be gone back to only when ECS still takes it and its images can still be pulled. Throws when AWS does
 * not say: passing it over would lead to an older one, or nowhere.
 */
export async function judgeUsability(
  ports: Ports,
  revision: Pick<ServiceRevisionView, 'taskDefinition' | 'images'>,
): Promise<Usability> {
  const unusable = (why: string): Usability => ({ why, isVerified: false })
  try {
    const { status, tags } = await ports.taskDefinitions.describe(revision.taskDefinition)
    if (status !== 'ACTIVE') return unusable(`its task definition is ${status}`)
    for (const image of revision.images) {
      const reference = pinnedTo(image.image, image.digest)
      const answer = await ports.images.find(reference)
      if (answer.kind === 'missing') return unusable(`its image is gone: ${answer.message}`)
    }
    if (tags[VERDICT_TAG] === 'rejected') return { ...unusable(REJECTED), isOnlyRejected: true }
    return { why: undefined, isVerified: tags[VERDICT_TAG] === 'verified' }
  } catch (error) {
    if (!(error instanceof PortError) || error instanceof Unreachable) throw error
    if (error instanceof CredentialsExpired) throw error
    return unusable(`it cannot be checked: ${error.message}`)
  }
}

export interface Usability {
  /** Why it cannot be gone back to; `undefined` when it can. */
  readonly why: string | undefined
  readonly isVerified: boolean
  /** ECS could start it; it is just marked as bad. A person may know better. */
  readonly isOnlyRejected?: boolean
}

const REJECTED = 'it is marked as rejected'

/** `host/name:tag` with a digest becomes `host/name@digest`: what ran then, whatever the tag says now. */
function pinnedTo(image: string, digest: string | undefined): string {
  if (digest === undefined || image.includes('@')) return image
  return `${image.replace(/:[^:/]+$/, '')}@${digest}`
}
