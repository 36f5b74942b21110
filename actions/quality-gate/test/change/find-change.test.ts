import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRunContext, runProgram, type RunContext } from '@ecs-pipeline/action-kit'
import type { Change } from '@ecs-pipeline/quality'
import { findChange } from '../../change/find-change.ts'
import { cloneShallow, makeRepository, type GitRepository } from '../support/git-repository.ts'

let origin: GitRepository
let folder: string
const clones: GitRepository[] = []
beforeEach(async () => {
  origin = await makeRepository()
  folder = await mkdtemp(join(tmpdir(), 'gate-change-'))
})
afterEach(async () => {
  for (const each of [origin, ...clones.splice(0)]) await each.remove()
  await rm(folder, { recursive: true, force: true })
})

const contextOf = (over: Partial<RunContext>): RunContext => ({ ...readRunContext({}), ...over })

async function clone(commit: string): Promise<GitRepository> {
  const made = await cloneShallow(origin, commit)
  clones.push(made)
  return made
}

const changeIn = (
  at: GitRepository,
  over: Partial<RunContext>,
  baseRef?: string,
): Promise<Change> =>
  findChange(baseRef, { run: runProgram, context: contextOf(over), folder, root: at.folder })

/** `src/a.ts:2-3` of each range. */
const linesOf = (change: Change): readonly string[] =>
  change.kind === 'known'
    ? [...change.lines].flatMap(([path, ranges]) =>
        ranges.map(({ from, to }) => `${path}:${from}-${to}`),
      )
    : [`${change.kind}: ${change.why}`]

/** Main has one file; a branch adds lines to it; main goes on; GitHub merges both for the pull request. */
async function pullRequest() {
  const base = await origin.commit({ 'src/a.ts': 'one\ntwo\n', 'src/b.ts': 'b\n' })
  await origin.git('checkout', '--quiet', '-b', 'feature')
  const head = await origin.commit({ 'src/a.ts': 'one\nnew\nnewer\ntwo\n' })
  await origin.git('checkout', '--quiet', 'main')
  const main = await origin.commit({ 'src/b.ts': 'b\nof main\n' })
  await origin.git('checkout', '--quiet', '--detach')
  await origin.git('merge', '--quiet', '--no-ff', '--message', 'merge', head)
  const merge = await origin.git('rev-parse', 'HEAD')
  const request = (sha: string | undefined) => ({
    number: 1,
    sha: head,
    branch: 'feature',
    base: { sha, branch: 'main' },
    isFork: false,
  })
  return { base, head, main, merge, request }
}

describe('the change of a pull request', () => {
  test('is what it adds to its base, in a clone of one commit', async () => {
    const { merge, main, request } = await pullRequest()
    const change = await changeIn(await clone(merge), {
      commit: merge,
      pullRequest: request(main),
      eventName: 'pull_request',
    })
    expect(linesOf(change)).toEqual(['src/a.ts:2-3'])
    expect(change).toMatchObject({ base: main })
  })

  test('is the same when the head itself is checked out, and main has gone on', async () => {
    const { merge, head, main, base, request } = await pullRequest()
    const change = await changeIn(await clone(head), {
      commit: merge,
      pullRequest: request(main),
      eventName: 'pull_request',
    })
    expect(linesOf(change)).toEqual(['src/a.ts:2-3'])
    expect(change).toMatchObject({ base })
  })

  test('is not known when the base cannot be fetched, which says what to do', async () => {
    const { merge, main, request } = await pullRequest()
    const at = await clone(merge)
    await at.git('remote', 'set-url', 'origin', 'file:///nonexistent')
    const [line] = linesOf(
      await changeIn(at, { commit: merge, pullRequest: request(main), eventName: 'pull_request' }),
    )
    expect(line).toContain(
      `unknown: the base commit ${main.slice(0, 7)} is not here and could not be fetched`,
    )
    expect(line).toContain('fetch-depth: 0')
  })
})

describe('the change of a push', () => {
  test('is what came with it', async () => {
    const before = await origin.commit({ 'a.ts': 'one\n' })
    await origin.commit({ 'a.ts': 'one\ntwo\n' })
    const after = await origin.commit({ 'a.ts': 'one\ntwo\nthree\n' })
    const change = await changeIn(await clone(after), { commit: after, before, eventName: 'push' })
    expect(linesOf(change)).toEqual(['a.ts:2-3'])
  })

  test('of a new branch is compared with nothing, and base-ref may name something', async () => {
    await origin.commit({ 'a.ts': 'one\n' })
    await origin.git('checkout', '--quiet', '-b', 'new')
    const head = await origin.commit({ 'a.ts': 'one\ntwo\n' })
    const at = await clone(head)
    expect(linesOf(await changeIn(at, { commit: head, eventName: 'push' }))).toEqual([
      `nothing-to-compare: a run of the event push belongs to no change; the input 'base-ref' may name what to compare with`,
    ])
    expect(linesOf(await changeIn(at, { commit: head }, 'main'))).toEqual(['a.ts:2-2'])
  })
})

describe('base-ref', () => {
  test.each(['--upload-pack=touch /tmp/x', '-c', 'no-such-branch'])(
    '%s is no option of Git and no crash',
    async (name) => {
      const head = await origin.commit({ 'a.ts': 'one\n' })
      const [line] = linesOf(await changeIn(await clone(head), {}, name))
      expect(line).toMatch(/^unknown: .*base-ref/)
    },
  )
})

describe('a change', () => {
  test('of a renamed file is what was changed in it, and of odd names as well', async () => {
    const before = await origin.commit({ 'src/old name.ts': 'a\nb\nc\nd\n', 'ü"x.ts': 'x\n' })
    await origin.git('mv', 'src/old name.ts', 'src/new name.ts')
    const after = await origin.commit({ 'src/new name.ts': 'a\nb\nX\nc\nd\n', 'ü"x.ts': 'x\ny\n' })
    const change = await changeIn(await clone(after), { commit: after, before, eventName: 'push' })
    expect(linesOf(change)).toEqual(['src/new name.ts:3-3', 'ü"x.ts:2-2'])
    expect(await readdir(folder)).toEqual([])
  })

  test('is not known where there is no repository', async () => {
    const bare = { ...origin, folder }
    expect(linesOf(await changeIn(bare, {}))[0]).toContain('there is no Git repository here')
  })

  test('is not turned by the settings of who has made the repository', async () => {
    const before = await origin.commit({ 'a.ts': 'one\n', '.gitattributes': '*.ts diff=odd\n' })
    const after = await origin.commit({ 'a.ts': 'one\ntwo\n' })
    const at = await clone(after)
    for (const [key, value] of [
      ['diff.odd.textconv', 'false'],
      ['diff.noprefix', 'true'],
      ['diff.context', '7'],
      ['color.diff', 'always'],
      ['diff.external', 'false'],
    ] as const) {
      await at.git('config', key, value)
    }
    expect(linesOf(await changeIn(at, { commit: after, before }))).toEqual(['a.ts:2-2'])
  })
})
