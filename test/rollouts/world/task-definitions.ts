/** The task definitions of the one family that is simulated, and how the tasks of each behave. */
import {
  NotFound,
  Refused,
  type TaskDefinitionDocument,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import type { Behaviour, PastRevision } from './schedule.ts'
import type { Maker } from './records.ts'

export const FAMILY = 'ledger'
export const CONTAINER = 'app'
const REGISTRY = '000000000000.dkr.ecr.eu-central-1.amazonaws.com'
const FAMILY_ARN = `arn:aws:ecs:eu-central-1:000000000000:task-definition/${FAMILY}`

export const taskDefinitionArn = (revision: number): string => `${FAMILY_ARN}:${revision}`
export const revisionOf = (arn: string): number => Number(arn.split(':').at(-1))

/** The digest of an image by its number, which is that of the first revision that had it. */
export const digestOf = (image: number): string => `sha256:${String(image).padStart(64, '0')}`
export const imageOf = (image: number): string => `${REGISTRY}/ledger@${digestOf(image)}`
export const tagOf = (image: number): string => `${REGISTRY}/ledger:v${image}`
export const ELSEWHERE = 'registry.example.com/ledger:latest'

interface Definition {
  readonly revision: number
  readonly registeredBy: Maker
  readonly document: TaskDefinitionDocument
  readonly behaviour: Behaviour
  readonly isActive: boolean
  readonly tags: Record<string, string>
  /** Tasks of it that were started so far. */
  started: number
}

const documentOf = (image: string): TaskDefinitionDocument => ({
  family: FAMILY,
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: CONTAINER, image, essential: true }],
})

export class TaskDefinitions {
  private readonly definitions: Definition[] = []
  /** Images that the registry does not have any more. */
  private readonly missingImages = new Set<string>()

  add(
    registeredBy: Maker,
    behaviour: Behaviour,
    over: {
      document?: TaskDefinitionDocument
      past?: PastRevision
      tags?: Record<string, string>
    } = {},
  ): number {
    const revision = this.definitions.length + 1
    const { past } = over
    const verdict = past?.isRejected ? { 'ecs-pipeline:verdict': 'rejected' } : {}
    this.definitions.push({
      revision,
      registeredBy,
      document: over.document ?? documentOf(imageOf(revision)),
      behaviour,
      isActive: past?.isActive ?? true,
      tags: { ...verdict, ...over.tags },
      started: 0,
    })
    if (past?.hasImage === false) this.missingImages.add(imageOf(revision))
    return revision
  }

  of(revision: number): Definition {
    const found = this.definitions[revision - 1]
    if (!found) throw new NotFound(`Unable to describe task definition ${revision}.`, 'ecs:any')
    return found
  }

  /** The one of the newest revision when `name` is the family. */
  view(name: string): TaskDefinitionView {
    const number = name === FAMILY ? this.definitions.length : revisionOf(name)
    const { revision, isActive, document, tags } = this.of(number)
    const status = isActive ? 'ACTIVE' : 'INACTIVE'
    return {
      arn: taskDefinitionArn(revision),
      family: FAMILY,
      revision,
      status,
      document,
      tags: { ...tags },
    }
  }

  active(): readonly string[] {
    return this.definitions
      .filter(({ isActive }) => isActive)
      .map(({ revision }) => taskDefinitionArn(revision))
      .reverse()
  }

  requireActive(arn: string): number {
    const { revision, isActive } = this.of(revisionOf(arn))
    if (isActive) return revision
    throw new Refused(`TaskDefinition is inactive: ${arn}`, 'ecs:UpdateService')
  }

  hasImage(reference: string): boolean {
    return !this.missingImages.has(reference)
  }

  /** The image that the document of a revision names. */
  imageOf(revision: number): string {
    const containers = this.of(revision).document['containerDefinitions'] as { image: string }[]
    return containers[0]?.image ?? ''
  }
}
