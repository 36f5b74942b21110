/** The file that a step has downloaded from another run. Its name is our input; the file itself is of strangers. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { UnreadableReport } from './members.ts'

/** 5 MB, as our own reports never are. */
export const MOST_BYTES = 5_000_000

/** A link could lead to any file of the runner, and a pipe would never end. Windows knows neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Throws {@link UnreadableReport}. */
export async function openReport(path: string): Promise<string> {
  const file = await open(path, FLAGS).catch((error: unknown) => {
    throw new UnreadableReport(whyClosed(error))
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new UnreadableReport('it is not a file')
    if (stat.size > MOST_BYTES) {
      throw new UnreadableReport(`it has ${stat.size} bytes, more than ${MOST_BYTES}`)
    }
    return new TextDecoder().decode(await file.readFile())
  } finally {
    await file.close()
  }
}

function whyClosed(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'ELOOP' ? 'it is a link, not a file' : `it cannot be opened (${String(code)})`
}
