import type { Service } from '../../src/wire/service.ts'

const CONTEXT = { region: 'us-east-1', accessKeyId: 'test', requestId: 'request' }

/** Calls an operation of a service as the wire would, after decoding. */
export async function call(
  service: Service,
  operation: string,
  input: object = {},
): Promise<Record<string, unknown>> {
  const handler = service.handlers[operation]
  if (!handler) throw new Error(`${service.name} has no ${operation}.`)
  return (await handler(input, CONTEXT)) as Record<string, unknown>
}
