import { describe, expect, test } from '@jest/globals'
import { collectIssues, MOST_ISSUES } from '../../src/issues/collect-issues.ts'
import type { Issue } from '../../src/issues/issue.ts'

const issue = (members: Partial<Issue>): Issue => ({
  tool: 't',
  level: 'warning',
  rule: 'r',
  message: 'm',
  path: 'a.js',
  line: 1,
  column: 1,
  ...members,
})

const map = (path: string): string | undefined =>
  path.startsWith('/else/') ? undefined : `src/${path}`
const changed = new Map([['src/a.js', [{ from: 5, to: 7 }]]])

describe('issues that are collected', () => {
  test('are counted by their level, and again on added lines', () => {
    const { onIssue, collected } = collectIssues(map, changed)
    onIssue(issue({ level: 'error', line: 5 }))
    onIssue(issue({ level: 'error', line: 8 }))
    onIssue(issue({ level: 'warning', line: 7 }))
    onIssue(issue({ level: 'note', line: undefined }))
    onIssue(issue({ level: 'error', line: 6, path: '/else/a.js' }))
    onIssue(issue({ level: 'error', path: undefined }))
    expect(collected()).toMatchObject({
      all: { error: 4, warning: 1, note: 1 },
      added: { error: 1, warning: 1, note: 0 },
    })
    expect([...collected().paths]).toEqual(['a.js', '/else/a.js'])
  })

  test('are not counted as none on added lines when nobody knows these', () => {
    const { onIssue, collected } = collectIssues(map)
    onIssue(issue({}))
    expect(collected().added).toBeUndefined()
  })

  test('are kept errors first, then on added lines, then as they came, and not too many', () => {
    const { onIssue, collected } = collectIssues(map, changed)
    const note = (index: number): Issue => issue({ level: 'note', message: `note ${index}` })
    for (let index = 0; index < MOST_ISSUES * 3; index++) onIssue(note(index))
    onIssue(issue({ level: 'warning', message: 'old' }))
    onIssue(issue({ level: 'warning', message: 'new', line: 6 }))
    onIssue(issue({ level: 'error', message: 'old error' }))
    onIssue(issue({ level: 'error', message: 'new error', line: 6 }))
    const { worst, all } = collected()
    expect(worst).toHaveLength(MOST_ISSUES)
    expect(worst.slice(0, 6).map(({ message }) => message)).toEqual([
      'new error',
      'old error',
      'new',
      'old',
      'note 0',
      'note 1',
    ])
    expect(worst[0]).toMatchObject({ path: 'a.js', file: 'src/a.js', isNew: true })
    expect(all.note).toBe(MOST_ISSUES * 3)
  })
})
