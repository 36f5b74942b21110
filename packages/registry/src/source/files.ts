/** The files of a folder or of a tar, by their path inside. */
import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { BadImage } from './bad-image.ts'
import type { Extent } from './image-source.ts'
import { indexTar } from './tar-index.ts'

export interface Files {
  /** As the user named it. */
  readonly where: string
  /** `undefined` when there is none. */
  find(path: string): Promise<Extent | undefined>
}

/** Throws {@link BadImage} when it is not there, or a file. */
export async function openFolder(where: string): Promise<Files> {
  const found = await statOf(where)
  if (!found) throw new BadImage(`There is no folder ${where}.`)
  if (!found.isDirectory()) {
    throw new BadImage(`${where} is a file, not the folder of an OCI layout.`, USE_TAR)
  }
  return {
    where,
    async find(path) {
      const file = join(where, path)
      const entry = await statOf(file)
      return entry?.isFile() === true ? { file, offset: 0, size: entry.size } : undefined
    },
  }
}

/** Throws {@link BadImage} when it is not there, or no tar. */
export async function openTar(where: string): Promise<Files> {
  const found = await statOf(where)
  if (!found) throw new BadImage(`There is no file ${where}.`)
  if (found.isDirectory()) throw new BadImage(`${where} is a folder, not a tar.`, USE_LAYOUT)
  const entries = await indexTar(where)
  return {
    where,
    find: async (path) => entries.get(posix.normalize(path)),
  }
}

const USE_TAR = 'Give a tar of an image as `image-tar`.'
const USE_LAYOUT = 'Give the folder of an OCI layout as `oci-layout`.'

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new BadImage(`${path} cannot be read: ${(error as Error).message}`)
  }
}

/** The whole of a small part. */
export async function readExtent({ file, offset, size }: Extent): Promise<Buffer> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await handle.read(buffer, filled, size - filled, offset + filled)
      if (bytesRead === 0) throw new BadImage(`${file} ends too early.`)
      filled += bytesRead
    }
    return buffer
  } finally {
    await handle.close()
  }
}
