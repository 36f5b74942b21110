import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../root.ts'
import { licencesText, packageFolders, type WebpackStats } from './licences.ts'

const run = promisify(execFile)
const NCC = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** Every folder of `actions/` that has an entry, in alphabetical order. */
export async function actionNames(): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, 'actions/'), { recursive: true })
  return entries.flatMap((path) => /^([^/]+)\/main\.ts$/.exec(path)?.[1] ?? []).sort()
}

/**
 * Writes one bundle for each action to `folder/<name>/`. The bytes depend on the sources and the lock file only,
 * not on the path, the time or the machine. Throws when the sources have type errors.
 */
export async function bundleActions(folder: string): Promise<readonly string[]> {
  await checkTypes()
  const names = await actionNames()
  for (const name of names) await bundleAction(name, join(folder, name))
  return names
}

/** Once for all actions; ncc itself then only strips types, which makes the same bytes in a third of the time. */
async function checkTypes(): Promise<void> {
  try {
    await run(process.execPath, [TSC, '--noEmit', '-p', join(ROOT, 'tools/bundle')], { cwd: ROOT })
  } catch (error) {
    throw new Error(`The actions have type errors:\n${outputOf(error)}`)
  }
}

async function bundleAction(name: string, out: string): Promise<void> {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const statsFile = join(out, 'stats.json')
  await bundleFile(`actions/${name}/main.ts`, out, ['--stats-out', statsFile])
  const stats = JSON.parse(await readFile(statsFile, 'utf8')) as WebpackStats
  await rm(statsFile)
  await writeFile(join(out, 'licenses.txt'), await licencesText(packageFolders(stats)))
}

/** Writes `out/index.js` from an entry, given as a path from the root. Types are not checked. */
export async function bundleFile(
  entry: string,
  out: string,
  more: readonly string[] = [],
): Promise<void> {
  const options = ['--minify', '--transpile-only', '--no-cache', '--quiet', ...more]
  try {
    // From the root: the numbers of the chunks are made from paths below the working directory.
    await run(process.execPath, [NCC, 'build', entry, '--out', out, ...options], { cwd: ROOT })
  } catch (error) {
    throw new Error(`ncc could not bundle ${entry}:\n${outputOf(error)}`)
  }
}

function outputOf(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
  return (stdout + stderr).trim() || String(error)
}
