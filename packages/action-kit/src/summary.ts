import { appendFile } from 'node:fs/promises'
import type { RunnerFiles } from './run-context.ts'

/** GitHub refuses a summary of more than 1 MiB as a whole; this leaves room for other steps' lines. */
const MOST_BYTES = 900 * 1024

/** Appends the blocks to the job summary. What does not fit is left out by whole blocks, and that is said. */
export async function writeSummary(blocks: readonly string[], files: RunnerFiles): Promise<void> {
  if (files.summary === undefined) return
  await appendFile(files.summary, fitBlocks(blocks, MOST_BYTES))
}

export function fitBlocks(blocks: readonly string[], mostBytes: number): string {
  const note = '\n_The rest of this summary was too long and was left out._\n'
  let text = ''
  for (const block of blocks) {
    const next = `${text}${block}\n\n`
    if (Buffer.byteLength(next) + Buffer.byteLength(note) > mostBytes) return text + note
    text = next
  }
  return text
}
