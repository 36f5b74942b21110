/** What reports of tests and checks say, and what a change has to do with it. Runs nothing and asks nobody. */
export * from './coverage/changed-coverage.ts'
export * from './coverage/coverage.ts'
export * from './coverage/lcov.ts'
export * from './diff/changed-lines.ts'
export * from './diff/git-path.ts'
