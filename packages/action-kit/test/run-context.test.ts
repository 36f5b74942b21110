import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readRunContext, type RunContext } from '../src/run-context.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-context-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function contextOf(event: unknown): Promise<RunContext> {
  const path = join(folder, 'event.json')
  await writeFile(path, JSON.stringify(event))
  return readRunContext({ GITHUB_EVENT_PATH: path })
}

describe('the run that an event workflow_run speaks of', () => {
  const run = {
    id: 16_000_000_001,
    run_attempt: 2,
    event: 'pull_request',
    head_sha: 'c'.repeat(40),
    head_repository: { full_name: 'octocat/ledger' },
    head_branch: 'topic',
  }

  test('is read from the payload', async () => {
    const { workflowRun } = await contextOf({ workflow_run: run })
    expect(workflowRun).toEqual({
      id: '16000000001',
      attempt: '2',
      event: 'pull_request',
      headSha: 'c'.repeat(40),
      headRepository: 'octocat/ledger',
    })
  })

  test('has no repository when the fork is gone', async () => {
    const { workflowRun } = await contextOf({ workflow_run: { ...run, head_repository: null } })
    expect(workflowRun?.headRepository).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['another event', { pull_request: { number: 7 } }],
    ['nothing', { workflow_run: null }],
    ['a number that is a text', { workflow_run: { ...run, id: '7 -->' } }],
    ['no attempt', { workflow_run: { ...run, run_attempt: undefined } }],
    ['no commit', { workflow_run: { ...run, head_sha: null } }],
  ])('is not known from %s', async (_what, event) => {
    expect((await contextOf(event)).workflowRun).toBeUndefined()
  })
})
