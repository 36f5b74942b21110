import type { RunContext } from '@ecs-pipeline/action-kit'
import { versionText } from '@ecs-pipeline/image'
import { REVISION_LABEL } from './existing.ts'
import type { Facts } from './report.ts'

/** The labels of the OCI image specification ('Pre-Defined Annotation Keys') that are known. */
export function labelsOf(
  { repository, serverUrl, committedAt }: RunContext,
  { commit, imageVersion }: Facts,
): Readonly<Record<string, string>> {
  const prefix = 'org.opencontainers.image'
  const source = repository === undefined ? undefined : `${serverUrl}/${repository}`
  const labels = {
    [REVISION_LABEL]: commit,
    [`${prefix}.source`]: source,
    [`${prefix}.version`]: imageVersion && versionText(imageVersion),
    // Not the time of the build: the same commit makes the same image.
    [`${prefix}.created`]: committedAt,
  }
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
