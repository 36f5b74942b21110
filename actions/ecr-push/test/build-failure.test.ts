/** What docker prints when a build fails, as it printed it: the legacy builder 20.10, BuildKit 0.12. */
import { expect, test } from '@jest/globals'
import { explainBuild } from '../docker/build-failure.ts'

test('BuildKit names the line and marks it', () => {
  const { what, place } = explainBuild([
    '#5 [2/3] COPY nothing.txt /',
    '#5 ERROR: failed to calculate checksum of ref abc: "/nothing.txt": not found',
    '------',
    ' > [2/3] COPY nothing.txt /:',
    '------',
    'Dockerfile:2',
    '--------------------',
    '   1 |     FROM scratch',
    '   2 | >>> COPY nothing.txt /',
    '   3 |     CMD ["/app"]',
    '--------------------',
    'ERROR: failed to solve: failed to compute cache key: "/nothing.txt": not found',
  ])
  expect(place).toBe('Dockerfile:2: COPY nothing.txt /')
  expect(what).toBe('failed to solve: failed to compute cache key: "/nothing.txt": not found')
})

test('an older BuildKit names the step only', () => {
  const { place } = explainBuild([
    '#6 [3/4] RUN npm ci',
    '#6 0.312 npm ERR! code E404',
    '#6 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
    '------',
    'failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
  ])
  expect(place).toBe('RUN npm ci')
})

test('the legacy builder names the last step that it began', () => {
  const { what, place } = explainBuild([
    'Step 1/2 : FROM scratch',
    'Step 2/2 : COPY nothing /',
    'COPY failed: file not found in build context or excluded by .dockerignore: stat nothing: file does not exist',
  ])
  expect(place).toBe('COPY nothing /')
  expect(what).toMatch(/^COPY failed/)
})

test('a command that fails', () => {
  const { what } = explainBuild([
    'Step 3/3 : RUN npm ci',
    "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
  ])
  expect(what).toBe("The command '/bin/sh -c npm ci' ended with 1.")
})

test('a Dockerfile that cannot be read', () => {
  const line =
    'Error response from daemon: dockerfile parse error line 2: unknown instruction: COPPY'
  expect(explainBuild([line]).what).toBe(
    'dockerfile parse error line 2: unknown instruction: COPPY',
  )
})

test('nothing at all', () => {
  expect(explainBuild([])).toEqual({ what: 'docker said nothing', place: undefined })
})
