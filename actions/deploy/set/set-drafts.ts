/** What is known of each service of a set while the run goes on, and the report that stays if it dies. */
import { setReport, type DeployReport, type SetReport } from '@ecs-pipeline/rollout'

/** Before this phase nothing of a service was changed. */
const UNCHANGED: readonly DeployReport['phase'][] = ['preflight', 'registered']

export interface SetDraftOptions {
  readonly cluster: string
  readonly startedAt: number
  /** Writes it; `isChanging`: a service is about to be changed, or was. */
  readonly write: (report: SetReport, isChanging: boolean) => Promise<void>
  readonly now: () => number
}

export class SetDrafts {
  private readonly options: SetDraftOptions
  private readonly reports = new Map<string, DeployReport>()
  private writing: Promise<void> | undefined
  private next: Promise<void> | undefined

  constructor(options: SetDraftOptions) {
    this.options = options
  }

  /** One report for each service, in their order. */
  begin(reports: readonly DeployReport[]): void {
    for (const report of reports) this.reports.set(report.service, report)
  }

  get services(): readonly DeployReport[] {
    return [...this.reports.values()]
  }

  /** Resolves when the report that says so is written. What comes in the meantime is written in one go. */
  async update(report: DeployReport): Promise<void> {
    this.reports.set(report.service, report)
    this.next ??= this.afterPresent()
    await this.next
  }

  private async afterPresent(): Promise<void> {
    // One that could not be written is told to those who waited for it.
    await Promise.resolve(this.writing).catch(() => undefined)
    this.writing = this.next
    this.next = undefined
    const { cluster, startedAt, write, now } = this.options
    const { services } = this
    const isChanging = services.some(
      ({ phase, taskDefinition }) => !UNCHANGED.includes(phase) && taskDefinition !== undefined,
    )
    const facts = { phase: 'running', cluster, startedAt, finishedAt: now() } as const
    await write(setReport(services, facts), isChanging)
  }
}
