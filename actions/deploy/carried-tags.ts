/** Tags that a new revision takes over from the one that it is made of. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** Marks of this project are about one revision, and keys of AWS cannot be set by anybody else. */
const isCarried = ({ key }: Tag): boolean => !/^(ecs-pipeline|aws):/i.test(key)

/** From what DescribeTaskDefinition lists; `undefined` when there is nothing to carry. */
export function carriedTags(tags: unknown): readonly Tag[] | undefined {
  const list = Array.isArray(tags) ? (tags as readonly Tag[]).filter(isCarried) : []
  return list.length === 0 ? undefined : list
}
