/** The columns of the matrix: what can happen to a call. */
import type { Fault } from '../../../packages/local-aws/src/wire/faults.ts'
import type { MadeCall } from './calls.ts'
import { QUERY } from './prometheus.ts'

/** `Fault` without the calls that it hits. */
export type Harm = { readonly error: Extract<Fault, { error: unknown }>['error'] } | Loss
type Loss = Pick<Extract<Fault, { lost: unknown }>, 'lost' | 'done'>

export interface Kind {
  readonly name: string
  /** Whether asking again may help. */
  readonly passes?: true
  /** `undefined` where it cannot happen to this call. */
  harm(call: MadeCall): Harm | undefined
}

/** The column of what passes: each kind that does, once, one after the other. All others are for good. */
export const BURST = 'each once'

/** It has no credentials that could run out, and answers like any web server. */
const isQueryOfPrometheus = ({ operation }: MadeCall): boolean => operation === QUERY

/** The services that still speak the query protocol have other names for the same. */
const isQuery = ({ wire }: MadeCall): boolean => wire === 'query'

const WRITES = new Set([
  'RegisterTaskDefinition',
  'UpdateService',
  'StopServiceDeployment',
  'ContinueServiceDeployment',
  'TagResource',
  'DeregisterTaskDefinition',
  'Publish',
])
export const isWrite = ({ operation }: MadeCall): boolean => WRITES.has(operation)

const lost =
  (loss: Loss): Kind['harm'] =>
  (call) =>
    loss.done === true && !isWrite(call) ? undefined : loss

export const KINDS: readonly Kind[] = [
  {
    name: 'throttled',
    passes: true,
    harm: (call) => ({
      error: {
        code: isQuery(call) ? 'Throttling' : 'ThrottlingException',
        status: isQueryOfPrometheus(call) ? 429 : 400,
        message: 'Rate exceeded',
      },
    }),
  },
  {
    name: '500',
    passes: true,
    harm: () => ({ error: { code: 'ServerException', status: 500, message: 'Internal' } }),
  },
  { name: 'time-out', passes: true, harm: lost({ lost: 'silence' }) },
  { name: 'reset', passes: true, harm: lost({ lost: 'reset' }) },
  { name: 'garbage', passes: true, harm: lost({ lost: 'garbage' }) },
  { name: 'done, time-out', harm: lost({ lost: 'silence', done: true }) },
  { name: 'done, reset', harm: lost({ lost: 'reset', done: true }) },
  { name: 'done, garbage', harm: lost({ lost: 'garbage', done: true }) },
  {
    name: 'denied',
    harm: (call) => ({
      error: {
        code: isQuery(call) ? 'AccessDenied' : 'AccessDeniedException',
        status: isQuery(call) || isQueryOfPrometheus(call) ? 403 : 400,
        message: `User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: ${call.operation} because no identity-based policy allows the action`,
      },
    }),
  },
  {
    name: 'expired',
    harm: (call) =>
      isQueryOfPrometheus(call)
        ? undefined
        : {
            error: {
              code: isQuery(call) ? 'ExpiredToken' : 'ExpiredTokenException',
              status: isQuery(call) ? 403 : 400,
              message: 'The security token included in the request is expired',
            },
          },
  },
]
