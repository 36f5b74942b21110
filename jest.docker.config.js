import ordinary from './jest.config.js'

/**
 * The tests that need docker, docker-registry, skopeo and buildah. One after the other: what they start is big.
 * @type {import('jest').Config}
 */
export default {
  ...ordinary,
  testMatch: ['**/test/**/*.docker.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}
