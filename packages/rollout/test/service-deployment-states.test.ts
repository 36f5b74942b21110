import { expect, test } from '@jest/globals'
import {
  canBeTakenBack,
  isGoingBack,
  isUnderWay,
  isUndecided,
} from '../src/service-deployment-states.ts'

test.each([
  // status, under way, undecided, can be taken back, going back
  ['PENDING', true, true, true, false],
  ['IN_PROGRESS', true, true, true, false],
  ['STOP_REQUESTED', true, false, false, false],
  ['ROLLBACK_REQUESTED', true, false, false, true],
  ['ROLLBACK_IN_PROGRESS', true, false, false, true],
  ['SUCCESSFUL', false, false, false, false],
  ['STOPPED', false, false, false, false],
  ['ROLLBACK_SUCCESSFUL', false, false, false, true],
  ['ROLLBACK_FAILED', false, false, false, true],
  ['SOMETHING_NEW', true, true, false, false],
])('%s', (status, underWay, undecided, takenBack, goingBack) => {
  const state = { status, finishedAt: undefined }
  expect(isUnderWay(state)).toBe(underWay)
  expect(isUndecided(state)).toBe(undecided)
  expect(canBeTakenBack(state)).toBe(takenBack)
  expect(isGoingBack(state)).toBe(goingBack)
})

test('a state that nobody knows, with an end, is over', () => {
  const state = { status: 'SOMETHING_NEW', finishedAt: 1000 }
  expect([isUnderWay(state), isUndecided(state)]).toEqual([false, false])
})
