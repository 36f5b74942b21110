/** The baseline as a file of the repository: it is lost never, and lowered only by a diff that somebody can see. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { ProgramMissing, type ProgramEnd, type ProgramRun } from '@ecs-pipeline/action-kit'
import {
  BadBaseline,
  hasSameNumbers,
  readBaseline,
  writeBaseline,
  type Baseline,
} from '@ecs-pipeline/quality'
import type { BaselineStore, Loaded } from './baseline-store.ts'
import { withoutPoint } from './without-point.ts'

export interface FileStoreOptions {
  readonly run: (run: ProgramRun) => Promise<ProgramEnd>
  /** In the work tree; `path` counts from here. */
  readonly folder: string
  readonly path: string
  /** Of the base branch; its whole id. `undefined`: the event does not say. */
  readonly baseCommit: string | undefined
}

export function createFileStore(options: FileStoreOptions): BaselineStore {
  const path = posix.normalize(options.path.replaceAll('\\', '/'))
  const outside = isOutside(path)
    ? `${options.path} is not below the folder that paths count from`
    : undefined
  return {
    async load() {
      if (outside !== undefined) return { missing: outside }
      try {
        return await load(path, options)
      } catch (error) {
        return { missing: withoutPoint(error) }
      }
    },

    async record(baseline) {
      if (outside !== undefined) return { notRecorded: outside }
      try {
        return { recorded: await record(baseline, join(options.folder, path), path) }
      } catch (error) {
        return { notRecorded: `${path} could not be written: ${withoutPoint(error)}` }
      }
    },
  }
}

const isOutside = (path: string): boolean =>
  path === '.' || path.endsWith('/') || /^(\.\.(\/|$)|\/|[a-z]:)/i.test(path)

/** From the tree of the base commit: the pull request cannot lower what it is held against. */
async function load(path: string, { run, folder, baseCommit }: FileStoreOptions): Promise<Loaded> {
  if (baseCommit === undefined) return { missing: 'the commit to compare with is not known' }
  if (!/^[0-9a-f]{40,64}$/.test(baseCommit)) {
    return { missing: `${baseCommit} is not the whole id of a commit` }
  }
  const git = async (...args: readonly string[]): Promise<ProgramEnd> =>
    run({
      program: 'git',
      args: ['cat-file', ...args],
      folder,
      environment: { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
    })
  const short = baseCommit.slice(0, 7)
  try {
    const commit = await git('-e', `${baseCommit}^{commit}`)
    if (commit.exitCode !== 0) {
      return { missing: `the commit ${short} is not in this clone (${lastLine(commit)})` }
    }
    // As it was committed: `git show` would convert it as .gitattributes of the pull request say.
    const file = await git('blob', `${baseCommit}:./${path}`)
    if (file.exitCode !== 0) {
      const words = lastLine(file)
      // What Git says of a path that is not there is the same in more words.
      const why = / (does not exist in|exists on disk, but not in) /.test(words)
        ? ''
        : ` (${words})`
      return { missing: `the commit ${short} has no file ${path}${why}` }
    }
    return { baseline: readBaseline(file.stdout, `${path} of ${short}`) }
  } catch (error) {
    if (error instanceof ProgramMissing) return { missing: 'there is no git on this machine' }
    throw error
  }
}

const lastLine = ({ lines, exitCode }: ProgramEnd): string =>
  lines.findLast((line) => line.trim() !== '') ?? `git ended with exit code ${exitCode}`

/** Says what is to be done. A file with the same numbers stays as it is: a commit for nothing but its date helps nobody. */
async function record(baseline: Baseline, file: string, path: string): Promise<string> {
  const before = await existing(file)
  if (before && hasSameNumbers(before, baseline)) return `${path} has these numbers already`
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.draft`
  await writeFile(draft, writeBaseline(baseline))
  await rename(draft, file)
  return `${path} is written; commit it`
}

/** `undefined`: there is none that could be read. */
async function existing(file: string): Promise<Baseline | undefined> {
  try {
    return readBaseline(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof BadBaseline || (error as { code?: unknown }).code === 'ENOENT')
      return undefined
    throw error
  }
}
