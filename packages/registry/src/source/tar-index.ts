/** Where the files of a tar are, so that they can be read without unpacking it (POSIX pax, and GNU's long names). */
import { open, type FileHandle } from 'node:fs/promises'
import { posix } from 'node:path'
import { BadImage } from './bad-image.ts'
import type { Extent } from './image-source.ts'

const BLOCK = 512
/** A long name or a pax header is never near as long. Bytes. */
const LONGEST_HEADER = 1024 * 1024
/** A layer that a tar holds twice is a link to the other one; longer chains are loops. */
const MOST_LINKS = 10

interface Entries {
  readonly files: Map<string, Extent>
  /** From a link to what it stands for, both as paths from the root of the tar. */
  readonly links: Map<string, string>
}

/** Throws {@link BadImage} when it is no tar, is compressed, or was cut off. */
export async function indexTar(file: string): Promise<ReadonlyMap<string, Extent>> {
  const handle = await open(file)
  try {
    const entries = await readEntries(handle, file)
    for (const link of entries.links.keys()) {
      const target = follow(link, entries)
      if (target) entries.files.set(link, target)
    }
    return entries.files
  } finally {
    await handle.close()
  }
}

function follow(link: string, { files, links }: Entries): Extent | undefined {
  let path = link
  for (let step = 0; step < MOST_LINKS; step++) {
    const target = links.get(path)
    if (target === undefined) return files.get(path)
    path = target
  }
  return undefined
}

/** What the headers before an entry say of it. */
interface Said {
  path?: string
  link?: string
  size?: number
}

async function readEntries(handle: FileHandle, file: string): Promise<Entries> {
  const { size: end } = await handle.stat()
  const entries: Entries = { files: new Map(), links: new Map() }
  const block = Buffer.alloc(BLOCK)
  let said: Said = {}
  let at = 0
  for (;;) {
    const { bytesRead } = await handle.read(block, 0, BLOCK, at)
    if (bytesRead < BLOCK) {
      // Some writers leave the two empty blocks at the end away.
      if (bytesRead === 0 && at > 0) return entries
      throw new BadImage(...(at === 0 ? noTar(file, block) : cutOff(file)))
    }
    if (block.every((byte) => byte === 0)) return entries
    if (!hasChecksum(block)) throw new BadImage(...noTar(file, block))
    const type = String.fromCharCode(block[156] ?? 0)
    const size = said.size ?? sizeIn(block)
    const offset = at + BLOCK
    if (offset + size > end) throw new BadImage(...cutOff(file))
    at = offset + Math.ceil(size / BLOCK) * BLOCK
    if (isAboutNext(type)) {
      if (size > LONGEST_HEADER) throw new BadImage(...noTar(file, block))
      const text = Buffer.alloc(size)
      await handle.read(text, 0, size, offset)
      said = { ...said, ...readSaid(type, text) }
      continue
    }
    note(entries, type, block, said, { file, offset, size })
    said = {}
  }
}

const isAboutNext = (type: string): boolean => ['x', 'L', 'K'].includes(type)

function note(
  { files, links }: Entries,
  type: string,
  block: Buffer,
  said: Said,
  extent: Extent,
): void {
  const path = posix.normalize(said.path ?? nameIn(block))
  const link = said.link ?? textIn(block, 157, 100)
  // The last entry of a name is the one that unpacking leaves.
  files.delete(path)
  links.delete(path)
  if (type === '0' || type === '\0' || type === '7') files.set(path, extent)
  if (type === '1') links.set(path, posix.normalize(link))
  if (type === '2') links.set(path, posix.join(posix.dirname(path), link))
}

function readSaid(type: string, text: Buffer): Said {
  if (type === 'L') return { path: textIn(text, 0, text.length) }
  if (type === 'K') return { link: textIn(text, 0, text.length) }
  const said: Said = {}
  for (const [key, value] of paxRecords(text)) {
    if (key === 'path') said.path = value
    if (key === 'linkpath') said.link = value
    if (key === 'size') said.size = Number(value)
  }
  return said
}

/** Lines `LENGTH KEY=VALUE`, where LENGTH counts the bytes of the whole line. */
function* paxRecords(text: Buffer): Generator<readonly [string, string]> {
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(' ', at)
    const length = Number(text.toString('latin1', at, space))
    if (space < 0 || !(length > 0)) return
    const [key = '', ...value] = text.toString('utf8', space + 1, at + length - 1).split('=')
    yield [key, value.join('=')]
    at += length
  }
}

function nameIn(block: Buffer): string {
  const name = textIn(block, 0, 100)
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? textIn(block, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function textIn(buffer: Buffer, from: number, length: number): string {
  const part = buffer.subarray(from, from + length)
  const end = part.indexOf(0)
  return part.toString('utf8', 0, end < 0 ? part.length : end)
}

/** Octal digits; from 8 GB on GNU writes the number itself, with the first bit set. */
function sizeIn(block: Buffer): number {
  const field = block.subarray(124, 136)
  if (((field[0] ?? 0) & 0x80) === 0) return parseInt(textIn(field, 0, 12).trim() || '0', 8)
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
}

/** The sum of all bytes, its own field counted as blanks. */
function hasChecksum(block: Buffer): boolean {
  const wanted = parseInt(textIn(block, 148, 8).trim(), 8)
  const sum = block.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte),
    0,
  )
  return sum === wanted
}

const noTar = (file: string, start: Buffer): readonly [string, string] =>
  start[0] === 0x1f && start[1] === 0x8b
    ? [
        `${file} is compressed.`,
        'Give the tar as it was before gzip; layers are compressed anyway.',
      ]
    : [
        `${file} is not a tar.`,
        'Give what `docker save`, `oci-archive:` or `docker-archive:` write.',
      ]

const cutOff = (file: string): readonly [string, string] => [
  `${file} ends in the middle of a file.`,
  'Write it again; the disk may have been full.',
]
