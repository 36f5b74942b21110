/** Reads what a test has written to the disk. */
import { expect } from '@jest/globals'
import { join } from 'node:path'
import { openImage, type BuiltImage, type ReadyImage } from '../src/index.ts'
import { readExtent } from '../src/source/files.ts'
import { sha256, writeFolder, writeTar, type TarEntry } from './test-images.ts'

const ready = (built: BuiltImage, folder: string): Promise<ReadyImage> =>
  built.ready(folder, new AbortController().signal)

/** Writes the layout below `folder`, and reads it. */
export const readLayout = async (
  folder: string,
  content: ReadonlyMap<string, Buffer>,
): Promise<ReadyImage> =>
  ready(await openImage('oci-layout', await writeFolder(join(folder, 'layout'), content)), folder)

export const readTar = async (folder: string, entries: readonly TarEntry[]): Promise<ReadyImage> =>
  ready(await openImage('image-tar', await writeTar(join(folder, 'image.tar'), entries)), folder)

/** Each blob has the content that its digest says. */
export async function digestsOf({ blobs }: ReadyImage): Promise<readonly string[]> {
  for (const { digest, content } of blobs) {
    expect(sha256(await readExtent(content))).toBe(digest)
  }
  return blobs.map(({ digest }) => digest).sort()
}
