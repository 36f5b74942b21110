/** A report on disk, opened for reading: as text in pieces, or as lines. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { BadReport, badReport } from './bad-report.ts'
import { decodeReport, linesOf, type Expected } from './decode-report.ts'
import type { ReportFile } from './report-file.ts'

/** Bytes. What is larger is no report, but a log that has run away. */
export const LARGEST_REPORT = 512 * 1024 * 1024

const PIECE = 64 * 1024

/** The text of the file in pieces of some KB, in order. Throws {@link BadReport}: missing, too large, empty, not UTF-8. */
export const reportText = (file: ReportFile, expected?: Expected): AsyncIterable<string> =>
  decodeReport(bytesOf(file), file.name, expected)

/** The lines of the file, without their ends. Throws {@link BadReport}, also for a line that is far too long. */
export const reportLines = (file: ReportFile, expected?: Expected): AsyncIterable<string> =>
  linesOf(reportText(file, expected), file.name)

async function* bytesOf(file: ReportFile): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await openFile(file)
  try {
    const buffer = Buffer.allocUnsafe(PIECE)
    let size = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE)
      if (bytesRead === 0) return
      size += bytesRead
      if (size > LARGEST_REPORT) throw tooLarge(file.name, size)
      yield buffer.subarray(0, bytesRead)
    }
  } catch (cause) {
    throw unreadable(file.name, cause)
  } finally {
    await handle.close()
  }
}

async function openFile({ name, path }: ReportFile): Promise<FileHandle> {
  const { O_RDONLY, O_NONBLOCK } = constants
  // Not to wait for a writer when the path is a pipe.
  const handle = await open(path, O_RDONLY | O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(name, cause)
  })
  try {
    const found = await handle.stat()
    if (found.isDirectory()) {
      throw badReport(name, undefined, 'this is a folder; name the file of the report in it')
    }
    if (!found.isFile()) throw badReport(name, undefined, 'this is no ordinary file')
    if (found.size > LARGEST_REPORT) throw tooLarge(name, found.size)
    return handle
  } catch (cause) {
    await handle.close()
    throw cause
  }
}

const tooLarge = (name: string, bytes: number): BadReport =>
  badReport(
    name,
    undefined,
    `the report is larger than 512 MB (${bytes} bytes); let the tool write it without the output of the tests`,
  )

/** What the operating system says, in the words of a report; anything else stays as it is. */
function unreadable(name: string, cause: unknown): unknown {
  const isCoded = typeof cause === 'object' && cause !== null && 'code' in cause
  const code = isCoded ? cause.code : undefined
  if (cause instanceof BadReport || typeof code !== 'string') return cause
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return badReport(
      name,
      undefined,
      'there is no such file: its check has not written it, or writes it to another path',
    )
  }
  if (code === 'EACCES') return badReport(name, undefined, 'the file may not be read (EACCES)')
  return badReport(name, undefined, `the file cannot be read (${code})`)
}
