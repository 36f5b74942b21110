/** How large files are, as they are and as gzip sends them. */
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { glob } from 'tinyglobby'

export interface Sized {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly bytes: number
}

export interface Sizes {
  readonly bytes: number
  readonly files: number
  /** At most ten. */
  readonly largest: readonly Sized[]
}

export interface SizesOf {
  /** Absolute. Nothing outside of it is measured. */
  readonly folder: string
  /** Globs below the folder; `!` leaves out. */
  readonly patterns: readonly string[]
  /** Each file by itself, with the level that servers mostly use (6). */
  readonly gzip?: boolean
}

const LARGEST = 10

/** A glob leads out of its folder. */
export class BadGlob extends Error {
  override readonly name = 'BadGlob'
}

/** `undefined` when there is no such file: nothing was measured. Symbolic links are not followed. Throws {@link BadGlob}. */
export async function measureSizes({
  folder,
  patterns,
  gzip = false,
}: SizesOf): Promise<Sizes | undefined> {
  for (const pattern of patterns) {
    const inside = pattern.replace(/^!/, '')
    if (/^([\\/]|[a-z]:)/i.test(inside) || inside.split(/[\\/{},|()]/).includes('..'))
      throw new BadGlob(`${pattern} leads out of the folder; sizes are measured inside of it only.`)
  }
  const root = await realpath(folder)
  const found = await glob(patterns, {
    cwd: root,
    dot: true,
    followSymbolicLinks: false,
    expandDirectories: false,
  })
  const sized: Sized[] = []
  for (const path of found.sort()) {
    const bytes = await sizeOf(root, path, gzip)
    if (bytes !== undefined) sized.push({ path, bytes })
  }
  if (sized.length === 0) return undefined
  return {
    bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0),
    files: sized.length,
    largest: sized.sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST),
  }
}

/** `undefined` for what is reached through a link: a glob's fixed beginning is followed wherever it leads. */
async function sizeOf(root: string, path: string, gzip: boolean): Promise<number | undefined> {
  const whole = resolve(root, path)
  const isInside = whole.startsWith(root.endsWith(sep) ? root : root + sep)
  if (!isInside || (await realpath(whole)) !== whole) return undefined
  if (!gzip) return (await stat(whole)).size
  let bytes = 0
  await pipeline(createReadStream(whole), createGzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) bytes += chunk.length
  })
  return bytes
}
