import { expect, test } from '@jest/globals'
import { CacheLog, saysThatItExists } from '../../src/cache/cache-log.ts'

const log = (...lines: readonly string[]): CacheLog => new CacheLog(lines.join('\n'), [])

test('nothing said about a restore is a miss', () => {
  const said = log('::debug::Cache service version: v2', 'Cache Size: ~0 MB (12 B)')
  expect(said.restoreProblem()).toBeUndefined()
})

test.each([
  ['as a warning', '::warning::Failed to restore: no'],
  ['as an error, which would annotate the step', '::error::Failed to restore: no.'],
  ['with a title', '::warning title=cache::Failed to restore: no'],
])('why it was not restored: %s', (_name, line) => {
  expect(log('::debug::one', line, 'two').restoreProblem()).toBe('no')
})

test('the cause of a refused reservation counts, and not that another job may be creating it', () => {
  const said = log(
    '::debug::Failed to reserve cache: UsageError: Cache storage quota has been hit.%0AMore info',
    'Failed to save: Unable to reserve cache with key a, another job may be creating this cache.',
  )
  expect(said.saveProblem()).toBe('Cache storage quota has been hit. More info')
})

test('a refused finalisation is known by its warning only', () => {
  const said = log('::debug::one', '::warning::the entry is too large', 'two')
  expect(said.saveProblem()).toBeUndefined()
  expect(said.lastWarning()).toBe('the entry is too large')
})

test('of a program that failed, its first words count', () => {
  const said = log(
    'zstd: of another program',
    '[command]/usr/bin/tar -xf cache.tzst',
    '/usr/bin/tar: This does not look like a tar archive',
    '/usr/bin/tar: Exiting with failure status',
    "::warning::Failed to restore: The process '/usr/bin/tar' failed with exit code 2",
  )
  expect(said.restoreProblem()).toBe(
    "The process '/usr/bin/tar' failed with exit code 2: /usr/bin/tar: This does not look like a tar archive",
  )
})

test('what was masked is in no reason', () => {
  const said = log('::add-mask::a%25b', '::warning::Failed to restore: https://blob/?sig=a%25b')
  expect(said.restoreProblem()).toBe('https://blob/?sig=***')
})

test('a reason is one line, and no command for the runner', () => {
  const said = log('::warning::Failed to restore: one%0D%0A::error::two%1b[31m')
  expect(said.restoreProblem()).not.toMatch(/\n|\r/)
  expect(log(`::warning::Failed to restore: ${'a'.repeat(1_000)}`).restoreProblem()).toHaveLength(
    400,
  )
})

test.each([
  ['Failed request: (409) Conflict: cache entry with the same key already exists', true],
  ['Cache already exists. Scope: refs/heads/main', true],
  ['Failed request: (403) Forbidden', false],
  ['Unable to finalize cache with key a, another job may be finalizing this cache', false],
])('%s: exists is %s', (reason, exists) => {
  expect(saysThatItExists(reason)).toBe(exists)
})
