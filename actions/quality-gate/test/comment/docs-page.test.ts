/** The workflows of docs/quality-gate-comments.md, which people copy: what makes them safe has to stay in them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ROOT } from '../../../../tools/root.ts'

interface Workflow {
  readonly on: unknown
  readonly permissions?: unknown
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly if?: string
        readonly permissions: unknown
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[]
      }
    >
  >
}

const page = readFileSync(join(ROOT, 'docs/quality-gate-comments.md'), 'utf8')
const workflows = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text = '']) => parse(text) as Workflow,
)
const [, first, second] = workflows
const usesOf = (workflow: Workflow | undefined): readonly string[] =>
  Object.values(workflow?.jobs ?? {}).flatMap(({ steps }) => steps.map(({ uses = '' }) => uses))

test('actions of others are pinned by their commit', () => {
  expect(workflows).toHaveLength(3)
  const foreign = workflows.flatMap(usesOf).filter((uses) => !uses.startsWith('org/ecs-pipeline'))
  expect(foreign).toHaveLength(4)
  for (const uses of foreign) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/)
})

describe('with two workflows', () => {
  test('the one that runs code of a stranger is started as what it is', () => {
    expect(first?.on).toBe('pull_request')
  })

  test('the one that may comment runs and checks out nothing, and may do nothing else', () => {
    expect(usesOf(second)).toEqual([
      expect.stringContaining('actions/download-artifact@'),
      'org/ecs-pipeline/quality-gate@v1',
    ])
    expect(second?.permissions).toEqual({})
    expect(second?.jobs['comment']?.permissions).toEqual({
      actions: 'read',
      'pull-requests': 'write',
    })
    expect(second?.jobs['comment']?.steps.some(({ run }) => run !== undefined)).toBe(false)
  })
})
