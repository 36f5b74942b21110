/** Reports in a folder of their own, for the tests of one file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import type { ReportFile } from '../../src/reports/report-file.ts'

export interface ReportFolder {
  readonly path: string
  /** A file with that content; its name for people is `reports/NAME`. */
  write(name: string, content: string | Uint8Array): ReportFile
  /** One that is or is not there. */
  at(name: string): ReportFile
}

/** Called at the top of a test file; the folder is gone after its last test. */
export function reportFolder(): ReportFolder {
  const path = mkdtempSync(join(tmpdir(), 'reports-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  const at = (name: string): ReportFile => ({ name: `reports/${name}`, path: join(path, name) })
  return {
    path,
    at,
    write: (name, content) => {
      const file = at(name)
      writeFileSync(file.path, content)
      return file
    },
  }
}

/** Text as a reader gets it, in one piece or in many. */
export async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
}

/** All that comes, as a list. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

/** What a reader tells, one after the other, as a list. */
export async function told<Told>(
  read: (on: (told: Told) => void) => Promise<void>,
): Promise<readonly Told[]> {
  const list: Told[] = []
  await read((each) => list.push(each))
  return list
}
