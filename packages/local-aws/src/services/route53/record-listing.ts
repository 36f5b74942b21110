import type {
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53'
import { fullName, invalidInput, type RecordSet, type Zone } from './model.ts'

/** 'up to 300' a call (API_ListResourceRecordSets). */
const MOST_ITEMS = 300

type Listing = Omit<ListResourceRecordSetsCommandOutput, '$metadata'>

/** In the order of the API: by name with its labels reversed, then by type, then by set identifier. */
export function listRecords(
  { records }: Zone,
  {
    StartRecordName,
    StartRecordType,
    StartRecordIdentifier,
    MaxItems,
  }: Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId'>,
): Listing {
  if (StartRecordName === undefined && StartRecordType !== undefined) {
    // 'Specifying type without specifying name returns an InvalidInput error'; the words are unproven.
    throw invalidInput('a type was given without a name')
  }
  const start =
    StartRecordName === undefined
      ? ''
      : keyOf(fullName(StartRecordName), StartRecordType ?? '', StartRecordIdentifier ?? '')
  const all = records
    .map((record) => ({ record, key: keyOfRecord(record) }))
    .filter(({ key }) => key >= start)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ record }) => record)
  const most = Math.min(MaxItems ?? MOST_ITEMS, MOST_ITEMS)
  const next = all[most]
  return {
    ResourceRecordSets: all.slice(0, most),
    MaxItems: most,
    IsTruncated: next !== undefined,
    ...(next && {
      NextRecordName: next.Name,
      NextRecordType: next.Type,
      ...(next.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }),
    }),
  }
}

const keyOf = (name: string, type: string, identifier: string): string =>
  [...name.replace(/\.$/, '').split('.').reverse(), '', type, identifier].join('\u0001')

const keyOfRecord = ({ Name, Type, SetIdentifier = '' }: RecordSet): string =>
  keyOf(Name, Type, SetIdentifier)
