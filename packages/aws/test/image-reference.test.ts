import { describe, expect, test } from '@jest/globals'
import { ecrRegistry, parseImageReference } from '../src/image-reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('an image reference taken apart', () => {
  test.each([
    ['nginx', { host: 'docker.io', repository: 'nginx', tag: 'latest', digest: undefined }],
    ['library/nginx:1.29', { host: 'docker.io', repository: 'library/nginx', tag: '1.29' }],
    ['localhost/app', { host: 'localhost', repository: 'app', tag: 'latest' }],
    ['127.0.0.1:5000/app:1', { host: '127.0.0.1:5000', repository: 'app', tag: '1' }],
    [
      `host.example/a/b@${DIGEST}`,
      { host: 'host.example', repository: 'a/b', tag: undefined, digest: DIGEST },
    ],
    [`host.example/a:1@${DIGEST}`, { tag: '1', digest: DIGEST }],
  ])('%s', (reference, expected) => {
    expect(parseImageReference(reference)).toMatchObject(expected)
  })

  test.each([
    '',
    'UPPER/case',
    'a:b:c',
    'a@b@c',
    'app:',
    'app@sha256:short',
    'app:tag with space',
    '/app',
  ])('%j is none', (reference) => {
    expect(parseImageReference(reference)).toBeUndefined()
  })
})

describe('the hosts of ECR, in every partition', () => {
  test.each([
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', 'us-east-1'],
    ['123456789012.dkr-ecr.us-west-2.on.aws', 'us-west-2'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['123456789012.dkr.ecr.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ])('%s', (host, region) => {
    expect(ecrRegistry(host)).toEqual({ registryId: '123456789012', region })
  })

  test.each(['docker.io', 'public.ecr.aws', '12345.dkr.ecr.us-east-1.amazonaws.com', 'evil.com'])(
    '%s is no private registry of ECR',
    (host) => {
      expect(ecrRegistry(host)).toBeUndefined()
    },
  )
})
