import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ReportFile } from '../../src/reports/report-file.ts'

/** A folder of its own for a test, and the reports in it. */
export interface ReportFolder {
  /** Without symbolic links. */
  readonly path: string
  /** Anything but text and bytes is written as JSON. */
  write(name: string, content: unknown): Promise<ReportFile>
  remove(): Promise<void>
}

export async function reportFolder(): Promise<ReportFolder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'quality-')))
  return {
    path: folder,
    write: async (name, content) => {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      const isRaw = typeof content === 'string' || content instanceof Uint8Array
      await writeFile(path, isRaw ? content : JSON.stringify(content, null, 2))
      return { name, path }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
