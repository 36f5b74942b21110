import { expect, test } from '@jest/globals'
import { cleanEnvironment, withoutStepOnly } from '../src/clean-environment.ts'

const OURS = {
  INPUT_TOKEN: 'x',
  'INPUT_WORKING-DIRECTORY': 'x',
  STATE_folder: 'x',
  ACTIONS_RUNTIME_TOKEN: 'x',
  ACTIONS_RUNTIME_URL: 'x',
  ACTIONS_RESULTS_URL: 'x',
  ACTIONS_CACHE_URL: 'x',
  ACTIONS_CACHE_SERVICE_V2: 'x',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'x',
  GITHUB_TOKEN: 'x',
  GH_TOKEN: 'x',
  GITHUB_OUTPUT: 'x',
  GITHUB_ENV: 'x',
  GITHUB_PATH: 'x',
  GITHUB_STATE: 'x',
  GITHUB_STEP_SUMMARY: 'x',
}
const THEIRS = {
  PATH: '/bin',
  GITHUB_SHA: 'x',
  GITHUB_WORKSPACE: 'x',
  GITHUB_OUTPUTS: 'x',
  MY_INPUT_A: 'x',
  NPM_TOKEN: 'x',
  RUNNER_TRACKING_ID: 'x',
}

test('a check sees everything but our tokens and files', () => {
  expect(cleanEnvironment({}, { ...OURS, ...THEIRS, EMPTY: '', GONE: undefined })).toEqual({
    ...THEIRS,
    EMPTY: '',
    CI: 'true',
    FORCE_COLOR: '0',
  })
})

test('what the user wrote wins, over a colour and even over the name of a token', () => {
  const over = { CI: 'false', FORCE_COLOR: '1', GITHUB_TOKEN: 'mine', PATH: undefined }
  expect(cleanEnvironment(over, { ...OURS, PATH: '/bin' })).toEqual({
    CI: 'false',
    FORCE_COLOR: '1',
    GITHUB_TOKEN: 'mine',
  })
})

test('a program that we run ourselves may use the tokens of the cache', () => {
  const kept = Object.keys(withoutStepOnly({ ...OURS, PATH: '/bin' }))
  expect(kept.sort()).toEqual([
    'ACTIONS_CACHE_SERVICE_V2',
    'ACTIONS_CACHE_URL',
    'ACTIONS_RESULTS_URL',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_RUNTIME_URL',
    'GH_TOKEN',
    'GITHUB_TOKEN',
    'PATH',
  ])
})
