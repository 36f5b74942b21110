import { TagStatus, type LifecyclePolicyPreviewResult } from '@aws-sdk/client-ecr'
import {
  lifecyclePolicyNotFound,
  lifecyclePreviewInProgress,
  lifecyclePreviewNotFound,
} from '../errors.ts'
import { expiringImages, type Expiring } from '../lifecycle/evaluate.ts'
import { parseLifecyclePolicy } from '../lifecycle/policy.ts'
import { tagsOf, type LifecyclePreview, type RepositoryRecord } from '../repository.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkEnum, checkLength, nameOf, repositoryIn, required } from './checks.ts'
import { requireImage } from './image-ids.ts'
import { hasStatus } from './image-lookups.ts'
import { pageOf, refusePaging } from './paging.ts'

/** ECR says this of a lifecycle policy that it has not evaluated yet; here that is all of them. */
const NEVER = new Date(0)
/** How long a preview is IN_PROGRESS; unproven. */
const PREVIEW_MS = 5_000
const MOST_PREVIEW_RESULTS = 100

/** Lifecycle policies are checked, kept and previewed; a preview tells what would go, and nothing ever goes. */
export function lifecyclePolicyHandlers({ clock, store }: ApiParts): EcrHandlers {
  const isReady = (preview: LifecyclePreview): boolean => clock.now() >= preview.readyAt
  return {
    PutLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const text = required('lifecyclePolicyText', input.lifecyclePolicyText)
      checkPolicy(text)
      repository.lifecyclePolicy = text
      return { ...nameOf(repository), lifecyclePolicyText: text }
    },

    GetLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const lifecyclePolicyText = policyOf(repository)
      return { ...nameOf(repository), lifecyclePolicyText, lastEvaluatedAt: NEVER }
    },

    DeleteLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const lifecyclePolicyText = policyOf(repository)
      repository.lifecyclePolicy = undefined
      return { ...nameOf(repository), lifecyclePolicyText, lastEvaluatedAt: NEVER }
    },

    StartLifecyclePolicyPreview(input) {
      const repository = repositoryIn(store, input)
      const policyText = input.lifecyclePolicyText ?? policyOf(repository)
      const rules = checkPolicy(policyText)
      const last = repository.lifecyclePreview
      if (last && !isReady(last)) throw lifecyclePreviewInProgress(repository)
      repository.lifecyclePreview = {
        policyText,
        readyAt: clock.now() + PREVIEW_MS,
        results: expiringImages(repository, rules, clock.now()).map((each) =>
          result(repository, each),
        ),
      }
      return { ...nameOf(repository), lifecyclePolicyText: policyText, status: 'IN_PROGRESS' }
    },

    GetLifecyclePolicyPreview(input) {
      const repository = repositoryIn(store, input)
      checkEnum('filter.tagStatus', input.filter?.tagStatus, TagStatus)
      const preview = repository.lifecyclePreview
      if (!preview) throw lifecyclePreviewNotFound(repository)
      const named = { ...nameOf(repository), lifecyclePolicyText: preview.policyText }
      if (!isReady(preview)) return { ...named, status: 'IN_PROGRESS' }
      const wanted = preview.results.filter((each) =>
        hasStatus(each.imageTags ?? [], input.filter?.tagStatus),
      )
      const answer = {
        ...named,
        status: 'COMPLETE' as const,
        summary: { expiringImageTotalCount: preview.results.length },
      }
      if (input.imageIds) {
        checkLength('imageIds', input.imageIds, 1, 100)
        refusePaging('images with imageIds', input)
        const digests = input.imageIds.map((id) => requireImage(store, repository, id).digest)
        const previewResults = wanted.filter((each) => digests.includes(each.imageDigest ?? ''))
        return { ...answer, previewResults }
      }
      const page = pageOf(wanted, pushOrder, input, MOST_PREVIEW_RESULTS)
      return { ...answer, previewResults: [...page.items], nextToken: page.nextToken }
    },
  }
}

function checkPolicy(text: string): ReturnType<typeof parseLifecyclePolicy> {
  checkLength('lifecyclePolicyText', text, 100, 30_720)
  return parseLifecyclePolicy(text)
}

/** Throws LifecyclePolicyNotFoundException. */
function policyOf(repository: RepositoryRecord): string {
  if (repository.lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(repository)
  return repository.lifecyclePolicy
}

const result = (
  repository: RepositoryRecord,
  { image, rule }: Expiring,
): LifecyclePolicyPreviewResult => ({
  imageTags: tagsOf(repository, image.digest),
  imageDigest: image.digest,
  imagePushedAt: image.pushedAt,
  action: { type: 'EXPIRE' },
  appliedRulePriority: rule.rulePriority,
  storageClass: 'STANDARD',
})

const pushOrder = ({ imagePushedAt, imageDigest }: LifecyclePolicyPreviewResult): string =>
  `${imagePushedAt?.toISOString() ?? ''} ${imageDigest ?? ''}`
