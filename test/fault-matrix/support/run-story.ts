/** Runs a story once, with a fault or without, and looks at the world afterwards. */
import { createPorts, type CallRecord } from '@ecs-pipeline/aws'
import { Journal, type DeployReport } from '@ecs-pipeline/rollout'
import type { Fault } from '../../../packages/local-aws/src/wire/faults.ts'
import { Stage } from '../../scenarios/support/stage.ts'
import {
  CLUSTER,
  createLoadBalancer,
  createService,
  type LoadBalancer,
} from '../../support/stack.ts'
import { CallPhases, type MadeCall } from './calls.ts'
import { createPrograms } from './programs.ts'
import { imageOf } from './runs.ts'
import type { Story } from './stories.ts'
import { WaitingClock } from './waiting-clock.ts'
import { readWorld, type World } from './world.ts'

/** What must never be printed: the caller's keys, and a password in the task definition. */
export const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'matrix-secret-access-key',
  AWS_SESSION_TOKEN: 'matrix-session-token',
  DATABASE_PASSWORD: 'matrix-database-password',
}

/** So long after a run whatever it started has come to its end, in milliseconds. */
const SETTLED_AFTER = 180_000

export interface Told {
  readonly report: DeployReport
  readonly calls: readonly MadeCall[]
  readonly attempts: readonly CallRecord[]
  readonly lines: readonly string[]
  readonly timeOuts: number
  /** When the run was over. */
  readonly after: World
  /** Some minutes later. */
  readonly settled: World
}

/** Where stories are played: one local AWS, and one load balancer for all of its services. */
export interface Theatre {
  readonly stage: Stage
  readonly loadBalancer: LoadBalancer
  close(): Promise<void>
}

export async function openTheatre(): Promise<Theatre> {
  const stage = await Stage.open(await createPrograms())
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = SECRETS
  Object.assign(process.env, { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN })
  const loadBalancer = await createLoadBalancer(stage.clients, 'ledger', 5, 30)
  return { stage, loadBalancer, close: () => stage.close() }
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
  { stage, loadBalancer }: Theatre,
  story: Story,
  faults: readonly Fault[],
  patience: number,
): Promise<Told> {
  const name = `ledger-${nextNumber++}`
  // The minutes of the metrics begin alike in every run.
  await stage.clock.advance(60_000 - (stage.clock.now() % 60_000))
  await createService(stage.endpoint, stage.clients, {
    name,
    loadBalancer,
    image: await imageOf(stage, 'good'),
    environment: { DATABASE_PASSWORD: SECRETS.DATABASE_PASSWORD },
  })
  await stage.clock.advance(60_000)
  await story.prepare(stage, name)
  stage.aws.calls.clear()
  for (const fault of faults) stage.aws.faults.add(fault)
  const told = await tell(stage, story, name, patience).finally(() => {
    stage.aws.faults.clear()
  })
  const after = await readWorld(stage, name)
  const settled = isOver(after) ? after : await readLater(stage, name)
  await stage.clients.ecs.deleteService({ cluster: CLUSTER, service: name, force: true })
  return { ...told, after, settled }
}

/** Nothing is under way, so that looking again later would show the same. */
const isOver = ({ deployments, running, desired }: World): boolean =>
  running.length === desired &&
  deployments.every(({ status }) => /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL)$/.test(status))

async function readLater(stage: Stage, name: string): Promise<World> {
  await stage.clock.advance(SETTLED_AFTER)
  return readWorld(stage, name)
}

async function tell(
  stage: Stage,
  story: Story,
  service: string,
  patience: number,
): Promise<Omit<Told, 'after' | 'settled'>> {
  const lines: string[] = []
  const attempts: CallRecord[] = []
  const phases = new CallPhases(stage.aws.calls, story.action)
  let timeOuts = (): number => 0
  const report = await stage.clock.run((actor) => {
    const clock = new WaitingClock(actor)
    timeOuts = () => clock.timeOuts
    const journal = new Journal(clock, {
      progress: (line) => lines.push(line),
      warning: (line) => lines.push(line),
    })
    const onCall = (record: CallRecord): void => {
      attempts.push(record)
      clock.attempted(record)
    }
    const random = (): number => 0.5
    const signal = new AbortController().signal
    const ports = createPorts({
      cluster: CLUSTER,
      service,
      clock,
      random,
      onCall,
      timeLimits: { connection: PATIENCE, answer: patience },
    })
    return story.run(stage, service, {
      ports,
      clock,
      journal,
      signal,
      checkpoint: (_facts, phase) => {
        phases.reached(phase)
        return Promise.resolve()
      },
    })
  })
  return { report, calls: phases.calls(), attempts, lines, timeOuts: timeOuts() }
}
