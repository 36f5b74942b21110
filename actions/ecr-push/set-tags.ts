import type { Repository, StoredImage, TagPlan } from '@ecs-pipeline/image'
import { Ending } from './ending.ts'
import type { Facts } from './report.ts'
import { mayMove } from './repository.ts'
import type { Tools } from './tools.ts'

/** Gives the image its other tags, without pulling or pushing a layer. Those that stay come first. */
export async function setTags(
  image: StoredImage,
  { others }: TagPlan,
  repository: Repository,
  facts: Facts,
  { registry, log }: Tools,
): Promise<void> {
  const ordered = [...others].sort((a, b) => Number(a.moves) - Number(b.moves))
  const taken: string[] = []
  for (const { tag, moves } of ordered) {
    const { kind } = await registry.tag(image, tag)
    const isSame = kind === 'taken' && (await registry.image({ tag }))?.digest === image.digest
    if (kind === 'taken' && !isSame) taken.push(tag)
    const isNew = kind === 'tagged'
    const result =
      kind === 'taken' && !isSame ? 'not-set' : isNew ? (moves ? 'moved' : 'pushed') : 'already'
    facts.tags.push({ tag, result })
    log.say(`tag ${tag}: ${result}`)
  }
  if (taken.length === 0) return
  const stuck = taken.filter((tag) => !mayMove(repository, tag)).join(', ') || taken.join(', ')
  throw new Ending(
    'failed',
    `${image.digest} is in the registry, and ${stuck} could not be given to it: ECR says that the tag is immutable and names another image.`,
    [`Except ${stuck} from immutability, or remove the rule from \`tags\`.`],
  )
}
