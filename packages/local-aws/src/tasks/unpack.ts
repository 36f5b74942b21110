/**
 * Unpacks the layers of an image into a folder, as a container runtime makes a root file system, but for a process
 * that is not shut into it: whatever the layers say, nothing is written outside the folder and no link leads out.
 */
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { PulledImage } from '../services/ecr/part.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/**
 * Unpacks all layers of `image` into the empty folder `root`. Throws when a path leads out of it. Devices and pipes
 * are left out; owners and times are those of now; set-uid bits are dropped.
 */
export async function unpackImage(image: PulledImage, root: string): Promise<void> {
  const realRoot = await realpath(root)
  for (const layer of image.layers) await unpackLayer(layer, realRoot)
}

async function unpackLayer(layer: PulledImage['layers'][number], root: string): Promise<void> {
  const entries = extract()
  const feeding = pipeline([Readable.from([layer.data]), ...decompress(layer.mediaType), entries])
  feeding.catch(() => undefined)
  const target = new LayerTarget(root)
  for await (const entry of entries) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    await target.apply(entry.header, Buffer.concat(chunks))
  }
  await feeding
}

function decompress(mediaType: string): NodeJS.ReadWriteStream[] {
  if (/[+.]gzip$/.test(mediaType)) return [createGunzip()]
  if (/[+.]zstd$/.test(mediaType)) return [createZstdDecompress()]
  return []
}

/**
 * Where one layer goes. Every link on disk leads inside the root (see {@link LayerTarget.symbolicLink}), so a path
 * without `..` cannot leave it, whatever links it passes.
 */
class LayerTarget {
  private readonly root: string
  /** Paths of this layer: an opaque folder hides only what lower layers brought. */
  private readonly written = new Set<string>()

  constructor(root: string) {
    this.root = root
  }

  async apply(header: Header, content: Buffer): Promise<void> {
    const path = insidePath(header.name)
    const base = posix.basename(path)
    if (base === OPAQUE) return this.hideLower(posix.dirname(path))
    if (base.startsWith(WHITEOUT)) {
      return this.remove(posix.join(posix.dirname(path), base.slice(WHITEOUT.length)))
    }
    if (path !== '/') this.written.add(path)
    switch (header.type) {
      case 'directory':
        return this.directory(path, header.mode)
      case 'file':
      case 'contiguous-file':
        return this.file(path, content, header.mode)
      case 'symlink':
        return this.symbolicLink(path, header.linkname ?? '')
      case 'link':
        return this.hardLink(path, insidePath(header.linkname ?? ''))
      default:
        return undefined
    }
  }

  private async directory(path: string, mode = 0o755): Promise<void> {
    const existing = await statOf(this.onDisk(path))
    if (existing && !existing.isDirectory()) await this.remove(path)
    await mkdir(this.onDisk(path), { recursive: true })
    await chmod(this.onDisk(path), (mode & 0o777) | 0o700)
  }

  private async file(path: string, content: Buffer, mode = 0o644): Promise<void> {
    await this.clear(path)
    await writeFile(this.onDisk(path), content, { mode: (mode & 0o777) | 0o600 })
  }

  /** Writes the link relative to where it really stands, an absolute or climbing target cut off at the root. */
  private async symbolicLink(path: string, target: string): Promise<void> {
    await this.clear(path)
    const folder = `/${posix.relative(this.root, await realpath(this.onDisk(posix.dirname(path))))}`
    const absolute = posix.resolve(folder, target)
    await symlink(posix.relative(folder, absolute) || '.', this.onDisk(path))
  }

  private async hardLink(path: string, source: string): Promise<void> {
    const existing = await statOf(this.onDisk(source))
    if (existing?.isSymbolicLink()) {
      const from = await realpath(this.onDisk(posix.dirname(source)))
      const target = posix.resolve(from, await readlink(this.onDisk(source)))
      return this.symbolicLink(path, `/${posix.relative(this.root, target)}`)
    }
    await this.clear(path)
    return link(this.onDisk(source), this.onDisk(path))
  }

  private async hideLower(folder: string): Promise<void> {
    for (const name of await readdir(this.onDisk(folder)).catch(() => [])) {
      const path = posix.join(folder, name)
      if (!this.written.has(path)) await this.remove(path)
    }
  }

  private async clear(path: string): Promise<void> {
    if (path === '/') throw new Error('A layer replaces the root of its image by something else.')
    await mkdir(this.onDisk(posix.dirname(path)), { recursive: true })
    await this.remove(path)
  }

  private remove(path: string): Promise<void> {
    if (path === '/') throw new Error('A layer removes the root of its image.')
    return rm(this.onDisk(path), { recursive: true, force: true })
  }

  private onDisk(path: string): string {
    return posix.join(this.root, path)
  }
}

/** An entry's name as an absolute path in the image; throws when it climbs out. */
function insidePath(name: string): string {
  if (name.split('/').includes('..'))
    throw new Error(`The path ${name} of a layer leads out of its image.`)
  return posix.resolve('/', name)
}

const statOf = (path: string): ReturnType<typeof lstat> | Promise<undefined> =>
  lstat(path).catch(() => undefined) as ReturnType<typeof lstat>
