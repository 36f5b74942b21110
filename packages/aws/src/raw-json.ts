/**
 * Lets whole JSON documents through the SDK. Its serializer and its deserializer keep only what their own schema
 * knows (@smithy/core, JsonShapeSerializer2 and JsonShapeDeserializer2), so a member that AWS added after our
 * SDK was made would be lost on the way, both ways. For AWS JSON services only, whose members are named alike in
 * the document and on the wire.
 */
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { Pluggable } from '@smithy/types'

/** Sends `body` instead of what the schema let through. The rest (headers, length, signature) follows it. */
export function sendingBody<Input extends object, Output extends object>(
  body: Readonly<Record<string, unknown>>,
): Pluggable<Input, Output> {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next) => (args) => {
          const request = args.request as { body?: unknown }
          request.body = JSON.stringify(body)
          return next(args)
        },
        // Before the SDK's own middleware of this step, which counts the body's length.
        { step: 'build', priority: 'high', name: 'sendingBody' },
      )
    },
  }
}

/** Gives `take` the whole body of a good answer, then lets the SDK read it as ever. */
export function takingBody<Input extends object, Output extends object>(
  take: (body: Readonly<Record<string, unknown>>) => void,
): Pluggable<Input, Output> {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next) => async (args) => {
          const result = await next(args)
          const response = result.response as { statusCode: number; body: unknown }
          if (response.statusCode < 300) {
            const bytes = new Uint8Array(await buffer(response.body as Readable))
            response.body = bytes
            const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
            if (isRecord(body)) take(body)
          }
          return result
        },
        // Inside the SDK's deserializer, which empties the stream.
        { step: 'deserialize', priority: 'low', name: 'takingBody' },
      )
    },
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
