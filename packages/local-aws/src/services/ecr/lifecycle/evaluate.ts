import { isListed, tagsOf, type ImageRecord, type RepositoryRecord } from '../repository.ts'
import { matchesWildcard } from '../wildcard.ts'
import type { Rule, Selection } from './rule.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** An image that a rule would take away. */
export interface Expiring {
  readonly image: ImageRecord
  readonly rule: Rule
}

/**
 * What the rules, in the order of their priority, would take away at `now` (milliseconds since the epoch), as the user
 * guide has it ('How lifecycle policies work'):
 *
 * - an image that meets the tag conditions of a rule is kept from all rules behind it, also when that rule lets it live,
 * - rules count all images that meet their conditions, also those that an earlier rule takes,
 * - older images go before newer ones,
 * - an image that an index lists stays while the index does; whether it is counted is unproven, here it is.
 */
export function expiringImages(
  repository: RepositoryRecord,
  rules: readonly Rule[],
  now: number,
): readonly Expiring[] {
  const decided = new Set<ImageRecord>()
  const youngestFirst = [...repository.images.values()].reverse().sort(byAge)
  return rules.flatMap((rule) => {
    const { selection } = rule
    const selected = youngestFirst.filter((image) =>
      isSelected(selection, tagsOf(repository, image.digest)),
    )
    const expiring = beyondLimit(selected, selection, now)
      .filter((image) => !decided.has(image) && !isListed(repository, image.digest))
      .map((image) => ({ image, rule }))
    for (const image of selected) decided.add(image)
    return expiring
  })
}

const byAge = (a: ImageRecord, b: ImageRecord): number =>
  b.pushedAt.getTime() - a.pushedAt.getTime()

function isSelected(selection: Selection, tags: readonly string[]): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection
  switch (tagStatus) {
    case 'any':
      return true
    case 'untagged':
      return tags.length === 0
    case 'tagged':
      return (
        tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
        tagPatternList.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)))
      )
  }
}

/** `images`: youngest first. */
function beyondLimit(
  images: readonly ImageRecord[],
  { countType, countNumber }: Selection,
  now: number,
): readonly ImageRecord[] {
  switch (countType) {
    case 'imageCountMoreThan':
      return images.slice(countNumber)
    case 'sinceImagePushed':
      return images.filter((image) => now - image.pushedAt.getTime() > countNumber * DAY_MS)
  }
}
