/**
 * One AWS service as the endpoint serves it: the SDK client package's own schemas say how it looks on the wire,
 * handlers typed by the package's command classes say what it does.
 */
import type { Command } from '@smithy/types'
import type { Constraint } from './constraints.ts'

/** Who called, as far as the request says. */
export interface CallContext {
  readonly region: string
  readonly accessKeyId: string
  readonly requestId: string
}

type InputAndOutput<C> = C extends abstract new (
  ...args: never[]
) => // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK's own constraint on configurations
Command<any, infer Input, any, infer Output, any>
  ? [Input, Output]
  : never

type OperationNames<Sdk> = {
  [Key in keyof Sdk]: Key extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never
}[keyof Sdk]

type Handler<Pair> = Pair extends [infer Input, infer Output]
  ? (
      input: Input,
      context: CallContext,
    ) => Omit<Output, '$metadata'> | Promise<Omit<Output, '$metadata'>>
  : never

/** Handlers by operation name; an operation without one is answered with UnknownOperationException. */
export type Handlers<Sdk> = {
  [Name in OperationNames<Sdk>]?: Handler<InputAndOutput<Sdk[`${Name}Command` & keyof Sdk]>>
}

export interface ProtocolSettings {
  readonly defaultNamespace: string
  readonly xmlNamespace?: string
  readonly version: string
  readonly serviceTarget: string
  readonly awsQueryCompatible?: boolean
}

export interface Service {
  /** The SDK's service id, for example `ECS`. */
  readonly name: string
  readonly settings: ProtocolSettings
  /** The namespace import of the client package; operations are its members `NAME$`. */
  readonly sdk: Readonly<Record<string, unknown>>
  readonly handlers: Readonly<Record<string, (input: unknown, context: CallContext) => unknown>>
  /** By operation: what its model allows, beyond what the SDK's schemas say. */
  readonly constraints?: Readonly<Record<string, readonly Constraint[]>>
}

/**
 * `sdk` is the namespace import of an SDK client package, `client` any instance of its client (for the protocol
 * settings that the package keeps there).
 */
export function defineService<Sdk extends object>(
  sdk: Sdk,
  client: { readonly config: object },
  handlers: Handlers<NoInfer<Sdk>>,
  constraints: Readonly<Record<string, readonly Constraint[]>> = {},
): Service {
  const config = client.config as { serviceId: string; protocolSettings: ProtocolSettings }
  return {
    name: config.serviceId,
    settings: config.protocolSettings,
    sdk: sdk as Readonly<Record<string, unknown>>,
    handlers: handlers as Service['handlers'],
    constraints,
  }
}
