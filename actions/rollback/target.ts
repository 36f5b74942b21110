/** Which revision `to` means. Whatever it is, it has to be one that ECS can still start. */
import {
  findProvenBefore,
  judgeUsability,
  NotFound,
  Refusal,
  type ContainerImageView,
  type History,
  type KnownGood,
  type KnownGoodChoice,
  type Ports,
  type RolloutTools,
  type ServiceRevisionView,
  type ServiceView,
  type TaskDefinitionDocument,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'

/** How many deployments are searched for an image. */
const LOOK_BACK = 50

/**
 * `to`: `previous`, a revision number, `family:revision`, the ARN of a task definition or of a service revision, or
 * the tag or digest of an image that the service ran. Throws a {@link Refusal} that says what was looked for where.
 */
export async function chooseTarget(
  to: string,
  service: ServiceView,
  current: TaskDefinitionView,
  history: History,
  { ports, journal }: RolloutTools,
): Promise<KnownGoodChoice> {
  if (to === 'previous') return findProvenBefore(ports, service, history)
  const found = await findNamed(to, service, current, history, ports)
  const { why, isOnlyRejected } = await judgeUsability(ports, found)
  if (isOnlyRejected) {
    journal.caveat(`${found.taskDefinition} is marked as rejected; it was asked for all the same.`)
  } else if (why !== undefined) {
    throw new Refusal(`to: ${found.taskDefinition} cannot be gone back to: ${why}.`)
  }
  const chosen: KnownGood = {
    taskDefinition: found.taskDefinition,
    revision: found.revision,
    isCurrent: false,
    because: `it was asked for (\`to: ${to}\`)`,
  }
  return { chosen, passedOver: [] }
}

interface Found {
  readonly taskDefinition: string
  readonly revision: string | undefined
  readonly images: readonly ContainerImageView[]
}

async function findNamed(
  to: string,
  service: ServiceView,
  current: TaskDefinitionView,
  history: History,
  ports: Ports,
): Promise<Found> {
  if (to.includes(':service-revision/')) return findRevision(to, ports)
  if (/^sha256:[0-9a-f]{64}$/.test(to)) return findImage(to, service, history, ports)
  const name = /^\d+$/.test(to) ? `${current.family}:${to}` : to
  if (/^[\w-]+:\d+$/.test(name) || to.includes(':task-definition/')) {
    return findTaskDefinition(name, ports)
  }
  return findImage(to, service, history, ports)
}

async function findRevision(arn: string, ports: Ports): Promise<Found> {
  const [revision] = await ports.deployments.revisions([arn])
  if (!revision) throw new Refusal(`to: ECS knows no service revision ${arn}.`)
  return { ...revision, revision: revision.arn }
}

async function findTaskDefinition(name: string, ports: Ports): Promise<Found> {
  try {
    const { arn, document } = await ports.taskDefinitions.describe(name)
    return { taskDefinition: arn, revision: undefined, images: imagesOf(document) }
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Refusal(
      `to: ${error.message} Give \`previous\`, a revision number, family:revision, an ARN, or the tag or digest of an image that the service ran.`,
    )
  }
}

function imagesOf(document: TaskDefinitionDocument): readonly ContainerImageView[] {
  const containers = document['containerDefinitions']
  return (Array.isArray(containers) ? containers : []).map((each: unknown) => {
    const { name, image } = each as { readonly name?: unknown; readonly image?: unknown }
    return { container: String(name), image: String(image), digest: undefined }
  })
}

/** The newest deployment that ended well and ran that image. A tag is asked for its digest: images are pinned. */
async function findImage(
  image: string,
  service: ServiceView,
  history: History,
  ports: Ports,
): Promise<Found> {
  const ended = (history ?? []).filter((each) => each.status === 'SUCCESSFUL').slice(0, LOOK_BACK)
  const arns = ended.flatMap((each) =>
    each.targetRevision === undefined ? [] : [each.targetRevision],
  )
  const revisions = arns.length === 0 ? [] : await ports.deployments.revisions(arns)
  const inOrder = arns.flatMap((arn) => revisions.find((each) => each.arn === arn) ?? [])
  const digest = image.startsWith('sha256:') ? image : await digestOfTag(image, inOrder, ports)
  const runs = (each: ContainerImageView): boolean =>
    each.image.endsWith(`:${image}`) ||
    (digest !== undefined && (each.digest === digest || each.image.endsWith(`@${digest}`)))
  const found = inOrder.find((revision) => revision.images.some(runs))
  if (found) return { ...found, revision: found.arn }
  throw new Refusal(
    `to: none of the last ${inOrder.length} successful deployments of ${service.name} ran an image with ${image}. Give a revision instead: a number, family:revision or an ARN.`,
  )
}

async function digestOfTag(
  tag: string,
  revisions: readonly ServiceRevisionView[],
  ports: Ports,
): Promise<string | undefined> {
  const images = revisions.flatMap((each) => each.images.map(({ image }) => image))
  const repositories = new Set(images.map((image) => image.replace(/@.*$|:[^:/]*$/, '')))
  for (const repository of repositories) {
    const answer = await ports.images.find(`${repository}:${tag}`)
    if (answer.kind === 'found') return answer.digest
  }
  return undefined
}
