/**
 * The tests that need nothing but Node. Those that need docker, the AWS CLI, Go or chromium are named for it
 * (`*.docker.test.ts`, …) and have a configuration of their own.
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: '<rootDir>/tools/jest-environment.mjs',
  testSequencer: '<rootDir>/tools/jest-order.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/strip-types.mjs' },
  testMatch: ['**/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/packages/finance-app/',
    '\\.(docker|cli|cache|chromium)\\.test\\.ts$',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/packages/finance-app/'],
  maxWorkers: 2,
  // A busy machine is no failure: time that matters is AWS time, and virtual.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tools/jest-counts.mjs'],
}
