/** Runs a story once, with faults or without, and looks at the world afterwards. */
import { createPorts, type CallRecord } from '@ecs-pipeline/aws'
import { Journal, type DeployReport } from '@ecs-pipeline/rollout'
import type { Actor } from '../../../packages/local-aws/src/clock/virtual-clock.ts'
import type { Fault } from '../../../packages/local-aws/src/wire/faults.ts'
import type { Stage } from '../../scenarios/support/stage.ts'
import {
  CLUSTER,
  createService,
  createShiftingLoadBalancer,
  deleteLoadBalancer,
} from '../../support/stack.ts'
import { CallPhases, type MadeCall } from './calls.ts'
import { MortalClock } from './mortal-clock.ts'
import { imageOf } from './runs.ts'
import type { Story, StoryTools } from './story.ts'
import { SECRETS, type Theatre } from './theatre.ts'
import { WaitingClock } from './waiting-clock.ts'
import { readWorld, type World } from './world.ts'

/** So long after a run whatever it started has come to its end, in milliseconds. */
const SETTLED_AFTER = 180_000
/** The same where ECS has to wait for the end of a pause first. */
const SETTLED_AFTER_PAUSE = 20 * 60_000

export interface Told {
  readonly report: DeployReport
  readonly calls: readonly MadeCall[]
  readonly attempts: readonly CallRecord[]
  readonly lines: readonly string[]
  readonly timeOuts: number
  /** How many messages the topic has got about the service. */
  readonly messages: number
  /** When the run was over. */
  readonly after: World
  /** Some minutes later. */
  readonly settled: World
}

let nextNumber = 1

/** How long a client waits for an answer, in milliseconds of the wall. */
const PATIENCE = 20_000
/** The same where answers do not come; the later ones when a busy machine was taken for silence. */
const PATIENCE_IN_SILENCE = [40, 200, 1000]

/** Throws what the action throws. */
export async function runStory(
  theatre: Theatre,
  story: Story,
  faults: readonly Fault[] = [],
): Promise<Told> {
  const isSilent = faults.some((fault) => 'lost' in fault && fault.lost === 'silence')
  if (!isSilent) return runOnce(theatre, story, faults, PATIENCE)
  for (const patience of PATIENCE_IN_SILENCE) {
    const told = await runOnce(theatre, story, faults, patience)
    const silent = told.calls.filter(({ lost }) => lost === 'silence').length
    if (told.timeOuts === silent) return told
  }
  throw new Error('This machine is too busy to tell silence from a slow answer.')
}

async function runOnce(
  theatre: Theatre,
  story: Story,
  faults: readonly Fault[],
  patience: number,
): Promise<Told> {
  const { stage, topicArn } = theatre
  const name = `ledger-${nextNumber++}`
  // The minutes of the metrics begin alike in every run.
  await stage.clock.advance(60_000 - (stage.clock.now() % 60_000))
  const own = story.canShift ? await createShiftingLoadBalancer(stage.clients, name) : undefined
  await createService(stage.endpoint, stage.clients, {
    name,
    loadBalancer: own ?? theatre.loadBalancer,
    image: await imageOf(stage, 'good'),
    environment: { DATABASE_PASSWORD: SECRETS.DATABASE_PASSWORD },
  })
  await stage.clock.advance(60_000)
  await story.prepare(stage, name)
  stage.aws.calls.clear()
  for (const fault of faults) stage.aws.faults.add(fault)
  const told = await tell(theatre, story, name, patience).finally(() => {
    stage.aws.faults.clear()
  })
  const messages = stage.aws.messages(topicArn).filter(({ body }) => body.includes(`${name} `))
  const after = await readWorld(stage, name)
  const settled = isOver(after) ? after : await readLater(stage, name, story)
  await stage.clients.ecs.deleteService({ cluster: CLUSTER, service: name, force: true })
  if (own) await deleteLoadBalancer(stage.clients, own)
  return { ...told, messages: messages.length, after, settled }
}

/** Nothing is under way, so that looking again later would show the same. */
const isOver = ({ deployments, running, desired }: World): boolean =>
  running.length === desired &&
  deployments.every(({ status }) => /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL)$/.test(status))

async function readLater(stage: Stage, name: string, { canShift }: Story): Promise<World> {
  await stage.clock.advance(canShift ? SETTLED_AFTER_PAUSE : SETTLED_AFTER)
  return readWorld(stage, name)
}

async function tell(
  theatre: Theatre,
  story: Story,
  service: string,
  patience: number,
): Promise<Omit<Told, 'messages' | 'after' | 'settled'>> {
  const { stage } = theatre
  const lines: string[] = []
  const attempts: CallRecord[] = []
  const clocks: WaitingClock[] = []
  const phases = new CallPhases(stage.aws.calls, story.action)
  const toolsOn = (actor: Actor): StoryTools => {
    const waiting = new WaitingClock(actor)
    clocks.push(waiting)
    const clock = new MortalClock(waiting)
    const journal = new Journal(clock, {
      progress: (line) => lines.push(line),
      warning: (line) => lines.push(line),
    })
    const onCall = (record: CallRecord): void => {
      attempts.push(record)
      waiting.attempted(record)
    }
    const ports = createPorts({
      cluster: CLUSTER,
      service,
      clock,
      random: () => 0.5,
      onCall,
      timeLimits: { connection: PATIENCE, answer: patience },
      prometheusToken: SECRETS.PROMETHEUS_TOKEN,
    })
    return {
      ports,
      onCall,
      clock,
      journal,
      patience,
      prometheus: theatre.prometheus,
      topicArn: theatre.topicArn,
      signal: new AbortController().signal,
      checkpoint: (_facts, phase) => {
        phases.reached(phase)
        return Promise.resolve()
      },
      enter: (phase) => {
        phases.enter(phase)
      },
      again: () => toolsOn(actor),
    }
  }
  const report = await stage.clock.run((actor) => story.run(stage, service, toolsOn(actor)))
  const timeOuts = clocks.reduce((sum, each) => sum + each.timeOuts, 0)
  return { report, calls: phases.calls(), attempts, lines, timeOuts }
}
