import ordinary from './jest.config.js'

/**
 * The tests that need Go, which builds the cache server of act.
 * @type {import('jest').Config}
 */
export default {
  ...ordinary,
  testMatch: ['**/test/**/*.cache.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
