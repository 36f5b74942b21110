import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { CodedError } from '../../wire/errors.ts'

export interface Zone {
  readonly id: string
  /** `example.com.` */
  readonly name: string
  readonly callerReference: string
  readonly comment: string | undefined
  readonly isPrivate: boolean
  records: readonly RecordSet[]
}

/** With the members that every record set has. */
export type RecordSet = ResourceRecordSet & { readonly Name: string; readonly Type: string }

export interface Change {
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  readonly comment: string | undefined
}

export interface Route53State {
  readonly zones: Map<string, Zone>
  readonly changes: Map<string, Change>
}

/** A name that an alias record may lead to, in the hosted zone of the AWS service that it belongs to. */
export interface AliasTargetName {
  readonly zoneId: string
  readonly name: string
}

/**
 * As Route 53 gives names back: lower case, with a dot at the end, and every character but letters, digits and `-_.` as
 * an octal escape (Developer Guide, 'DNS domain name format').
 */
export function fullName(name: string): string {
  const dotted = name.endsWith('.') ? name : `${name}.`
  return dotted
    .toLowerCase()
    .replace(/[^a-z0-9._\\-]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

/** One and the same record set: there is at most one of a name, type and set identifier in a zone. */
export const isSameSet = (a: ResourceRecordSet, b: ResourceRecordSet): boolean =>
  a.Name === b.Name && a.Type === b.Type && a.SetIdentifier === b.SetIdentifier

export const zoneShape = (zone: Zone): HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: {
    ...(zone.comment !== undefined && { Comment: zone.comment }),
    PrivateZone: zone.isPrivate,
  },
  ResourceRecordSetCount: zone.records.length,
})

export const noZone = (id: string): Error =>
  new CodedError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404)
/** The words are unproven. */
export const noChange = (id: string): Error =>
  new CodedError('NoSuchChange', `No change found with ID: ${id}`, 404)
export const invalidInput = (message: string): Error =>
  new CodedError('InvalidInput', `Invalid request: ${message}`)
export const invalidBatch = (problems: readonly string[]): Error =>
  new CodedError('InvalidChangeBatch', `[${problems.join(', ')}]`)
