/** The post part: the password of the registry does not outlive the job. */
import { log, state, type ActionResult } from '@ecs-pipeline/action-kit'
import { FOLDER } from './action.ts'
import { forgetDocker } from './docker/docker.ts'

export async function after(): Promise<ActionResult> {
  const folder = state.read(FOLDER)
  if (folder === undefined) return { ok: true }
  if (await forgetDocker(folder)) log.info('The login of the registry is forgotten.')
  return { ok: true }
}
