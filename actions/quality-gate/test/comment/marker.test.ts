import { describe, expect, test } from '@jest/globals'
import { hasMarker, markerOf, runLineOf, runOf } from '../../comment/marker.ts'

describe('the marker', () => {
  test.each(['--> <b>', '--!>', 'a--b', '->', 'x\n<!-- ', '\ud800', 'k'.repeat(70_000), ''])(
    'is one comment on one line for the key %j',
    (key) => {
      const marker = markerOf(key)
      expect(marker).toMatch(/^<!-- ecs-pipeline:quality-gate:[^\s<>]* -->$/)
      expect(marker.match(/--/g)).toHaveLength(2)
      expect(marker.length).toBeLessThan(300)
      expect(hasMarker(`${marker}\ntext`, marker)).toBe(true)
    },
  )

  test('is another one for another key', () => {
    const keys = ['a', 'A', 'a ', 'a%20', 'a--b', 'a-%2Db', 'x'.repeat(300), 'x'.repeat(301)]
    expect(new Set(keys.map(markerOf)).size).toBe(keys.length)
  })
})

test('a run that is odd still gives a line that holds one comment', () => {
  const line = runLineOf({ id: '1 -->', attempt: 'x', commit: '-->', startedAt: NaN })
  expect(line).toBe('<!-- ecs-pipeline:run id=0 attempt=0 commit=0 started=NaN -->')
  expect(runOf(`${markerOf('k')}\n${line}`)).toBeUndefined()
})
