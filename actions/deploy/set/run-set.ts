/** One run on several services: each is a release of its own, and the set decides who begins and who goes back. */
import {
  Recall,
  releaseSet,
  setReport,
  type SetPolicy,
  type SetReport,
} from '@ecs-pipeline/rollout'
import { Probes } from '../probes.ts'
import { Limiter } from './limiter.ts'
import { ServiceOfSet, type MemberOfSet } from './service-of-set.ts'
import { SetDrafts } from './set-drafts.ts'

/** So many services are updated at the same time: all at once would only be throttled. */
const UPDATES_AT_ONCE = 10
/** More of them are checked at the same time, because most of what that asks is asked for all of them together. */
const CHECKS_AT_ONCE = 50

export interface SetOptions extends SetPolicy {
  readonly cluster: string
  /** Milliseconds between two looks at each service. */
  readonly interval: number
  /** Writes what stays if the run dies here; `isChanging`: a service is about to be changed, or was. */
  readonly draft: (report: SetReport, isChanging: boolean) => Promise<void>
  readonly progress: (text: string) => void
  readonly now: () => number
}

export async function runSet(
  members: readonly MemberOfSet[],
  options: SetOptions,
): Promise<SetReport> {
  const { cluster, interval, now } = options
  const startedAt = now()
  const recall = new Recall()
  const company = { size: members.length, interval, recall: recall.cause }
  const drafts = new SetDrafts({ cluster, startedAt, now, write: options.draft })
  const ground = {
    company,
    drafts,
    checks: new Limiter(CHECKS_AT_ONCE),
    updates: new Limiter(UPDATES_AT_ONCE),
    probes: new Probes(),
  }
  const services = members.map((member) => new ServiceOfSet(member, ground))
  drafts.begin(services.map(({ draft }) => draft))
  const verdicts = await releaseSet(services, options, { recall, progress: options.progress })
  for (const service of services) {
    const verdict = verdicts.get(service.name)
    if (verdict) await service.tell(verdict)
  }
  return setReport(drafts.services, { phase: 'ended', cluster, startedAt, finishedAt: now() })
}
