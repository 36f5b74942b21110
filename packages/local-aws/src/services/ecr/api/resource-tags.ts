import type { Tag } from '@aws-sdk/client-ecr'
import { invalidParameter, invalidTag, tooManyTags } from '../errors.ts'
import type { RepositoryRecord } from '../repository.ts'
import type { EcrStore } from '../store.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { required } from './checks.ts'

/** As for every AWS resource. */
const MOST_TAGS = 50

/** AWS resource tags of repositories (not image tags). */
export function resourceTagHandlers({ store }: ApiParts): EcrHandlers {
  return {
    TagResource(input) {
      addResourceTags(byArn(store, input.resourceArn).resourceTags, required('tags', input.tags))
      return {}
    },

    UntagResource(input) {
      const { resourceTags } = byArn(store, input.resourceArn)
      for (const key of required('tagKeys', input.tagKeys)) resourceTags.delete(key)
      return {}
    },

    ListTagsForResource(input) {
      const { resourceTags } = byArn(store, input.resourceArn)
      return { tags: [...resourceTags].map(([Key, Value]) => ({ Key, Value })) }
    },
  }
}

/** Adds to `present` and returns it; all or, when one is refused, none. */
export function addResourceTags(
  present: Map<string, string>,
  tags: readonly Tag[],
): Map<string, string> {
  for (const { Key = '', Value = '' } of tags) {
    if (Key.length < 1 || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key)) {
      throw invalidTag(`The tag '${Key}' is not valid`)
    }
  }
  const keys = new Set([...present.keys(), ...tags.map((tag) => tag.Key)])
  if (keys.size > MOST_TAGS) throw tooManyTags(MOST_TAGS)
  for (const { Key = '', Value = '' } of tags) present.set(Key, Value)
  return present
}

function byArn(store: EcrStore, text: string | undefined): RepositoryRecord {
  const resourceArn = required('resourceArn', text)
  const [, registryId, name] =
    /^arn:aws[a-z-]*:ecr:[a-z0-9-]+:(\d{12}):repository\/(.+)$/.exec(resourceArn) ?? []
  if (name === undefined) throw invalidParameter('resourceArn', 'Invalid ARN')
  return store.repository(name, registryId)
}
