/** The repository that the image goes to: whether it is there, and lets the tags move that have to. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import {
  DEFAULT_LIFECYCLE,
  lifecyclePolicy,
  mayMove,
  type Repository,
  type TagPlan,
} from '@ecs-pipeline/image'
import { refused } from './ending.ts'
import type { PushInputs } from './inputs.ts'
import type { Tools } from './tools.ts'

/** ECR makes a repository and shows it a little later. Milliseconds. */
const APPEARS_WITHIN = 30_000

/** Finds it, or makes it where that is asked for. Throws a refusal that names both ways to get one. */
export async function openRepository(
  inputs: PushInputs,
  plan: TagPlan,
  tools: Tools,
): Promise<Repository> {
  const { registry, log } = tools
  const { name } = inputs.repository
  const found = await registry.repository()
  if (found) {
    checkMoving(found, plan)
    return found
  }
  if (!inputs.createRepository) {
    throw refused(
      `There is no repository ${name} in this registry.`,
      'Make it with your infrastructure, or set `create-repository: true`.',
    )
  }
  const policy = await lifecycleOf(inputs, tools)
  const movingTags = plan.others.filter(({ moves }) => moves).map(({ tag }) => tag)
  log.say(`there is no repository ${name}: it is made, with immutable tags and scan on push`)
  await registry.create({ name, movingTags: movingTags.slice(0, 5), lifecyclePolicy: policy })
  return appeared(name, tools)
}

async function appeared(name: string, { registry, clock, signal }: Tools): Promise<Repository> {
  const began = clock.now()
  for (;;) {
    const found = await registry.repository()
    if (found) return found
    if (clock.now() - began >= APPEARS_WITHIN || signal.aborted) {
      throw refused(`The repository ${name} was made, and ECR does not show it yet.`, 'Run again.')
    }
    await clock.sleep(2000, signal)
  }
}

async function lifecycleOf(
  { lifecyclePolicy: file }: PushInputs,
  { context }: Tools,
): Promise<string> {
  if (file === undefined) return lifecyclePolicy(DEFAULT_LIFECYCLE)
  const path = isAbsolute(file) ? file : join(context.workspace, file)
  try {
    const text = await readFile(path, 'utf8')
    JSON.parse(text)
    return text
  } catch (error) {
    const isSyntax = error instanceof SyntaxError
    throw refused(
      isSyntax
        ? `lifecycle-policy: ${file} is not JSON: ${error.message}`
        : `lifecycle-policy: ${file} cannot be read. Paths count from the workspace root; is the repository checked out before this step?`,
    )
  }
}

function checkMoving(repository: Repository, { others }: TagPlan): void {
  const stuck = others.filter(({ tag, moves }) => moves && !mayMove(repository, tag))
  if (stuck.length === 0) return
  const tags = stuck.map(({ tag }) => tag).join(', ')
  throw refused(
    `The tags of ${repository.name} are immutable, and ${tags} would have to move with each push.`,
    `Except ${tags} from immutability (imageTagMutability IMMUTABLE_WITH_EXCLUSION), or remove ${stuck.length === 1 ? 'its rule' : 'their rules'} from \`tags\`.`,
  )
}
