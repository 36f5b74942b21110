import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { log } from './log.ts'
import type { RunContext } from './run-context.ts'

/**
 * Where this run keeps its report; a folder of its own, so that two steps of a job do not overwrite each other. It
 * exists when this resolves.
 */
export async function reportPath(context: RunContext, name: string): Promise<string> {
  const folder = join(
    context.tempFolder ?? tmpdir(),
    `ecs-pipeline-${name}-${randomUUID().slice(0, 8)}`,
  )
  await mkdir(folder, { recursive: true })
  return join(folder, 'report.json')
}

/** Writes the whole text of the report, given in pieces, or nothing: a reader never sees half of it. */
export async function writeReport(path: string, text: Iterable<string>): Promise<void> {
  const draft = `${path}.draft`
  await writeFile(draft, text)
  await rename(draft, path)
}

/** `undefined` when none was written. */
export async function readReport(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    log.debug(`There is no report to go by: ${String(error)}`)
    return undefined
  }
}
