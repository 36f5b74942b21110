/** Leads users to a release by a DNS record once it is good, and back when it is taken back. */
import {
  changeRecord,
  mayBeChanged,
  planRecord,
  putRecordBack,
  type DnsOrder,
  type DnsPlan,
  type DnsReport,
  type ServiceView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { DeployTools } from './tools.ts'

/** The record of one release; does nothing where none was asked for. */
export class ReleaseRecord {
  private readonly order: DnsOrder | undefined
  private readonly tools: DeployTools
  private readonly onChange: () => Promise<void>
  private plan: DnsPlan | undefined
  private told: DnsReport | undefined

  /** `onChange` is told before and after the record is changed. */
  constructor(order: DnsOrder | undefined, tools: DeployTools, onChange: () => Promise<void>) {
    this.order = order
    this.tools = tools
    this.onChange = onChange
  }

  /** What was done to it, once something was. */
  get report(): DnsReport | undefined {
    return this.told
  }

  get isChanged(): boolean {
    return this.told !== undefined && mayBeChanged(this.told)
  }

  /** Throws a Refusal, or the error of a port. */
  async prepare(service: ServiceView): Promise<void> {
    this.plan = this.order && (await planRecord(this.order, service, this.tools.ports))
  }

  /** What the verdict becomes by it. Nothing is done after a release that was not proven good. */
  async lead(verdict: Verdict): Promise<Verdict> {
    const { plan, tools } = this
    if (!plan) return verdict
    if (verdict.outcome === 'deployed-idle') {
      tools.journal.caveat(`The DNS record ${plan.name} was not changed: no task runs.`)
    }
    if (verdict.outcome !== 'deployed' && verdict.outcome !== 'no-change') return verdict
    const report = await changeRecord(plan, tools, (asked) => {
      this.told = asked
      return this.onChange()
    })
    this.told = report
    tools.journal.progress(report.said)
    const reason = `${verdict.reason} ${report.said}`
    if (report.state === 'failed') {
      return { outcome: 'failed-no-rollback', rolledBackBy: 'none', code: 'dns', reason }
    }
    const isAll = verdict.outcome === 'no-change' && report.state === 'changed'
    return { ...verdict, reason, ...(isAll && { code: 'dns' }) }
  }

  /** To where it led before. */
  async putBack(): Promise<DnsReport | undefined> {
    if (this.told) this.told = await putRecordBack(this.told, this.tools)
    return this.told
  }
}
