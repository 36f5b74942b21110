import { describe, expect, test } from '@jest/globals'
import { headline } from '../src/annotation.ts'
import { renderRefusal, renderSummary } from '../src/summary.ts'
import { makeFailure, makeReport } from './make-report.ts'

const CRASH = { rule: 'crashed', cause: 'It crashed.', fix: 'Mend it.' }
const GONE = { rule: 'image-not-found', cause: 'The image is gone.', fix: 'Push it.' }
const PULL = 'CannotPullContainerError: not found'

/** Beginnings of the blocks, in order. */
const headings = (blocks: readonly string[]): readonly string[] =>
  blocks.map((block) => block.split('\n')[0] ?? '')

describe('a rollback that failed', () => {
  const failed = makeReport({
    outcome: 'rollback-failed',
    failures: [makeFailure()],
    diagnoses: [CRASH],
    rollbackFailures: [
      makeFailure({ stoppedReason: PULL, containerReason: PULL, exitCode: undefined }),
    ],
    rollbackDiagnoses: [GONE],
    nextSteps: ['Mend it.'],
  })

  test('says why the way back failed before it says why the release did', () => {
    const said = headings(renderSummary(failed)).filter((line) => line.startsWith('### '))
    expect(said).toEqual([
      '### Likely cause of the failed rollback',
      '### Likely cause of the failed release',
      '### Next',
      '### Failed tasks of the revision gone back to',
      '### Failed tasks',
    ])
    const text = renderSummary(failed).join('\n')
    expect(text).toContain('- **The image is gone.** Push it.')
    expect(text).toContain('- **It crashed.** Mend it.')
  })

  test('does not say twice what ECS says of the task and of its container', () => {
    const tasks = renderSummary(failed).find((block) => block.includes(PULL))
    expect(tasks?.split(PULL)).toHaveLength(2)
    expect(headline(failed)).toContain(`Going back: 3 × ${PULL}.`)
    expect(headline(failed)).toContain('3 × Essential container in task exited, exit code 1.')
  })

  test('of the rollback action is drawn from the revision that was to be left', () => {
    const picture = renderSummary({ ...failed, action: 'rollback' }).join('\n')
    expect(picture).toContain('old["ledger:1 (before)"] -- "rollback failed" --x new')
    expect(picture.match(/rollback failed/g)).toHaveLength(1)
    expect(picture).not.toContain('The new revision failed')
  })
})

test('without a rollback that failed there is one cause, and no word of a rollback in it', () => {
  const said = headings(renderSummary(makeReport({ diagnoses: [CRASH] })))
  expect(said).toContain('### Likely cause')
})

describe('what happened', () => {
  test.each([
    ['failed-no-rollback', 'insufficient-data', 'was deployed, but not proven good'],
    ['failed-no-rollback', 'idle', 'was deployed, but no task of it runs'],
    ['failed-no-rollback', 'service-gone', 'went away'],
    ['failed-no-rollback', 'failed-tasks', 'failed, and nothing was rolled back'],
    ['monitoring-lost', 'monitoring-error', 'was deployed, but could not be judged'],
    ['monitoring-lost', 'denied', 'Its end is not known'],
  ] as const)('%s for %s: %s', (outcome, reasonCode, words) => {
    const told = renderSummary(makeReport({ outcome, reasonCode })).join('\n')
    expect(told).toContain(words)
    const claimsFailure = told.includes('The new revision failed')
    expect(claimsFailure).toBe(reasonCode === 'failed-tasks')
  })

  test('a cancelled run is called so once', () => {
    const reason = 'The run was cancelled. ECS goes on with the deployment alone.'
    const report = makeReport({ outcome: 'cancelled', rolledBackBy: 'none', reason })
    expect(renderSummary(report)[2]).toBe(`**What happened:** ${reason} It took 1 min.`)
    expect(headline(report)).toBe(`ledger: cancelled. ${reason}`)
  })

  test('whoever asked for a rollback is not told who began it', () => {
    const asked = { action: 'rollback', passed: true, reasonCode: 'asked' } as const
    expect(renderSummary(makeReport(asked)).join('\n')).not.toContain('was begun by')
    expect(renderSummary(makeReport()).join('\n')).toContain('was begun by this action')
  })
})

test('inputs that cannot be read: what users get, what is wrong, what to do', () => {
  expect(
    renderRefusal('deploy', ["Input 'cluster' is missing.", 'Add `permissions: <x>`.']),
  ).toEqual([
    '## 🛑 deploy: refused',
    '**Users get now:** what they got before. Nothing was changed.',
    "**What happened:** The inputs are wrong.\n\n- Input 'cluster' is missing.\n- Add `permissions: <x>`.",
    '### Next\n\n- Correct the inputs and run again.',
  ])
})
