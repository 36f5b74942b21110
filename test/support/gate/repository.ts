/** Repositories of callers of quality-gate, with the events that GitHub starts runs for. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../command.ts'
import { ROOT } from '../run-bundle.ts'

/** The text of each file, by its path; `undefined` takes it away. */
export type Files = Readonly<Record<string, string | undefined>>

/** What the runner says about a run. */
export type EventVariables = Readonly<Record<string, string>>

const FINANCE = 'packages/finance-app/server'
const OURS = 'octo-org/ledger'
const FORK = 'a-stranger/ledger'

export class GateRepository {
  /** The root of its work tree. */
  readonly folder: string
  /** Holds the work tree, and what is none of it. */
  private readonly home: string

  private constructor(home: string) {
    this.home = home
    this.folder = join(home, 'work')
  }

  /** With one commit of main. */
  static async create(files: Files): Promise<GateRepository> {
    const repository = new GateRepository(await mkdtemp(join(tmpdir(), 'quality-gate-')))
    await mkdir(repository.folder)
    await repository.git('init', '--quiet', '--initial-branch=main')
    await repository.git('config', 'user.name', 'A developer')
    await repository.git('config', 'user.email', 'developer@example.com')
    await repository.commit(files, 'First')
    return repository
  }

  /** A copy of the finance server as a repository of its own, with `more` and what it needs installed. */
  static async finance(more: Files = {}): Promise<GateRepository> {
    const source = join(ROOT, FINANCE)
    const paths = (await git(source, 'ls-files')).split('\n')
    const texts = await Promise.all(
      paths.map(async (path) => [path, await readFile(join(source, path), 'utf8')] as const),
    )
    const files = Object.entries({ ...Object.fromEntries(texts), ...more })
    const repository = await GateRepository.create(
      Object.fromEntries(files.filter(([, text]) => text !== undefined)),
    )
    await symlink(join(ROOT, 'node_modules'), join(repository.folder, 'node_modules'))
    return repository
  }

  /** Goes back to main, as if there had been no request. What Git ignores stays, such as what tools remember. */
  async forgetRequest(): Promise<void> {
    await this.git('checkout', '--quiet', '--force', 'main')
    await this.git('clean', '--quiet', '--force', '-d')
    await this.git('branch', '--quiet', '-D', 'topic')
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true, force: true })
  }

  /** What it prints, without the end of the last line. */
  git(...args: readonly string[]): Promise<string> {
    return git(this.folder, ...args)
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8')
  }

  async write(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path)
      await mkdir(dirname(file), { recursive: true })
      if (text === undefined) await rm(file)
      else await writeFile(file, text)
    }
  }

  /** Its SHA. */
  async commit(files: Files, message: string): Promise<string> {
    await this.write(files)
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--message', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** Of the commit that is checked out, as the newest of main. */
  async push(): Promise<EventVariables> {
    const after = await this.git('rev-parse', 'HEAD')
    const event = {
      ref: 'refs/heads/main',
      before: '0'.repeat(40),
      after,
      repository: { full_name: OURS, default_branch: 'main' },
    }
    return this.event('push', 'refs/heads/main', after, event)
  }

  /** Commits the files to a branch, and checks out GitHub's merge of it with main. */
  async pullRequest(
    files: Files,
    { isFork = false }: { readonly isFork?: boolean } = {},
  ): Promise<EventVariables> {
    const base = await this.git('rev-parse', 'main')
    await this.git('checkout', '--quiet', '-b', 'topic')
    const head = await this.commit(files, 'A change')
    await this.git('checkout', '--quiet', '--detach', base)
    await this.git('merge', '--quiet', '--no-ff', '--message', 'Merge', head)
    const name = isFork ? FORK : OURS
    const event = {
      number: 7,
      pull_request: {
        number: 7,
        head: { ref: 'topic', sha: head, repo: { full_name: name } },
        base: { ref: 'main', sha: base, repo: { full_name: OURS } },
      },
      repository: { full_name: OURS, default_branch: 'main' },
    }
    const merge = await this.git('rev-parse', 'HEAD')
    return this.event('pull_request', 'refs/pull/7/merge', merge, event)
  }

  private async event(
    name: string,
    ref: string,
    sha: string,
    payload: object,
  ): Promise<EventVariables> {
    const file = join(this.home, 'event.json')
    await writeFile(file, JSON.stringify(payload))
    return {
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: file,
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
      GITHUB_REPOSITORY: OURS,
    }
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, output } = await run('git', args, { folder })
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${output}`)
  return stdout
}
