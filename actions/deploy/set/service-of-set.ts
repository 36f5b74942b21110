import type { Cause, Company, DeployReport, SetMember, Verdict } from '@ecs-pipeline/rollout'
import { buildReport, draftReport, interruptedIn } from '@ecs-pipeline/reporting'
import { forEitherController } from '../codedeploy/open.ts'
import type { ServiceInputs } from '../inputs.ts'
import { ReleaseRun } from '../release-run.ts'
import type { Probes } from '../probes.ts'
import type { DeployTools } from '../tools.ts'
import type { Limiter } from './limiter.ts'
import type { SetDrafts } from './set-drafts.ts'

/** What was found out before is looked at again when so many milliseconds have gone by. */
const STALE = 60_000

export interface MemberOfSet {
  readonly inputs: ServiceInputs
  readonly wave: number
  readonly tools: Omit<DeployTools, 'checkpoint'>
}

export interface SetGround {
  readonly company: Company
  readonly checks: Limiter
  readonly updates: Limiter
  readonly probes: Probes
  readonly drafts: SetDrafts
}

/** One service of a set: a release like any other, whose drafts and end are told to the set. */
export class ServiceOfSet implements SetMember {
  readonly name: string
  readonly wave: number
  private readonly run: ReleaseRun
  private readonly tools: DeployTools
  private readonly ground: SetGround
  private preparedAt = 0
  private told: Verdict | undefined

  constructor({ inputs, wave, tools: given }: MemberOfSet, ground: SetGround) {
    const tools = forEitherController(inputs, given.workspace, given)
    this.name = inputs.service
    this.wave = wave
    this.ground = ground
    this.tools = {
      ...tools,
      company: ground.company,
      probes: ground.probes,
      checkpoint: (facts, phase) =>
        ground.drafts.update(draftReport(facts, interruptedIn(phase), phase, tools)),
    }
    this.run = new ReleaseRun(inputs, this.tools)
  }

  /** What is known of it before anything was asked. */
  get draft(): DeployReport {
    return draftReport(this.run.facts, interruptedIn('preflight'), 'preflight', this.tools)
  }

  check(): Promise<Verdict | undefined> {
    return this.ground.checks.run(() => this.prepare())
  }

  async release(): Promise<Verdict> {
    return this.tell(await this.begin())
  }

  async takeBack(cause: Cause): Promise<Verdict> {
    return this.tell(await this.run.takeBack(cause))
  }

  /** Into the report of the set goes what users get now. Does nothing when that is the verdict it has already. */
  async tell(verdict: Verdict): Promise<Verdict> {
    if (verdict === this.told) return verdict
    this.told = verdict
    await this.ground.drafts.update(await buildReport(this.run.facts, verdict, this.tools))
    return verdict
  }

  private async begin(): Promise<Verdict> {
    const isStale = this.tools.clock.now() - this.preparedAt >= STALE
    const ended = await this.ground.updates.run(
      async () => (isStale ? await this.prepare() : undefined) ?? (await this.run.begin()),
    )
    return ended ?? this.run.finish()
  }

  private prepare(): Promise<Verdict | undefined> {
    this.preparedAt = this.tools.clock.now()
    return this.run.prepare()
  }
}
