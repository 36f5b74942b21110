/** What holds for the plan of any service, whatever happens to its tasks. */
import { describe, expect, test } from '@jest/globals'
import {
  planNext,
  type Condition,
  type Plan,
  type Situation,
} from '../../src/services/ecs/scheduler/reconcile.ts'
import { randomFrom } from '../../../../test/support/random.ts'

interface Task {
  readonly name: string
  owner: 'own' | 'source' | 'abandoned'
  condition: Condition
}

interface World {
  desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  isStalled: boolean
  tasks: Task[]
}

const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const WORLDS = 400
const STEPS = 40

describe(`over random lives of services (TEST_SEED=${SEED})`, () => {
  const next = randomFrom(SEED)
  const chance = (probability: number): boolean => next() < probability
  const oneOf = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(next() * values.length)] ?? values[0]
  let names = 0
  const started = (owner: Task['owner']): Task => ({
    name: `${owner}-${++names}`,
    owner,
    condition: 'starting',
  })

  function newWorld(): World {
    const desired = Math.floor(next() * 9)
    return {
      desired,
      minimumHealthyPercent: oneOf([100, 0, 34, 50, 99]),
      maximumPercent: oneOf([200, 100, 125, 150, 199]),
      isStalled: false,
      tasks: Array.from({ length: desired }, () => ({ ...started('own'), condition: 'healthy' })),
    }
  }

  /** Tasks come up, fail and die; somebody scales the service, releases, or a breaker stalls it. */
  function live(world: World): void {
    for (const task of world.tasks) {
      if (task.condition === 'starting' && chance(0.5)) task.condition = 'healthy'
      else if (task.condition !== 'unhealthy' && chance(0.08)) task.condition = 'unhealthy'
    }
    world.tasks = world.tasks.filter(() => !chance(0.05))
    if (chance(0.05)) world.desired = Math.floor(next() * 9)
    if (chance(0.08)) world.isStalled = !world.isStalled
    if (chance(0.08)) release(world)
  }

  function release(world: World): void {
    const owner = isDone(world) ? 'source' : 'abandoned'
    for (const task of world.tasks) if (task.owner === 'own') task.owner = owner
    world.isStalled = false
  }

  test('nobody who is needed is stopped, and nothing is started above the limit', () => {
    for (let number = 0; number < WORLDS; number++) {
      const world = newWorld()
      for (let step = 0; step < STEPS; step++) {
        live(world)
        const plan = planNext(situation(world))
        expect({ number, step, world, plan, broken: brokenRules(world, plan) }).toMatchObject({
          broken: [],
        })
        apply(world, plan, started)
      }
    }
  })

  test('when nothing fails any more, the desired tasks run in the end and no others', () => {
    for (let number = 0; number < WORLDS; number++) {
      const world = newWorld()
      for (let step = 0; step < STEPS; step++) {
        live(world)
        apply(world, planNext(situation(world)), started)
      }
      world.isStalled = false
      const { least, most } = limits(world)
      // With no room between its limits ECS cannot replace a task either.
      if (most <= least && world.desired > 0) continue
      for (let step = 0; step < STEPS && !isDone(world); step++) {
        for (const task of world.tasks) {
          if (task.condition === 'starting') task.condition = 'healthy'
        }
        apply(world, planNext(situation(world)), started)
      }
      expect({ number, world, isDone: isDone(world) }).toMatchObject({ isDone: true })
      expect(planNext(situation(world))).toEqual({ start: 0, restart: 0, stop: [], giveUp: [] })
    }
  })
})

const situation = (world: World): Situation<Task> => {
  const of = (owner: Task['owner']): Situation<Task>['own'] =>
    world.tasks
      .filter((task) => task.owner === owner)
      .map((task) => ({ task, condition: task.condition }))
  const { desired, minimumHealthyPercent, maximumPercent, isStalled } = world
  return {
    desired,
    minimumHealthyPercent,
    maximumPercent,
    isStalled,
    own: of('own'),
    source: of('source'),
    abandoned: of('abandoned'),
  }
}

const limits = (world: World): { least: number; most: number } => ({
  least: Math.ceil((world.desired * world.minimumHealthyPercent) / 100),
  most: Math.floor((world.desired * world.maximumPercent) / 100),
})

const isHealthy = ({ condition }: Task): boolean => condition === 'healthy'

const isDone = ({ tasks, desired }: World): boolean =>
  tasks.length === desired && tasks.every((task) => task.owner === 'own' && isHealthy(task))

/** The rules of API_DeploymentConfiguration and of stalled deployments that the plan breaks. */
function brokenRules(world: World, plan: Plan<Task>): readonly string[] {
  const { least, most } = limits(world)
  const all = world.tasks.length
  const healthy = world.tasks.filter(isHealthy).length
  const leaving = [...plan.stop, ...plan.giveUp]
  const starting = plan.start + plan.restart
  const isReplacing = plan.stop.some(({ owner }) => owner !== 'own')
  const rules: Record<string, boolean> = {
    'enough stay healthy': healthy - plan.stop.filter(isHealthy).length >= Math.min(least, healthy),
    'not too many run': starting === 0 || all + starting <= most,
    'counts are not negative': plan.start >= 0 && plan.restart >= 0,
    'each task leaves once': new Set(leaving).size === leaving.length,
    'only who is there leaves': leaving.every((task) => world.tasks.includes(task)),
    'only the unhealthy are given up': !plan.giveUp.some(isHealthy),
    'no more are started than wanted': plan.start <= world.desired,
    'a stalled deployment starts and replaces nothing':
      !world.isStalled || (starting === 0 && !isReplacing),
    'nobody is started and scaled in at once':
      plan.start === 0 || !plan.stop.some(({ owner }) => owner === 'own'),
  }
  return Object.keys(rules).filter((rule) => rules[rule] !== true)
}

function apply(world: World, plan: Plan<Task>, started: (owner: Task['owner']) => Task): void {
  const leaving = new Set([...plan.stop, ...plan.giveUp])
  world.tasks = [
    ...world.tasks.filter((task) => !leaving.has(task)),
    ...Array.from({ length: plan.start }, () => started('own')),
    // Without a completed deployment there is no source to start again.
    ...(world.tasks.some(({ owner }) => owner === 'source')
      ? Array.from({ length: plan.restart }, () => started('source'))
      : []),
  ]
}
