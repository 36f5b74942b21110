/** Which lines this run's change has added, by Git: against what, and how the commits for it are come by. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProgramEnd, ProgramRun, RunContext } from '@ecs-pipeline/action-kit'
import { BadDiff, readDiff, type Change } from '@ecs-pipeline/quality'

export interface ChangeTools {
  readonly run: (program: ProgramRun) => Promise<ProgramEnd>
  readonly context: RunContext
  /** For files that are read at once and removed. */
  readonly folder: string
  /** The root of the repository. */
  readonly root: string
}

/** `sha`: a commit; `branch`: a branch of origin, or a commit, as a person writes it. */
type Base =
  | { readonly kind: 'commit'; readonly sha: string; readonly isAncestor: boolean }
  | { readonly kind: 'named'; readonly name: string }

/** Commits that a shallow clone is deepened by to find where two branches part. */
const DEEPER = 200

/** `baseRef`: the input, for events that say nothing. Never throws for what Git says. */
export async function findChange(baseRef: string | undefined, tools: ChangeTools): Promise<Change> {
  const git = gitIn(tools)
  const head = await git('rev-parse', '--verify', 'HEAD^{commit}')
  if (head.exitCode !== 0) {
    return {
      kind: 'unknown',
      why: 'there is no Git repository here; is actions/checkout before this step?',
    }
  }
  const base = await baseOf(baseRef, head.stdout.trim(), git, tools)
  if (!base) {
    const { eventName = 'unknown' } = tools.context
    return {
      kind: 'nothing-to-compare',
      why: `a run of the event ${eventName} belongs to no change; the input 'base-ref' may name what to compare with`,
    }
  }
  const found = await commitFor(base, git)
  if ('why' in found) return { kind: 'unknown', why: found.why }
  return diff(found.sha, git, tools)
}

type Git = (...args: readonly string[]) => Promise<ProgramEnd>

const gitIn =
  ({ run, root }: ChangeTools): Git =>
  (...args) =>
    run({
      program: 'git',
      args,
      folder: root,
      environment: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    })

async function baseOf(
  baseRef: string | undefined,
  head: string,
  git: Git,
  { context }: ChangeTools,
): Promise<Base | undefined> {
  if (baseRef !== undefined) return { kind: 'named', name: baseRef }
  const { pullRequest, before } = context
  if (pullRequest) {
    // GitHub's merge of the request: its first parent is the base as it was then, with nothing of the change in it.
    const parents = [
      ...(await git('cat-file', '-p', head)).stdout.matchAll(/^parent ([0-9a-f]{40,64})$/gm),
    ]
    const [first] = parents
    if (head === context.commit && parents.length > 1 && first?.[1] !== undefined) {
      return { kind: 'commit', sha: first[1], isAncestor: true }
    }
    const { sha } = pullRequest.base
    return sha === undefined ? undefined : { kind: 'commit', sha, isAncestor: false }
  }
  return before === undefined ? undefined : { kind: 'commit', sha: before, isAncestor: true }
}

type Found = { readonly sha: string } | { readonly why: string }

const ADVICE = `Use actions/checkout with 'fetch-depth: 0', and leave its 'persist-credentials' as it is`

async function commitFor(base: Base, git: Git): Promise<Found> {
  if (base.kind === 'commit') {
    const fetched = await fetchCommit(base.sha, git)
    if ('why' in fetched || base.isAncestor) return fetched
    return whereTheyPart(base.sha, git)
  }
  // A name of a person may begin with '-'; Git must not take it for an option.
  if (base.name.startsWith('-'))
    return { why: `the input 'base-ref' names no commit: ${base.name}` }
  for (const name of [`refs/remotes/origin/${base.name}`, base.name]) {
    const sha = await verify(name, git)
    if (sha !== undefined) return whereTheyPart(sha, git)
  }
  const fetch = await git('fetch', '--no-tags', '--depth=1', 'origin', '--', base.name)
  const sha = fetch.exitCode === 0 ? await verify('FETCH_HEAD', git) : undefined
  return sha === undefined
    ? {
        why: `the commit of the input 'base-ref', ${base.name}, is not here and could not be fetched (${lastLine(fetch)}). ${ADVICE}`,
      }
    : whereTheyPart(sha, git)
}

async function verify(name: string, git: Git): Promise<string | undefined> {
  const { exitCode, stdout } = await git(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  )
  return exitCode === 0 ? stdout.trim() : undefined
}

async function fetchCommit(sha: string, git: Git): Promise<Found> {
  if ((await verify(sha, git)) !== undefined) return { sha }
  const fetch = await git('fetch', '--no-tags', '--depth=1', 'origin', sha)
  return (await verify(sha, git)) === undefined
    ? {
        why: `the base commit ${sha.slice(0, 7)} is not here and could not be fetched (${lastLine(fetch)}). ${ADVICE}`,
      }
    : { sha }
}

/** What the base has got since then is none of this change. */
async function whereTheyPart(sha: string, git: Git): Promise<Found> {
  const ask = async (): Promise<string | undefined> => {
    const { exitCode, stdout } = await git('merge-base', sha, 'HEAD')
    return exitCode === 0 ? stdout.trim() : undefined
  }
  const part = await ask()
  if (part !== undefined) return { sha: part }
  const deeper = await git('fetch', '--no-tags', `--deepen=${DEEPER}`, 'origin', sha)
  const found = deeper.exitCode === 0 ? await ask() : undefined
  return found === undefined
    ? {
        why: `where this branch leaves its base is not known: the clone has too little history. ${ADVICE}`,
      }
    : { sha: found }
}

async function diff(base: string, git: Git, { folder }: ChangeTools): Promise<Change> {
  const output = join(folder, 'change.diff')
  // By a file, since the change of a generated folder can be larger than what is kept of an output.
  const { exitCode, ...end } = await git(
    '-c',
    'core.quotePath=true',
    'diff',
    '--unified=0',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-relative',
    '--find-renames',
    '--ignore-submodules',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    `--output=${output}`,
    base,
    'HEAD',
    '--',
  )
  if (exitCode !== 0) return { kind: 'unknown', why: `git diff failed: ${lastLine(end)}` }
  try {
    return { kind: 'known', lines: readDiff(await readFile(output, 'utf8')), base }
  } catch (error) {
    if (error instanceof BadDiff)
      return { kind: 'unknown', why: `what git diff prints was not understood: ${error.message}` }
    throw error
  } finally {
    await rm(output, { force: true })
  }
}

const lastLine = ({ lines }: Pick<ProgramEnd, 'lines'>): string =>
  lines.findLast((line) => line.trim() !== '')?.trim() ?? 'it says nothing'
