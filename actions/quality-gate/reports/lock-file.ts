/** What package-lock.json tells of a vulnerable package: whether production has it, and on which line it stands. */
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import {
  isInProduction,
  productionPlaces,
  type AuditedVulnerability,
  type Vulnerability,
} from '@ecs-pipeline/quality'

/** `folder`: of the check, relative to the root; `root` is absolute. */
export async function inLockFile(
  root: string,
  folder: string,
): Promise<(vulnerability: Vulnerability) => AuditedVulnerability> {
  const path = posix.join(folder, 'package-lock.json')
  const text = await readFile(join(root, path), 'utf8').catch(() => '')
  const isProduction = productionPlaces(parsed(text))
  const lineOf = new Map(
    text.split('\n').flatMap((line, index) => {
      const [, place] = /^\s*"(node_modules\/[^"]+)": \{/.exec(line) ?? []
      return place === undefined ? [] : [[place, index + 1] as const]
    }),
  )
  return (vulnerability) => {
    const line = vulnerability.places
      .map((place) => lineOf.get(place))
      .find((each) => each !== undefined)
    return {
      ...vulnerability,
      isProduction: isInProduction(vulnerability, isProduction),
      lockFile: line === undefined ? undefined : { path, line },
    }
  }
}

/** Without one that can be read everything counts as production. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
