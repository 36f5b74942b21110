/**
 * Where a run tells what it knows: report.json and outputs at every transition; at its end the summary, GitHub's
 * deployment and whoever is to be notified.
 */
import {
  DEPLOYMENT_STATE,
  log,
  notify,
  PATIENCE,
  realClock,
  reportPath,
  resumeDeployment,
  setOutputs,
  SHORT_PATIENCE,
  slackChannel,
  startDeployment,
  state,
  webhookChannel,
  writeReport,
  writeSummary,
  type Channel,
  type DeploymentRecord,
  type DeploymentState,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import type {
  Journal,
  Outcome,
  RolloutTools,
  RunPhase,
  SetReport,
  Verdict,
} from '@ecs-pipeline/rollout'
import { draftReport, type RunFacts } from './build-report.ts'
import { outputNamesOf } from './outputs.ts'
import { reportText } from './report-text.ts'
import { tellingOf, type RunReport } from './run-report.ts'
import { renderRefusal } from './summary.ts'
import { maskTelling, type TellingInputs } from './telling-inputs.ts'
import { topicChannel } from './topic-channel.ts'

/** What the post part finds again of the main part: the report's path, and the number of GitHub's deployment. */
const STATE = { report: 'report', deployment: 'github-deployment' }

/**
 * GitHub's file of outputs only grows, so that those of many services are written again only when the outcome of the
 * whole is another one, or so many milliseconds have gone by.
 */
const OUTPUTS_EVERY = 10_000

export class Teller {
  private readonly inputs: TellingInputs
  private readonly context: RunContext
  private readonly path: string
  private readonly signal: AbortSignal
  private readonly githubCaveats: string[] = []
  /** Of a set's drafts. */
  private toldOutputs: { readonly outcome?: Outcome; readonly at: number } = { at: -Infinity }
  /** Begun when the service is about to be changed; the run does not wait for GitHub. */
  private deployment: Promise<DeploymentRecord> | undefined

  private constructor(
    inputs: TellingInputs,
    context: RunContext,
    path: string,
    signal: AbortSignal,
  ) {
    this.inputs = inputs
    this.context = context
    this.path = path
    this.signal = signal
  }

  static async open(
    inputs: TellingInputs,
    context: RunContext,
    action: 'deploy' | 'rollback',
    signal: AbortSignal,
  ): Promise<Teller> {
    maskTelling(inputs)
    const path = await reportPath(context, action)
    state.save(STATE.report, path)
    return new Teller(inputs, context, path, signal)
  }

  /** In the post part: goes on where the main part of this step was killed. */
  static reopen(
    inputs: TellingInputs,
    context: RunContext,
    path: string,
    signal: AbortSignal,
  ): Teller {
    maskTelling(inputs)
    const teller = new Teller(inputs, context, path, signal)
    const id = Number(state.read(STATE.deployment))
    if (id > 0) teller.deployment = teller.startDeployment(id)
    return teller
  }

  /** What stays if the run dies at this moment, before it could say how it ended. */
  async checkpoint(facts: RunFacts, phase: RunPhase, tools: RolloutTools): Promise<void> {
    if (phase !== 'preflight') this.deployment ??= this.startDeployment()
    await this.write(draftReport(facts, interruptedIn(phase), phase, tools))
  }

  /** The same for several services. `isChanging`: one of them is about to be changed, or was. */
  async draft(report: SetReport, isChanging: boolean): Promise<void> {
    if (isChanging) this.deployment ??= this.startDeployment()
    await writeReport(this.path, reportText(report))
    const { outcome, at } = this.toldOutputs
    if (report.outcome !== outcome || realClock.now() - at >= OUTPUTS_EVERY) {
      this.tellOutputs(report)
    }
  }

  /** Outputs first: they are what later steps decide by. Nothing of what comes after them can change the outcome. */
  async end(report: RunReport, journal: Pick<Journal, 'caveat'>): Promise<void> {
    await this.write(report)
    const { summary, headline } = tellingOf(report, this.path)
    await writeSummary(summary(), this.context.files)
    log.info(headline)
    const caveats = await this.tellOthers(report)
    for (const caveat of caveats) journal.caveat(caveat)
    if (caveats.length > 0) {
      await this.write({ ...report, caveats: [...report.caveats, ...caveats] })
    }
  }

  private async tellOthers(report: RunReport): Promise<readonly string[]> {
    const { runUrl } = this.context
    const telling = tellingOf(report, this.path)
    const news = telling.news({ run: runUrl, environment: this.inputs.environmentUrl })
    const [caveats] = await Promise.all([
      news ? notify(news, this.channels()) : [],
      this.deployment?.then((record) => record.set(stateOf(report), telling.headline)),
    ])
    return [...caveats, ...this.githubCaveats]
  }

  private channels(): readonly Channel[] {
    const { slackWebhookUrl, webhookUrl, snsTopicArn } = this.inputs
    // A cancelled step has seconds left.
    const patience = this.signal.aborted ? SHORT_PATIENCE : PATIENCE
    const delivery = { clock: realClock, patience }
    const { timeLimit } = SHORT_PATIENCE
    const hurry = this.signal.aborted
      ? { timeLimits: { connection: timeLimit, answer: timeLimit } }
      : {}
    return [
      ...(slackWebhookUrl === undefined ? [] : [slackChannel(slackWebhookUrl, delivery)]),
      ...(webhookUrl === undefined ? [] : [webhookChannel(webhookUrl, delivery)]),
      ...(snsTopicArn === undefined
        ? []
        : [topicChannel(snsTopicArn, { clock: realClock, ...hurry })]),
    ]
  }

  /** `id`: of one that was created already. */
  private async startDeployment(id?: number): Promise<DeploymentRecord> {
    const { environment, environmentUrl, githubToken: token } = this.inputs
    const { apiUrl, repository, commit, runUrl } = this.context
    const none = { id: undefined, set: () => Promise.resolve() }
    if (environment === undefined || token === undefined) return none
    const caveat = (text: string): void => void this.githubCaveats.push(text)
    if (repository === undefined || commit === undefined) {
      caveat('GitHub shows no deployment: the run does not know its repository and commit.')
      return none
    }
    const where = { apiUrl, repository, commit, environment, environmentUrl, runUrl }
    const options = { ...where, token, clock: realClock, hurry: this.signal, caveat }
    if (id !== undefined) return resumeDeployment(options, id)
    const created = (number: number): void => {
      state.save(STATE.deployment, String(number))
    }
    return startDeployment({ ...options, created })
  }

  private async write(report: RunReport): Promise<void> {
    await writeReport(this.path, reportText(report))
    this.tellOutputs(report)
  }

  private tellOutputs(report: RunReport): void {
    setOutputs(tellingOf(report, this.path).outputs)
    this.toldOutputs = { outcome: report.outcome, at: realClock.now() }
  }
}

/** A rollback that was asked for is no failure. */
function stateOf({ outcome, passed }: RunReport): DeploymentState {
  const state = DEPLOYMENT_STATE[outcome]
  return passed && state === 'failure' ? 'success' : state
}

/** The path of the report that the main part of this step wrote; for its post part. */
export const savedReportPath = (): string | undefined => state.read(STATE.report)

/** The truth about a run that ended without a word. */
export function interruptedIn(phase: RunPhase): Verdict {
  const verdict = { rolledBackBy: 'none', code: 'interrupted' } as const
  if (phase === 'preflight' || phase === 'registered' || phase === 'running-task') {
    const during = phase === 'running-task' ? ', while its one-off task ran' : ''
    const reason = `The run ended before it changed the service${during}.`
    return { ...verdict, outcome: 'refused', reason }
  }
  const unknown =
    phase === 'updating'
      ? 'Whether the service was updated is not known here.'
      : 'ECS goes on alone; how it ends is not known here.'
  const reason = `The run ended from outside (${phase}). ${unknown}`
  return { ...verdict, outcome: 'monitoring-lost', reason }
}

/** Inputs that cannot be read end the run before AWS is asked anything. */
export async function tellRefusal(
  action: 'deploy' | 'rollback',
  problems: readonly string[],
  context: RunContext,
): Promise<void> {
  const empty = Object.fromEntries(outputNamesOf(action).map((name) => [name, '']))
  const reason = problems.join(' ')
  setOutputs({
    ...empty,
    outcome: 'refused',
    'rolled-back': 'false',
    'rolled-back-by': 'none',
    'reason-code': 'input',
    reason,
  })
  await writeSummary(renderRefusal(action, problems), context.files)
}
