/** Connections that break because a fault says so. */
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { LostAnswer } from '../../../wire/faults.ts'
import { send } from './answers.ts'
import { garbageOf } from './faults.ts'

/** The connection was broken on purpose; there is nobody to answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut'
}

/** The body until `limit` bytes of it have come, or all of it; then the connection breaks. Throws ConnectionCut. */
export async function* cutBody(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  const { socket } = request
  let left = limit
  for await (const chunk of request as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left)
    left -= chunk.byteLength
    if (left <= 0) throw cut(socket)
  }
  throw cut(socket)
}

function cut(socket: Socket): ConnectionCut {
  socket.resetAndDestroy()
  return new ConnectionCut()
}

/** Does what was asked for, where the fault says so, and loses the answer. */
export async function loseAnswer(
  lost: LostAnswer,
  request: IncomingMessage,
  response: ServerResponse,
  perform: (response: ServerResponse) => Promise<void>,
): Promise<void> {
  if (lost.done) await perform(new ServerResponse(request)).catch(() => undefined)
  switch (lost.lost) {
    case 'silence':
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'garbage':
      send(response, 200, { 'content-type': 'text/plain' }, garbageOf(lost))
  }
}
