/**
 * What ChangeResourceRecordSets makes of a zone: all of a batch, or nothing. The words of the refusals are those that
 * users of AWS have quoted (the README says where).
 */
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { isDeepStrictEqual } from 'node:util'
import {
  fullName,
  invalidBatch,
  invalidInput,
  isSameSet,
  type AliasTargetName,
  type RecordSet,
  type Zone,
} from './model.ts'

/** Throws InvalidInput or InvalidChangeBatch. */
export function applyChanges(
  zone: Zone,
  changes: readonly Change[],
  targets: readonly AliasTargetName[],
): readonly RecordSet[] {
  for (const change of changes) checkForm(change)
  let records = zone.records
  const problems: string[] = []
  for (const { Action, ResourceRecordSet } of changes) {
    const record = normalized(ResourceRecordSet ?? { Name: '', Type: 'A' })
    const present = records.find((each) => isSameSet(each, record))
    const others = records.filter((each) => each !== present)
    const found = problemsOf({ zone, record, present, others, targets, action: Action ?? '' })
    problems.push(...found)
    if (found.length === 0) records = Action === 'DELETE' ? others : [...others, record]
  }
  if (problems.length > 0) throw invalidBatch(problems)
  return records
}

/** What a request may not say at all, whatever the zone has. */
function checkForm({ Action, ResourceRecordSet: record }: Change): void {
  if (!record) return
  const { Name, Type, SetIdentifier, AliasTarget, TTL, ResourceRecords, Weight } = record
  const where = `in Change with [Action=${Action ?? ''}, Name=${Name ?? ''}, Type=${Type ?? ''}, SetIdentifier=${SetIdentifier ?? 'null'}]`
  const isPlain = TTL !== undefined && ResourceRecords !== undefined
  const isPartOfPlain = TTL !== undefined || ResourceRecords !== undefined
  const kinds =
    'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]'
  if (AliasTarget ? isPartOfPlain : !isPlain) {
    throw invalidInput(`${kinds}, but found ${AliasTarget ? 'more than one' : 'none'} ${where}`)
  }
  if (Weight !== undefined && SetIdentifier === undefined) {
    throw invalidInput(`Missing field 'SetIdentifier' ${where}`)
  }
}

function normalized(record: ResourceRecordSet): RecordSet {
  const { Name = '', Type = 'A', AliasTarget } = record
  return {
    ...record,
    Name: fullName(Name),
    Type,
    ...(AliasTarget && {
      AliasTarget: { ...AliasTarget, DNSName: fullName(AliasTarget.DNSName ?? '') },
    }),
  }
}

interface Asked {
  readonly zone: Zone
  readonly action: string
  readonly record: RecordSet
  readonly present: RecordSet | undefined
  readonly others: readonly RecordSet[]
  readonly targets: readonly AliasTargetName[]
}

function problemsOf(asked: Asked): readonly string[] {
  const { zone, record, present, others, action } = asked
  const { Name, Type, SetIdentifier } = record
  const identifier = SetIdentifier === undefined ? '' : `, set-identifier='${SetIdentifier}'`
  const set = `resource record set [name='${Name}', type='${Type}'${identifier}]`
  if (Name !== zone.name && !Name.endsWith(`.${zone.name}`)) {
    return [`RRSet with DNS name ${Name} is not permitted in zone ${zone.name}`]
  }
  if (action === 'DELETE') {
    if (!present) return [`Tried to delete ${set} but it was not found`]
    if (isDeepStrictEqual(present, record)) return []
    return [`Tried to delete ${set} but the values provided do not match the current values`]
  }
  if (action === 'CREATE' && present) return [`Tried to create ${set} but it already exists`]
  const sameName = others.filter((each) => each.Name === Name)
  const conflicting = sameName.find(
    (each) => each.Type !== Type && (each.Type === 'CNAME' || Type === 'CNAME'),
  )
  if (conflicting) {
    // Both spaces before its type are AWS's.
    return [
      `RRSet of type ${Type} with DNS name ${Name} is not permitted because a conflicting RRSet of type  ${conflicting.Type} with the same DNS name already exists in zone ${zone.name}`,
    ]
  }
  const siblings = sameName.filter((each) => each.Type === Type)
  if (siblings.length > 0 && SetIdentifier === undefined) {
    return [
      `RRSet with DNS name ${Name}, type ${Type} cannot be created as other RRSets exist with the same name and type.`,
    ]
  }
  if (record.Weight !== undefined && siblings.some(({ Weight }) => Weight === undefined)) {
    return [
      `RRSet with DNS name ${Name}, type ${Type}, SetIdentifier ${SetIdentifier ?? ''} cannot be created as a non-weighted set exists with the same name and type.`,
    ]
  }
  return aliasProblems(asked)
}

function aliasProblems({ zone, record, others, targets }: Asked): readonly string[] {
  const { AliasTarget: alias, Type } = record
  if (!alias) return []
  const to = `Tried to create an alias that targets ${alias.DNSName ?? ''}, type ${Type} in zone ${alias.HostedZoneId ?? ''}, but`
  const name = (alias.DNSName ?? '').replace(/^dualstack\./, '')
  const isOwn = alias.HostedZoneId === zone.id
  const found = isOwn
    ? others.some((each) => each.Name === name && each.Type === Type)
    : targets.some((each) => each.zoneId === alias.HostedZoneId && fullName(each.name) === name)
  if (found) return []
  const isElsewhere = !targets.some((each) => each.zoneId === alias.HostedZoneId) && !isOwn
  return [
    ...(isElsewhere ? [`${to} the alias target name does not lie within the target zone`] : []),
    `${to} that target was not found`,
  ]
}
