/** One run on several services: each is a release of its own, and the set decides who begins and who goes back. */
import {
  Recall,
  releaseSet,
  setReport,
  type SetPolicy,
  type SetReport,
} from '@ecs-pipeline/rollout'
import { Limiter } from './limiter.ts'
import { ServiceOfSet, type MemberOfSet } from './service-of-set.ts'
import { SetDrafts } from './set-drafts.ts'

/** So many services are prepared and updated at the same time: all at once would only be throttled. */
const AT_ONCE = 10

export interface SetOptions extends SetPolicy {
  readonly cluster: string
  /** Writes what stays if the run dies here; `isChanging`: a service is about to be changed, or was. */
  readonly draft: (report: SetReport, isChanging: boolean) => Promise<void>
  readonly progress: (text: string) => void
  readonly now: () => number
}

export async function runSet(
  members: readonly MemberOfSet[],
  options: SetOptions,
): Promise<SetReport> {
  const { cluster, now } = options
  const startedAt = now()
  const recall = new Recall()
  const company = { size: members.length, recall: recall.cause }
  const drafts = new SetDrafts({ cluster, startedAt, now, write: options.draft })
  const ground = { company, drafts, limiter: new Limiter(AT_ONCE) }
  const services = members.map((member) => new ServiceOfSet(member, ground))
  drafts.begin(services.map(({ draft }) => draft))
  const verdicts = await releaseSet(services, options, { recall, progress: options.progress })
  for (const service of services) {
    const verdict = verdicts.get(service.name)
    if (verdict) await service.tell(verdict)
  }
  return setReport(drafts.services, { phase: 'ended', cluster, startedAt, finishedAt: now() })
}
