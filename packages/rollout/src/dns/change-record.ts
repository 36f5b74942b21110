/** Leads users to the load balancer of a service by a DNS record, and back. */
import { PortError } from '../errors.ts'
import type { RolloutTools } from '../tools.ts'
import type { DnsPlan } from './plan-record.ts'
import type { DnsRecord } from './port.ts'
import { describeRecord, isSameSet, leadsAlike, recordTo } from './record.ts'

/** How long a change may take to reach all name servers, in milliseconds. AWS says 'within 60 seconds'. */
const IN_SYNC_LIMIT = 5 * 60_000
const LOOK_EVERY = 10_000

/**
 * `asked`: the change was about to be sent. `failed`: it could not be made, or nobody knows whether it was. `undone`: the
 * record is again as it was before. `left`: it was to be put back and is not.
 */
export type DnsState = 'asked' | 'unchanged' | 'changed' | 'failed' | 'undone' | 'left'

/** What a run did to a record. */
export interface DnsReport {
  readonly zone: string
  readonly record: string
  readonly state: DnsState
  /** One sentence for people. */
  readonly said: string
  /** The record before the run; `undefined`: there was none. */
  readonly before: DnsRecord | undefined
  /** As this run wants it. */
  readonly after: DnsRecord
}

/**
 * `onAsked` is told what will be changed, before it is. Throws no port's error: what went wrong is in the report.
 */
export async function changeRecord(
  plan: DnsPlan,
  tools: RolloutTools,
  onAsked: (report: DnsReport) => Promise<void>,
): Promise<DnsReport> {
  const { ports, journal } = tools
  const { zone, name, balancer } = plan
  const bare = recordTo(balancer, plan, undefined)
  const about = { zone, record: name, before: undefined, after: bare }
  let report: DnsReport = { ...about, state: 'failed', said: '' }
  try {
    const before = (await ports.dns.records(zone, name)).find((each) => isSameSet(each, bare))
    const after = recordTo(balancer, plan, before)
    const place = describeRecord(after)
    report = { ...about, before, after, state: 'asked', said: `${name} should lead to ${place}.` }
    if (before && leadsAlike(before, after)) {
      return { ...report, state: 'unchanged', said: `${name} leads to ${place} already.` }
    }
    await onAsked(report)
    journal.progress(`changing the record ${name}: ${describeRecord(before)} -> ${place}`)
    const change = await ports.dns.change(zone, 'UPSERT', after)
    report = {
      ...report,
      state: 'changed',
      said: `${name} leads to ${place} now (before: ${describeRecord(before)}).`,
    }
    await onAsked(report)
    await untilInSync(change, name, tools)
    return report
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    const said = `The DNS record ${name} could not be changed: ${error.message}`
    return { ...report, state: 'failed', said }
  }
}

/**
 * With the record as it was before the run, unless somebody else has changed it since. Throws no port's error. `waits`:
 * until all name servers have it.
 */
export async function putRecordBack(
  report: DnsReport,
  tools: RolloutTools,
  waits = true,
): Promise<DnsReport> {
  if (!mayBeChanged(report)) return report
  const { zone, record: name, before, after } = report
  const { ports, journal } = tools
  const left = (why: string): DnsReport => {
    const said = `The DNS record ${name} was not put back to ${describeRecord(before)}: ${why}`
    journal.caveat(said)
    return { ...report, state: 'left', said }
  }
  try {
    const records = await ports.dns.records(zone, name)
    const present = records.find((each) => isSameSet(each, after))
    const isBack = before ? present && leadsAlike(present, before) : !present
    const said = `${name} leads to ${describeRecord(before)} again.`
    if (isBack === true) return { ...report, state: 'undone', said }
    if (!present || !leadsAlike(present, after)) {
      return left(`somebody else has changed it to ${describeRecord(present)} since.`)
    }
    journal.progress(`putting back the record ${name}: ${describeRecord(before)}`)
    const change = before
      ? await ports.dns.change(zone, 'UPSERT', before)
      : await ports.dns.change(zone, 'DELETE', present)
    if (waits) await untilInSync(change, name, tools)
    return { ...report, state: 'undone', said }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return left(error.message)
  }
}

/** Also where nobody knows whether the change arrived. */
export const mayBeChanged = ({ state }: DnsReport): boolean =>
  state === 'asked' || state === 'changed' || state === 'failed'

/** The change is made; when all name servers have it is only worth a caveat. */
async function untilInSync(
  change: string,
  name: string,
  { ports, clock, signal, journal }: RolloutTools,
): Promise<void> {
  const giveUpAt = clock.now() + IN_SYNC_LIMIT
  const doubt = (why: string): void =>
    journal.caveat(
      `Whether all name servers of Route 53 have the change of ${name} is not known: ${why}`,
    )
  try {
    while (!(await ports.dns.isInSync(change))) {
      if (signal.aborted) {
        doubt('the run was cancelled while it waited.')
        return
      }
      if (clock.now() >= giveUpAt) {
        doubt(`it was not INSYNC after ${IN_SYNC_LIMIT / 60_000} minutes.`)
        return
      }
      await clock.sleep(LOOK_EVERY, signal)
    }
    journal.progress(`all name servers of Route 53 have the change of ${name}`)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    doubt(error.message)
  }
}
