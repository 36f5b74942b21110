import { randomBytes } from 'node:crypto'
import type { Place } from './parts.ts'

/** 32 hex digits, as ECS names tasks. */
export const hexId = (): string => randomBytes(16).toString('hex')

/** `length` hex digits, as load balancers and target groups end. */
export const shortHexId = (length = 16): string =>
  randomBytes(length).toString('hex').slice(0, length)

/** 19 decimal digits, as ECS numbers deployments (`ecs-svc/1234567890123456789`) and service revisions. */
export const decimalId = (): string => {
  const digits = BigInt(`0x${randomBytes(8).toString('hex')}`) % 9_000_000_000_000_000_000n
  return String(digits + 1_000_000_000_000_000_000n)
}

/** 21 characters of letters, digits, `_` and `-`, as ECS ends service deployment ARNs. */
export const mixedId = (): string => randomBytes(16).toString('base64url').slice(0, 21)

export const arn = (service: string, place: Place, resource: string): string =>
  `arn:aws:${service}:${place.region}:${place.account}:${resource}`
