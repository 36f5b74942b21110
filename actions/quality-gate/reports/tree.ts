/** The repository that paths of reports are looked for in. */
import { realpath } from 'node:fs/promises'
import { relative } from 'node:path'
import type { ProgramEnd, ProgramRun } from '@ecs-pipeline/action-kit'
import { glob } from 'tinyglobby'

export interface Repository {
  /** Absolute, without symbolic links. */
  readonly root: string
  /** Relative to the root with forward slashes, as Git has them. */
  readonly files: readonly string[]
  /** The folder that the policy is for, relative to the root; `.` is the root. */
  readonly folder: string
}

/** Bytes; the names of half a million files. */
const MOST_NAMES = 64 * 1024 * 1024

/** `folder` is absolute. Where there is no Git, the folder itself is the root and its files are looked for. */
export async function readRepository(
  folder: string,
  run: (program: ProgramRun) => Promise<ProgramEnd>,
): Promise<Repository> {
  const real = await realpath(folder)
  const git = (...args: readonly string[]): Promise<ProgramEnd> =>
    run({ program: 'git', args, folder: real, keep: MOST_NAMES, environment: { LC_ALL: 'C' } })
  const top = await git('rev-parse', '--show-toplevel')
  if (top.exitCode !== 0) {
    const files = await glob('**', {
      cwd: real,
      dot: true,
      ignore: ['**/node_modules/**', '**/.git/**'],
    })
    return { root: real, files, folder: '.' }
  }
  const root = await realpath(top.stdout.trim())
  // What a check has just made is a file of the tree as well, unless it is ignored.
  const listed = await git(
    '-C',
    root,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  )
  const files = listed.stdout.split('\0').filter((name) => name !== '')
  const below = relative(root, real).replaceAll('\\', '/')
  return { root, files, folder: below === '' ? '.' : below }
}
