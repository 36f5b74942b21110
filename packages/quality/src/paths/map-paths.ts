/** Which file of the repository a report means. Tools write paths absolute, relative to a package, or of another machine. */
import { realpathSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Tree {
  /** Of the repository, absolute. */
  readonly root: string
  /** Relative to the root with forward slashes, as `git ls-files -z` has them. */
  readonly files: readonly string[]
  /** That the check ran in, relative to the root; empty for the root itself. */
  readonly folder: string
}

/**
 * The file of the repository, or `undefined` when none of them can be meant, or more than one. `roots` are the folders that
 * the report says its paths count from.
 */
export type PathMap = (reported: string, roots?: readonly string[]) => string | undefined

export function createPathMap({ root, files, folder }: Tree): PathMap {
  const known = new Set(files)
  const byName = filesByName(files)
  const roots = [...new Set([slashes(root), slashes(real(root) ?? root)])]
  const answers = new Map<string, string | undefined>()

  const inTree = (path: string): string | undefined => {
    const normal = posix.normalize(path).replace(/^\.\//, '')
    return known.has(normal) ? normal : undefined
  }
  const fromAbsolute = (path: string): string | undefined => {
    const below = roots.find((each) => isBelow(path, each))
    return below === undefined ? undefined : inTree(path.slice(below.replace(/\/$/, '').length + 1))
  }
  const fromAbsoluteOrReal = (path: string): string | undefined => {
    const direct = fromAbsolute(path)
    if (direct !== undefined) return direct
    const resolved = real(path)
    return resolved === undefined ? undefined : fromAbsolute(slashes(resolved))
  }

  const find = (path: string, from: readonly string[]): string | undefined => {
    if (isAbsolute(path)) return fromAbsoluteOrReal(path) ?? bySuffix(byName, path)
    const inFolder = inTree(posix.join(folder, path))
    if (inFolder !== undefined) return inFolder
    for (const each of from.map(slashes)) {
      const joined = posix.join(each, path)
      const found = isAbsolute(each)
        ? fromAbsoluteOrReal(joined)
        : (inTree(posix.join(folder, joined)) ?? inTree(joined))
      if (found !== undefined) return found
    }
    return inTree(path) ?? bySuffix(byName, path)
  }

  return (reported, from = []) => {
    const key = [reported, ...from].join('\0')
    if (!answers.has(key)) {
      // Outside of Windows a name may have a backslash in it.
      const plain = inTree(posix.join(folder, reported)) ?? find(slashes(reported), from)
      answers.set(key, reported === '' ? undefined : plain)
    }
    return answers.get(key)
  }
}

/** As a path with forward slashes: of an address `file://`, and of Windows, whose drives have small letters here. */
function slashes(path: string): string {
  let plain = path
  if (/^file:/i.test(path)) {
    try {
      plain = fileURLToPath(path, { windows: false })
    } catch {
      // An address of another machine (`file://server/…`), or one that is wrongly encoded.
      plain = path.replace(/^file:\/*/i, '/')
    }
    // `file:///C:/a`
    plain = plain.replace(/^\/([a-z]:)/i, '$1')
  }
  const isWindows = /^[a-z]:[\\/]|^\\\\/i.test(plain)
  if (isWindows || (plain.includes('\\') && !plain.includes('/')))
    plain = plain.replaceAll('\\', '/')
  return posix.normalize(plain.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()))
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[a-z]:\//.test(path)

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** Without symbolic links, as macOS has one for every temporary folder; `undefined` when there is no such file here. */
function real(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

function filesByName(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>()
  for (const file of files) {
    const name = posix.basename(file)
    const same = byName.get(name)
    if (same) same.push(file)
    else byName.set(name, [file])
  }
  return byName
}

/**
 * The only file that ends as the path does. Of a path of another machine, whose first folders nobody here knows, at least
 * two names must be the same, or everything called index.js would be ours; what is installed is never ours.
 */
function bySuffix(
  byName: ReadonlyMap<string, readonly string[]>,
  path: string,
): string | undefined {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  if (names.includes('..') || names.includes('node_modules')) return undefined
  const candidates = byName.get(names.at(-1) ?? '') ?? []
  const fewest = isAbsolute(path) ? 2 : names.length
  for (let count = names.length; count >= fewest; count--) {
    const tail = names.slice(-count).join('/')
    const found = candidates.filter((file) => file === tail || file.endsWith(`/${tail}`))
    if (found.length > 0) return found.length === 1 ? found[0] : undefined
  }
  return undefined
}
