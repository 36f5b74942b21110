/** The words of docker and of ECR, as users have quoted them. */
import { expect, test } from '@jest/globals'
import { explainPush } from '../docker/push-failure.ts'

test.each([
  ['EOF', 'may-pass'],
  ['read tcp 10.0.0.1:443: connection reset by peer', 'may-pass'],
  ['net/http: TLS handshake timeout', 'may-pass'],
  ['toomanyrequests: Rate exceeded', 'may-pass'],
  ['received unexpected HTTP status: 500 Internal Server Error', 'may-pass'],
  ['denied: Your authorization token has expired. Reauthenticate and try again.', 'login'],
  ['no basic auth credentials', 'login'],
  [
    "tag invalid: The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    'tag-taken',
  ],
  ["name unknown: The repository with name 'app' does not exist in the registry", 'final'],
  ['denied: User is not authorized to perform ecr:InitiateLayerUpload', 'final'],
  ['write /var/lib/docker: no space left on device', 'final'],
  ['something nobody has seen', 'final'],
])('%s: %s', (line, kind) => {
  expect(explainPush(['The push refers to repository [x]', line]).kind).toBe(kind)
})
