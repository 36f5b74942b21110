/** The version of what is built, from real repositories of Git. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram, type RunContext } from '@ecs-pipeline/action-kit'
import { versionText } from '@ecs-pipeline/image'
import { findVersion } from '../find-version.ts'

let folder: string
const git = (place: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: place,
    encoding: 'utf8',
  }).trim()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-version-'))
  git(folder, 'init', '--quiet')
  const commit = (message: string): string =>
    git(folder, 'commit', '--quiet', '--allow-empty', '-m', message)
  commit('feat: first')
  git(folder, 'tag', 'v1.2.0')
  commit('fix: second\n\nwith a body')
  git(folder, 'tag', 'nightly')
  commit('feat: third')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const find = async (
  over: { readonly place?: string; readonly tag?: string; readonly choice?: 'tag' | 'next' } = {},
): Promise<string | undefined> => {
  const place = over.place ?? folder
  const commit = {
    sha: git(place, 'rev-parse', 'HEAD'),
    branch: 'main',
    tag: over.tag,
    pullRequest: undefined,
    isDefaultBranch: true,
  }
  const context = { workspace: place } as RunContext
  const version = await findVersion(commit, over.choice ?? 'next', { run: runProgram, context })
  return version && versionText(version)
}

describe('the version', () => {
  test('after the last tag, by the commits since', async () => {
    expect(await find()).toBe('1.3.0')
  })

  test('of the tag that the run is about', async () => {
    expect(await find({ tag: 'v2.0.0' })).toBe('2.0.0')
    expect(await find({ tag: 'v2.0.0', choice: 'tag' })).toBe('2.0.0')
  })

  test('is none on a branch, unless the next one is wanted', async () => {
    expect(await find({ choice: 'tag' })).toBeUndefined()
  })

  test('cannot be counted in a checkout without history', async () => {
    const shallow = join(folder, 'shallow')
    git(folder, 'clone', '--quiet', '--depth=1', `file://${folder}`, shallow)
    await expect(find({ place: shallow })).rejects.toThrow('the checkout has no history')
  })

  test('cannot be counted outside of a repository', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'no-repository-'))
    const sha = 'a'.repeat(40)
    const commit = {
      sha,
      branch: 'x',
      tag: undefined,
      pullRequest: undefined,
      isDefaultBranch: false,
    }
    const context = { workspace: empty } as RunContext
    await expect(findVersion(commit, 'next', { run: runProgram, context })).rejects.toThrow(
      'git rev-parse` failed',
    )
    await rm(empty, { recursive: true })
  })
})
