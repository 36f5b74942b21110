/** A real repository of Git in a folder of its own, with names and times that are always the same. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
}

export interface GitRepository {
  readonly folder: string
  /** Its standard output, without the line end. */
  git(...args: readonly string[]): Promise<string>
  /** Writes the files and commits everything; the id of the commit. */
  commit(files: Readonly<Record<string, string>>): Promise<string>
  remove(): Promise<void>
}

const at = (folder: string): GitRepository => ({
  folder,
  git: async (...args) => (await run('git', args, { cwd: folder, env: ENVIRONMENT })).stdout.trim(),
  async commit(files) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--allow-empty', '--message', 'change')
    return this.git('rev-parse', 'HEAD')
  },
  remove: () => rm(folder, { recursive: true, force: true }),
})

export async function makeRepository(): Promise<GitRepository> {
  const repository = at(await mkdtemp(join(tmpdir(), 'gate-repository-')))
  await repository.git('init', '--quiet', '--initial-branch', 'main')
  // As GitHub does: any commit may be asked for.
  await repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  return repository
}

/** A clone as actions/checkout makes it: one commit, and `origin` to fetch more from. */
export async function cloneShallow(from: GitRepository, commit: string): Promise<GitRepository> {
  const clone = at(await mkdtemp(join(tmpdir(), 'gate-clone-')))
  await clone.git('init', '--quiet', '--initial-branch', 'main')
  await clone.git('remote', 'add', 'origin', `file://${from.folder}`)
  await clone.git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit)
  await clone.git('checkout', '--quiet', '--detach', commit)
  return clone
}
