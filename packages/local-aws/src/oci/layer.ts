import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import { sha256 } from './digest.ts'

/** Text or bytes of a file, which is then readable by all; or with the bits of its mode (`0o755` to run it). */
export type FileContent =
  string | Uint8Array | { readonly content: string | Uint8Array; readonly mode: number }

/** One layer of an image. */
export interface Layer {
  readonly gzipped: Uint8Array
  /** Digest of the tar before it was gzipped. */
  readonly diffId: string
}

type Entry =
  | { readonly path: string; readonly content: Buffer; readonly mode: number }
  | { readonly path: string; readonly linkTo: string }

const EPOCH = new Date(0)
const OPERATING_SYSTEM_BYTE = 9
const UNKNOWN_SYSTEM = 255

/** `files` maps a path, taken from `root`, to what stands there. */
export function layerOfFiles(
  files: Readonly<Record<string, FileContent>>,
  root: string,
): Promise<Layer> {
  const entries = Object.entries(files).map(([path, file]): Entry => {
    const { content, mode } =
      typeof file === 'string' || file instanceof Uint8Array ? { content: file, mode: 0o644 } : file
    return { path: inside(root, path), content: Buffer.from(content), mode }
  })
  return layerOf(entries)
}

/** Everything below `folder`; of the modes only 'may be run' is kept, links stay links. */
export async function layerOfFolder(folder: string, root: string): Promise<Layer> {
  const entries: Entry[] = []
  await collect(folder, '', async (path) => {
    entries.push(await readEntry(join(folder, path), inside(root, path)))
  })
  return layerOf(entries)
}

async function collect(
  folder: string,
  below: string,
  take: (path: string) => Promise<void>,
): Promise<void> {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = posix.join(below, entry.name)
    if (entry.isDirectory()) await collect(folder, path, take)
    else if (entry.isFile() || entry.isSymbolicLink()) await take(path)
  }
}

async function readEntry(from: string, path: string): Promise<Entry> {
  const stat = await lstat(from)
  if (stat.isSymbolicLink()) return { path, linkTo: await readlink(from) }
  const mode = stat.mode & 0o100 ? 0o755 : 0o644
  return { path, content: await readFile(from), mode }
}

async function layerOf(entries: readonly Entry[]): Promise<Layer> {
  const tar = pack()
  for (const folder of parents(entries)) {
    tar.entry({ name: `${folder}/`, type: 'directory', mode: 0o755, ...OWNED_BY_ROOT })
  }
  for (const entry of sorted(entries)) write(tar, entry)
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  const plain = Buffer.concat(chunks)
  const gzipped = gzipSync(plain, { level: 9 })
  // zlib writes here what system it was built for; the layer should not depend on that.
  gzipped[OPERATING_SYSTEM_BYTE] = UNKNOWN_SYSTEM
  return { gzipped, diffId: sha256(plain) }
}

const OWNED_BY_ROOT = { mtime: EPOCH, uid: 0, gid: 0, uname: 'root', gname: 'root' }

function write(tar: Pack, entry: Entry): void {
  if ('linkTo' in entry) {
    tar.entry({
      name: entry.path,
      type: 'symlink',
      linkname: entry.linkTo,
      mode: 0o777,
      ...OWNED_BY_ROOT,
    })
  } else {
    tar.entry({ name: entry.path, mode: entry.mode, ...OWNED_BY_ROOT }, entry.content)
  }
}

/** Tar paths have no slash in front. Throws when the path leads out of the image. */
function inside(root: string, path: string): string {
  const whole = posix.join('/', root, path)
  if (path.split('/').includes('..')) throw new Error(`The path '${path}' leads out of the image.`)
  return whole.slice(1)
}

function parents(entries: readonly Entry[]): string[] {
  const folders = new Set<string>()
  for (const { path } of entries) {
    for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at)) folders.add(at)
  }
  return [...folders].sort(byCodeUnits)
}

const sorted = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((a, b) => byCodeUnits(a.path, b.path))

/** The same order on every machine, unlike localeCompare. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
