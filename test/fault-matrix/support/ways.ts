/** How one call can be disturbed, as the local AWS and the matrix name it. */
import type { Fault } from '../../../packages/local-aws/src/wire/faults.ts'
import type { MadeCall } from './calls.ts'
import { BURST, KINDS, type Harm } from './harms.ts'

/** One call, disturbed in one way from its first occurrence on. */
export interface Way {
  readonly call: MadeCall
  readonly kind: string
  readonly passes: boolean
  readonly faults: readonly Fault[]
}

/** `UpdateService @ rolling back` */
export const keyOf = ({ operation, phase }: MadeCall): string => `${operation} @ ${phase}`

export function waysToDisturb(call: MadeCall): readonly Way[] {
  const { operation, index } = call
  const lasting = KINDS.flatMap(({ name, harm }): Way[] => {
    const found = harm(call)
    if (!found) return []
    return [{ call, kind: name, passes: false, faults: [{ operation, after: index, ...found }] }]
  })
  return [{ call, kind: BURST, passes: true, faults: burst(call) }, ...lasting]
}

/** One of each that may pass, one after the other; each fault counts only what the ones before let through. */
function burst(call: MadeCall): readonly Fault[] {
  const passing = KINDS.filter(({ passes }) => passes === true)
  return passing.flatMap(({ harm }): Fault[] => {
    const found: Harm | undefined = harm(call)
    if (!found) return []
    return [{ operation: call.operation, after: call.index, times: 1, ...found }]
  })
}

/** The calls that such a disturbance hit. */
export const hitsOf = (calls: readonly MadeCall[], { call }: Way): readonly MadeCall[] =>
  calls.filter((each) => each.operation === call.operation && wasHit(each))

const wasHit = ({ lost, error = '' }: MadeCall): boolean =>
  lost !== undefined || /^(Throttling|ServerException|AccessDenied|ExpiredToken)/.test(error)
