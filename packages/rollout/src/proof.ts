/** The last check before 'deployed' is said: the tasks that run are made of the images that were asked for. */
import { CredentialsExpired, PortError } from './errors.ts'
import type { Tasks } from './ports.ts'
import type { TaskView } from './views.ts'

/** By container name: the digests that count as what was asked for. Containers without an entry are not checked. */
export type WantedDigests = ReadonlyMap<string, readonly string[]>

export type ImageProof =
  | { readonly kind: 'proven'; readonly tasks: number }
  | { readonly kind: 'wrong'; readonly text: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** `deploymentId` is the `startedBy` of the tasks in question. */
export async function proveImages(
  tasks: Tasks,
  deploymentId: string,
  wanted: WantedDigests,
): Promise<ImageProof> {
  let running: readonly TaskView[]
  try {
    running = await tasks.running()
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    return { kind: 'unknown', why: error.message }
  }
  const ours = running.filter(
    (task) => task.startedBy === deploymentId && task.lastStatus === 'RUNNING',
  )
  if (ours.length === 0)
    return { kind: 'unknown', why: 'no running task of the deployment is listed' }
  const wrong = ours.flatMap((task) => wrongContainers(task, wanted))
  if (wrong.length > 0) return { kind: 'wrong', text: [...new Set(wrong)].join(' ') }
  const unknown = ours.flatMap((task) => unknownContainers(task, wanted))
  if (unknown.length > 0) return { kind: 'unknown', why: [...new Set(unknown)].join(' ') }
  return { kind: 'proven', tasks: ours.length }
}

function wrongContainers(task: TaskView, wanted: WantedDigests): readonly string[] {
  return task.containers.flatMap(({ container, digest }) => {
    const digests = wanted.get(container)
    if (!digests || digest === undefined || digests.includes(digest)) return []
    return [
      `Container ${container} runs ${digest}, but ${digests[0] ?? 'another image'} was asked for.`,
    ]
  })
}

function unknownContainers(task: TaskView, wanted: WantedDigests): readonly string[] {
  return task.containers
    .filter(({ container, digest }) => wanted.has(container) && digest === undefined)
    .map(({ container }) => `ECS does not say which image container ${container} runs.`)
}
