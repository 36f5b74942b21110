import * as sdk from '@aws-sdk/client-route-53'
import { randomBytes } from 'node:crypto'
import type { Clock, Place } from '../../parts.ts'
import { defineService, type Handlers, type Service } from '../../wire/service.ts'
import {
  fullName,
  noChange,
  noZone,
  zoneShape,
  type AliasTargetName,
  type Route53State,
  type Zone,
} from './model.ts'
import { applyChanges } from './record-changes.ts'
import { listRecords } from './record-listing.ts'

/** How long a change is PENDING, in milliseconds. AWS says 'within 60 seconds' (API_GetChange); unproven. */
const IN_SYNC_AFTER = 30_000

/** Route 53: hosted zones and their record sets. Nothing answers DNS queries; health checks do not exist. */
export function createRoute53(deps: {
  readonly clock: Clock
  readonly place: Place
  /** Of the load balancers that are there. */
  readonly aliasTargets: () => readonly AliasTargetName[]
}): Service {
  const state: Route53State = { zones: new Map(), changes: new Map() }
  const client = new sdk.Route53Client({ region: deps.place.region })
  return defineService(sdk, client, handlersOf(state, deps), {
    ChangeResourceRecordSets: [
      { path: 'ChangeBatch.Changes', minLength: 1 },
      { path: 'ChangeBatch.Changes.Action', oneOf: ['CREATE', 'DELETE', 'UPSERT'] },
      { path: 'ChangeBatch.Changes.ResourceRecordSet.Weight', minimum: 0, maximum: 255 },
      { path: 'ChangeBatch.Changes.ResourceRecordSet.SetIdentifier', minLength: 1, maxLength: 128 },
    ],
  })
}

function handlersOf(
  state: Route53State,
  { clock, aliasTargets }: Parameters<typeof createRoute53>[0],
): Handlers<typeof sdk> {
  const zoneOf = (id = ''): Zone => {
    const zone = state.zones.get(id)
    if (!zone) throw noZone(id)
    return zone
  }
  const begin = (comment?: string): sdk.ChangeInfo => {
    const id = `C${newId()}`
    state.changes.set(id, { at: clock.now(), comment })
    return changeInfo(id)
  }
  const changeInfo = (id: string): sdk.ChangeInfo => {
    const change = state.changes.get(id)
    if (!change) throw noChange(id)
    return {
      Id: `/change/${id}`,
      Status: clock.now() - change.at >= IN_SYNC_AFTER ? 'INSYNC' : 'PENDING',
      SubmittedAt: new Date(change.at),
      ...(change.comment !== undefined && { Comment: change.comment }),
    }
  }
  return {
    CreateHostedZone({ Name, CallerReference = '', HostedZoneConfig, VPC }) {
      const taken = [...state.zones.values()].some(
        ({ callerReference }) => callerReference === CallerReference,
      )
      if (taken) {
        // The words are unproven.
        throw new sdk.HostedZoneAlreadyExists({
          message: `A hosted zone has already been created with the specified caller reference.`,
          $metadata: {},
        })
      }
      const zone = newZone({ Name, CallerReference, HostedZoneConfig, VPC })
      state.zones.set(zone.id, zone)
      return {
        HostedZone: zoneShape(zone),
        ChangeInfo: begin(),
        DelegationSet: { NameServers: NAME_SERVERS },
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      }
    },
    GetHostedZone({ Id }) {
      const zone = zoneOf(Id)
      return {
        HostedZone: zoneShape(zone),
        ...(!zone.isPrivate && { DelegationSet: { NameServers: NAME_SERVERS } }),
      }
    },
    ListResourceRecordSets: (input) => listRecords(zoneOf(input.HostedZoneId), input),
    ChangeResourceRecordSets({ HostedZoneId, ChangeBatch }) {
      const zone = zoneOf(HostedZoneId)
      zone.records = applyChanges(zone, ChangeBatch?.Changes ?? [], aliasTargets())
      return { ChangeInfo: begin(ChangeBatch?.Comment) }
    },
    GetChange: ({ Id = '' }) => ({ ChangeInfo: changeInfo(Id) }),
  }
}

const NAME_SERVERS = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.co.uk', 'ns-3.awsdns-03.com']

const newId = (): string => `0${randomBytes(10).toString('hex').toUpperCase()}`.slice(0, 20)

/** A new zone has a record of its name servers and one of its authority (API_CreateHostedZone). */
function newZone(input: sdk.CreateHostedZoneCommandInput): Zone {
  const name = fullName(input.Name ?? '')
  const values = (list: readonly string[]): sdk.ResourceRecord[] => list.map((Value) => ({ Value }))
  const authority = `${NAME_SERVERS[0] ?? ''}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`
  return {
    id: `Z${newId()}`,
    name,
    callerReference: input.CallerReference ?? '',
    comment: input.HostedZoneConfig?.Comment,
    isPrivate: input.VPC !== undefined,
    records: [
      {
        Name: name,
        Type: 'NS',
        TTL: 172_800,
        ResourceRecords: values(NAME_SERVERS.map((each) => `${each}.`)),
      },
      { Name: name, Type: 'SOA', TTL: 900, ResourceRecords: values([authority]) },
    ],
  }
}
