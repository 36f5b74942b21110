/** What reports of tests and checks say, and what a change has to do with it. Runs nothing and asks nobody. */
export * from './test-coverage/changed-coverage.ts'
export * from './test-coverage/coverage.ts'
export * from './test-coverage/lcov.ts'
export * from './diff/changed-lines.ts'
export * from './diff/git-path.ts'
