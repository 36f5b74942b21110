/** The inputs for how a new revision takes over, and for what it is asked before it counts. */
import {
  choice,
  InputError,
  integer,
  text,
  type defineInputs,
  type InputsOf,
} from '@ecs-pipeline/action-kit'
import {
  ECS_DEFAULT,
  equalStepOf,
  LEAST_LINEAR_PERCENT,
  STRATEGIES,
  type ReleaseChecks,
  type SmokeCheck,
  type StrategyName,
} from '@ecs-pipeline/rollout'

export const strategyKinds = {
  strategy: choice(STRATEGIES),
  'traffic-steps': text(),
  'step-minutes': integer({ minimum: 0, maximum: 1440 }),
  'on-pause': choice(['wait', 'fail'], { default: 'wait' }),
  'test-traffic-url': text(),
  'smoke-url': text(),
  'smoke-status': integer({ minimum: 100, maximum: 599, default: '200' }),
  'smoke-body': text(),
  'smoke-timeout-seconds': integer({ minimum: 1, maximum: 120, default: '10' }),
  'smoke-retries': integer({ minimum: 0, maximum: 20, default: '3' }),
}

type Given = InputsOf<ReturnType<typeof defineInputs<typeof strategyKinds>>>

/** How users are moved over, before it is known how long its steps have to be. */
export interface StrategyInput {
  readonly name: StrategyName
  /** Percent, rising, the last one 100. */
  readonly steps: readonly number[]
  readonly stepMinutes: number | undefined
}

export interface ReleaseInputs {
  /** `undefined`: as the service has it. */
  readonly strategy: StrategyInput | undefined
  readonly checks: ReleaseChecks
}

/** Throws one InputError that lists everything that is wrong. */
export function readReleaseInputs(given: Given): ReleaseInputs {
  const problems: string[] = []
  const read = <Value>(make: () => Value): Value | undefined => {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const strategy = read(() => readStrategy(given))
  const body = read(() => readPattern(given.smokeBody))
  checkUrls(given, problems)
  checkAlone(given, problems)
  if (problems.length > 0) throw new InputError(problems)
  const check = (url: string | undefined): SmokeCheck | undefined =>
    url === undefined
      ? undefined
      : {
          url,
          status: given.smokeStatus,
          body,
          timeout: given.smokeTimeoutSeconds * 1000,
          retries: given.smokeRetries,
        }
  return {
    strategy,
    checks: { testTraffic: check(given.testTrafficUrl), smoke: check(given.smokeUrl) },
  }
}

/** A service may well be reached by http only, inside a VPC. */
function checkUrls({ testTrafficUrl, smokeUrl }: Given, problems: string[]): void {
  for (const [input, url] of [
    ['test-traffic-url', testTrafficUrl],
    ['smoke-url', smokeUrl],
  ] as const) {
    const protocol = url !== undefined && URL.canParse(url) ? new URL(url).protocol : ''
    if (url !== undefined && protocol !== 'https:' && protocol !== 'http:') {
      problems.push(
        `Input '${input}' is '${url}': write an address that begins with https:// or http://.`,
      )
    }
  }
}

/** Inputs that would have no effect: somebody expects one. */
function checkAlone(given: Given, problems: string[]): void {
  const { strategy, testTrafficUrl, smokeUrl, smokeBody } = given
  if (testTrafficUrl !== undefined && (strategy === undefined || strategy === 'rolling')) {
    problems.push(
      `Input 'test-traffic-url' needs a strategy that has test traffic: set 'strategy' to blue-green, canary or linear.`,
    )
  }
  if (smokeBody !== undefined && smokeUrl === undefined && testTrafficUrl === undefined) {
    problems.push(`Input 'smoke-body' needs a 'smoke-url' or a 'test-traffic-url' to ask.`)
  }
}

function readStrategy(given: Given): StrategyInput | undefined {
  const { strategy: name, trafficSteps, stepMinutes } = given
  const inSteps = name === 'canary' || name === 'linear'
  if (!inSteps && (trafficSteps !== undefined || stepMinutes !== undefined)) {
    const input = trafficSteps === undefined ? 'step-minutes' : 'traffic-steps'
    throw new InputError([
      `Input '${input}' is for the strategies canary and linear; 'strategy' is ${name ?? 'not set'}.`,
    ])
  }
  if (name === undefined) return undefined
  if (!inSteps) return { name, steps: [100], stepMinutes: undefined }
  return { name, steps: stepsOf(name, trafficSteps), stepMinutes }
}

function stepsOf(name: 'canary' | 'linear', given: string | undefined): readonly number[] {
  if (name === 'linear') return linearSteps(given ?? String(ECS_DEFAULT.linearPercent))
  const steps = percentagesOf(given ?? String(ECS_DEFAULT.canaryPercent))
  const all = steps.at(-1) === 100 ? steps : [...steps, 100]
  if (all.length > 2 && !(equalStepOf(all) >= LEAST_LINEAR_PERCENT)) {
    throw new InputError([
      `Input 'traffic-steps' is '${given ?? ''}': ECS moves traffic in equal steps of at least ${LEAST_LINEAR_PERCENT} %, and these have no such step in common. Use multiples of 5 or 10, such as 10, 50, 100.`,
    ])
  }
  return all
}

function linearSteps(given: string): readonly number[] {
  const [step = 0, ...more] = percentagesOf(given)
  if (more.length > 0 || step < LEAST_LINEAR_PERCENT) {
    throw new InputError([
      `Input 'traffic-steps' is '${given}': for the strategy linear it is how much each step adds, one number from ${LEAST_LINEAR_PERCENT} to 100. For steps of your own, use the strategy canary.`,
    ])
  }
  const count = Math.ceil(100 / step)
  return Array.from({ length: count }, (_each, index) => Math.min(100, (index + 1) * step))
}

function percentagesOf(given: string): readonly number[] {
  const parts = given.split(',').map((each) => each.trim())
  const steps = parts.map(Number)
  const isRising = steps.every((each, index) => each > (steps[index - 1] ?? 0))
  const isPercent = parts.every((each) => /^\d{1,3}(\.\d)?$/.test(each))
  if (!isPercent || !isRising || steps.some((each) => each > 100)) {
    throw new InputError([
      `Input 'traffic-steps' is '${given}': write rising percentages from 0.1 to 100 with commas between them, such as 10, 50, 100.`,
    ])
  }
  return steps
}

function readPattern(given: string | undefined): RegExp | undefined {
  if (given === undefined) return undefined
  try {
    return new RegExp(given)
  } catch (error) {
    throw new InputError([
      `Input 'smoke-body' is not a regular expression: ${(error as Error).message}`,
    ])
  }
}
