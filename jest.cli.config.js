import ordinary from './jest.config.js'

/**
 * The tests that need the AWS CLI. One after the other: what they start is big.
 * @type {import('jest').Config}
 */
export default {
  ...ordinary,
  testMatch: ['**/test/**/*.cli.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}
