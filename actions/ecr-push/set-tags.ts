import type { StoredImage, TagPlan } from '@ecs-pipeline/image'
import { Ending } from './ending.ts'
import type { Facts, TagResult } from './report.ts'
import type { Tools } from './tools.ts'

/** Gives the image its other tags, without pulling or pushing a layer. Those that stay come first. */
export async function setTags(
  image: StoredImage,
  { others }: TagPlan,
  facts: Facts,
  { registry, log }: Tools,
): Promise<void> {
  const ordered = [...others].sort((a, b) => Number(a.moves) - Number(b.moves))
  const taken: string[] = []
  for (const { tag, moves } of ordered) {
    const result = await setTag(image, tag, moves, registry)
    if (result === 'not-set') taken.push(tag)
    facts.tags.push({ tag, result })
    log.say(`tag ${tag}: ${result}`)
  }
  if (taken.length === 0) return
  const stuck = taken.join(', ')
  throw new Ending(
    'failed',
    `${image.digest} is in the registry, and ${stuck} could not be given to it: ECR says that the tag is immutable and names another image.`,
    [`Except ${stuck} from immutability, or remove the rule from \`tags\`.`],
  )
}

async function setTag(
  image: StoredImage,
  tag: string,
  moves: boolean,
  registry: Tools['registry'],
): Promise<TagResult['result']> {
  const tagged = await registry.tag(image, tag)
  if (tagged === 'tagged') return moves ? 'moved' : 'pushed'
  // ECR says so of a tag that names this very image, too, when two runs set it at the same moment.
  const isSame = tagged === 'already' || (await registry.image({ tag }))?.digest === image.digest
  return isSame ? 'already' : 'not-set'
}
