import { expect, test } from '@jest/globals'
import { closeServer, openServer, portOf } from '../../src/wire/http-server.ts'

const nothing = (): void => undefined

test('a connection that rests is not closed under the next request of a slow program', async () => {
  const server = await openServer('rest', nothing)
  expect(server.keepAliveTimeout).toBeGreaterThanOrEqual(3_600_000)
  await closeServer(server)
})

test('a port that is taken is named, with what it was for', async () => {
  const server = await openServer('first', nothing)
  const port = portOf(server)
  await expect(openServer('second', nothing, port)).rejects.toThrow(
    `Port ${port} of 127.0.0.1, for the second, is in use. Give another one, or 0 for a free one.`,
  )
  await closeServer(server)
})
