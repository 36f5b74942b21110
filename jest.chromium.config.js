import ordinary from './jest.config.js'

/**
 * The tests that need chromium.
 * @type {import('jest').Config}
 */
export default {
  ...ordinary,
  testMatch: ['**/test/**/*.chromium.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}
