import { ResourceNotFoundException, type Tag } from '@aws-sdk/client-ecs'
import { type ApiDeps, type EcsHandlers, invalidParameter } from './api.ts'
import type { EcsState } from './model.ts'
import { findTask, findTaskDefinition, requireCluster } from './resolve.ts'

/** API_Tag and "Tag restrictions" of the developer guide. */
const MOST_TAGS = 50
const LONGEST_KEY = 128
const LONGEST_VALUE = 256

/** Throws InvalidParameterException when AWS would refuse the tags of one resource. The words are unproven. */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.length > MOST_TAGS) {
    throw invalidParameter(`Tags can have at most ${MOST_TAGS} items.`)
  }
  for (const { key = '', value = '' } of tags) {
    if (key === '') throw invalidParameter('Tag key cannot be null or empty.')
    if (key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
      throw invalidParameter(
        `Tag keys can have at most ${LONGEST_KEY} and tag values at most ${LONGEST_VALUE} characters.`,
      )
    }
    if (/^aws:/i.test(key)) {
      throw invalidParameter(`Tag keys cannot start with 'aws:': ${key}`)
    }
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalidParameter(
      'Duplicate tag keys found. Please note that Tag keys are case sensitive.',
    )
  }
}

/** TagResource, UntagResource and ListTagsForResource for clusters, services, task definitions and tasks. */
export function tagHandlers({ state }: ApiDeps): EcsHandlers {
  return {
    TagResource({ resourceArn, tags = [] }) {
      const resource = findResource(state, resourceArn)
      const merged = new Map(resource.tags.map((tag) => [tag.key, tag]))
      checkTags(tags)
      for (const tag of tags) merged.set(tag.key, tag)
      checkTags([...merged.values()])
      resource.tags = [...merged.values()]
      return {}
    },
    UntagResource({ resourceArn, tagKeys = [] }) {
      const resource = findResource(state, resourceArn)
      resource.tags = resource.tags.filter(({ key }) => !tagKeys.includes(key ?? ''))
      return {}
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: findResource(state, resourceArn).tags }),
  }
}

function findResource(state: EcsState, resourceArn: string | undefined): { tags: Tag[] } {
  const [, , service, , , resource = ''] = resourceArn?.split(':') ?? []
  const [kind, first = '', second = ''] = resource.split('/')
  if (service !== 'ecs') throw invalidParameter(`Invalid resource ARN: ${resourceArn ?? ''}`)
  const found = find()
  if (!found) {
    const message = `The specified resource could not be found: ${resourceArn ?? ''}`
    throw new ResourceNotFoundException({ message, $metadata: {} })
  }
  return found

  function find(): { tags: Tag[] } | undefined {
    switch (kind) {
      case 'cluster':
        return requireCluster(state, first)
      case 'service':
        return requireCluster(state, first).services.get(second)
      case 'task':
        return findTask(requireCluster(state, first), second)
      case 'task-definition':
        return findTaskDefinition(state, resourceArn ?? '')
      default:
        return undefined
    }
  }
}
