/** Which package manager a folder is made for: its lock file says so. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'yarn-1' | 'poetry' | 'uv' | 'pip'

export interface PackageManager {
  readonly name: ManagerName
  /** In the folder, in the order of the alphabet. */
  readonly lockFiles: readonly string[]
  /** What the user should know of, though it stops nothing. */
  readonly notice: string | undefined
}

/** The folder does not say how its dependencies are installed; the message says what to do. */
export class UnclearDependencies extends Error {
  override readonly name = 'UnclearDependencies'
}

type Family = Readonly<Partial<Record<ManagerName, readonly string[]>>>

const JAVASCRIPT: Family = {
  npm: ['npm-shrinkwrap.json', 'package-lock.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
}
const PYTHON: Family = { poetry: ['poetry.lock'], uv: ['uv.lock'] }

/**
 * At most one for JavaScript and one for Python. Throws {@link UnclearDependencies} when there is none, or when lock
 * files of two stand side by side: one of them is out of date, and nobody can know which.
 */
export async function detectPackageManagers(folder: string): Promise<readonly PackageManager[]> {
  const files = new Set(await readdir(folder))
  const javascript = theOne(folder, JAVASCRIPT, files)
  const python = theOne(folder, PYTHON, files)
  // Often written by one of the others, and no lock file then.
  const pip: Found = { name: 'pip', lockFiles: ['requirements.txt'] }
  const found = [
    ...(javascript ? [await withPackageJson(folder, javascript, files)] : []),
    ...(python ? [{ ...python, notice: undefined }] : []),
    ...(!python && files.has('requirements.txt') ? [{ ...pip, notice: undefined }] : []),
  ]
  if (found.length > 0) return found
  const known = [...Object.values({ ...JAVASCRIPT, ...PYTHON }).flat(), 'requirements.txt']
  throw new UnclearDependencies(
    `There is no lock file in ${folder}, so nothing says which versions to install. Commit one of ${known.join(', ')}.`,
  )
}

type Found = Omit<PackageManager, 'notice'>

function theOne(folder: string, family: Family, files: ReadonlySet<string>): Found | undefined {
  const found = Object.entries(family)
    .map(([name, known]) => ({
      name: name as ManagerName,
      lockFiles: known.filter((each) => files.has(each)),
    }))
    .filter(({ lockFiles }) => lockFiles.length > 0)
  if (found.length > 1) {
    const names = found.flatMap(({ lockFiles }) => lockFiles)
    throw new UnclearDependencies(
      `There are lock files of ${found.length} package managers in ${folder}: ${names.join(' and ')}. Delete the one that is not used.`,
    )
  }
  return found[0]
}

/** What package.json and the settings beside it add to the lock file. */
async function withPackageJson(
  folder: string,
  found: Found,
  files: ReadonlySet<string>,
): Promise<PackageManager> {
  const wanted = files.has('package.json') ? await wantedManager(folder) : undefined
  const name =
    found.name === 'yarn' && !(await isBerry(folder, wanted, files)) ? 'yarn-1' : found.name
  const [first] = found.lockFiles
  const differs = wanted !== undefined && wanted.split('@')[0] !== name.replace('-1', '')
  const notice = differs
    ? `package.json says packageManager ${wanted}, but the lock file is ${first}: the dependencies are installed by ${name.replace('-1', '')}.`
    : undefined
  return { ...found, name, notice }
}

/** Version 2 and later: its lock file, its settings, or package.json says so. */
async function isBerry(
  folder: string,
  wanted: string | undefined,
  files: ReadonlySet<string>,
): Promise<boolean> {
  if (files.has('.yarnrc.yml') || /^yarn@(?:[2-9]|\d\d)/.test(wanted ?? '')) return true
  return /^__metadata:/m.test(await readFile(join(folder, 'yarn.lock'), 'utf8'))
}

/** `packageManager` of package.json, by which corepack chooses: 'pnpm@9.1.0+sha512.…'; without the hash. */
async function wantedManager(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8')
  try {
    const { packageManager } = JSON.parse(text) as { readonly packageManager?: unknown }
    return typeof packageManager === 'string' ? packageManager.split('+')[0] : undefined
  } catch {
    // Its own package manager says that better.
    return undefined
  }
}
