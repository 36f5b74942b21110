import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What differs between two folders, one line a file, with its path below the folder. Empty: byte for byte the same. */
export async function compareFolders(committed: string, fresh: string): Promise<readonly string[]> {
  const [before, after] = await Promise.all([filesBelow(committed), filesBelow(fresh)])
  const differences = await Promise.all(
    [...new Set([...before, ...after])].sort().map(async (file) => {
      if (!before.has(file)) return [`${file}: is missing`]
      if (!after.has(file)) return [`${file}: no longer belongs there`]
      const [one, other] = await Promise.all([
        readFile(join(committed, file)),
        readFile(join(fresh, file)),
      ])
      return one.equals(other) ? [] : [`${file}: is not what the sources make`]
    }),
  )
  return differences.flat()
}

async function filesBelow(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => !entry.isDirectory())
    return new Set(
      files.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length)),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set()
    throw error
  }
}
