import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** A file that an input names: what is in it, or why it cannot be read and what to do about it, in sentences. */
export type TextFile = { readonly text: string } | { readonly problem: string }

/** Where a file is that an input names. */
export const pathInWorkspace = (name: string, workspace: string): string =>
  isAbsolute(name) ? name : join(workspace, name)

/** Never throws. */
export async function readTextFile(name: string, workspace: string): Promise<TextFile> {
  try {
    return { text: await readFile(pathInWorkspace(name, workspace), 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why =
      code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${code ?? 'unknown error'})`
    const problem = `${why}. Paths count from the workspace root; is the repository checked out before this step?`
    return { problem }
  }
}
