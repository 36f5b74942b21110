/** A target or a container that fails its health check. The reason codes: TargetHealth in the API reference of ELB. */
import type { Facts, Sign } from '../facts.ts'
import { quote } from '../quote.ts'
import { nameOf, onHealth, onMessage, type Finding, type Rule } from '../rule.ts'

/** What the load balancer said, and what it means. */
const TARGET_RULES: readonly Rule[] = [
  onHealth('health-path-not-found', /codes: \[404/, (_found, _sign, facts) => ({
    cause: `The health check path does not exist on ${place(facts)}: it answers 404.`,
    fix: 'Set the health check path of the target group to one that the program serves, or add it to the program.',
  })),

  onHealth('health-path-protected', /codes: \[(401|403)/, ([, code], _sign, facts) => ({
    cause: `The health check path of ${place(facts)} asks for a login: it answers ${code ?? ''}.`,
    fix: 'Open the path for requests without credentials, or check another path.',
  })),

  onHealth('health-path-redirects', /codes: \[(3\d\d)/, ([, code], _sign, facts) => ({
    cause: `The health check path of ${place(facts)} redirects (${code ?? ''}), and a load balancer does not follow.`,
    fix: 'Check the path that it leads to, or do not redirect health checks (to https, to a login, to a slash at the end).',
  })),

  onHealth('health-server-error', /codes: \[(5\d\d)/, ([, code], _sign, facts) => ({
    cause: `The health check of ${place(facts)} answers ${code ?? ''}: the program runs and is not well.`,
    fix: 'Look at its log for that request, and at what it depends on: database, cache, migrations, variables.',
  })),

  onHealth('health-code-refused', /codes: \[(\d{3})/, ([, code], _sign, facts) => ({
    cause: `The health check of ${place(facts)} answers ${code ?? ''}, which the target group does not take for healthy.`,
    // Unproven, but common: frameworks answer 400 when the host header is an IP address.
    fix: 'Let the path answer 200 to a request whose host is an IP address, or add the code to the matcher of the target group.',
  })),

  onHealth('health-check-timeout', /Target\.Timeout|Request timed out/, (_found, _sign, facts) => ({
    cause: `Health checks of ${place(facts)} get no answer in time.`,
    fix: 'Let the security group of the tasks take that port from the load balancer. If it does, the program hangs or is slower than the timeout of the health check.',
  })),

  onHealth(
    'port-not-listening',
    /Target\.FailedHealthChecks|^Health checks failed\.?$/,
    (_found, _sign, facts) => {
      const said = portInLogs(facts)
      const port = facts.behindBalancer?.port
      const elsewhere =
        said === undefined || said === port ? '' : ` Its log speaks of port ${said}.`
      return {
        cause: `The load balancer cannot connect to ${place(facts)}, or what answers there is no HTTP.${elsewhere}`,
        fix: 'Make the program listen on that port and on 0.0.0.0, or change containerPort in the task definition and the service.',
      }
    },
  ),
]

export const HEALTH_RULES: readonly Rule[] = [
  ...TARGET_RULES,

  // ECS names the target group only. What to look at: repost.aws/knowledge-center/ecs-task-stopped, 'Task failed ELB
  // health checks', and ecs-fargate-health-check-failures: security group, port and path, grace period, own log.
  { id: 'health-check-failed', find: findUnexplained },

  // No message of its own: the service gives no time to start, and its tasks were stopped for silence.
  // UpdateService in the API reference, healthCheckGracePeriodSeconds; aws/copilot-cli#453.
  {
    id: 'slow-start',
    find: ({ kind }, { gracePeriodSeconds }) =>
      kind === 'grace'
        ? {
            cause: `The tasks may need longer to start than the service waits: its health check grace period is ${gracePeriodSeconds} s.`,
            fix: 'If the log shows a program that is still starting, set healthCheckGracePeriodSeconds to more than it needs.',
          }
        : undefined,
  },

  // repost.aws/knowledge-center/ecs-task-stopped, 'Failed container health checks'.
  onMessage(
    'container-unhealthy',
    /failed container health checks/i,
    (_found, { failure }, { containers }) => {
      const checked = containers.filter(({ healthCommand }) => healthCommand !== '')
      const own = checked.find(({ name }) => name === failure?.container) ?? checked[0]
      const command = own ? ` (${quote(own.healthCommand)})` : ''
      return {
        cause: `${own ? `Container ${quote(own.name)}` : nameOf(failure)} failed its own health check${command}.`,
        fix: 'Run that command in the image: curl or wget may be missing there, or the port differs. A program that starts slowly needs a longer startPeriod.',
      }
    },
  ),
]

/** Tasks that were stopped for a health check of which nobody says more, or nothing that is known. */
function findUnexplained(sign: Sign, facts: Facts): Finding | undefined {
  if (sign.kind !== 'health' || !sign.failure || isExplained(facts)) return undefined
  const said = sign.text === '' ? 'why is not known' : `it said "${quote(sign.text)}"`
  return {
    cause: `The load balancer called ${place(facts)} unhealthy, and ECS stopped the tasks for it; ${said}.`,
    fix: `Compare path and port of its health check with what the program serves, let the security group of the tasks take that port from the load balancer, or raise healthCheckGracePeriodSeconds (now ${facts.gracePeriodSeconds}) above the time that a start takes. \`aws elbv2 describe-target-health\` says the reason while a task runs.`,
  }
}

/** Whether what the load balancer said of any target is known. */
const isExplained = (facts: Facts): boolean =>
  facts.signs.some((sign) => TARGET_RULES.some((rule) => rule.find(sign, facts) !== undefined))

/** 'port 3000 of container app' */
const place = ({ behindBalancer }: Facts): string =>
  behindBalancer
    ? `port ${behindBalancer.port} of container ${quote(behindBalancer.container)}`
    : 'the target'

/** The port that a program says it listens on, as nearly every web framework does at its start. */
function portInLogs({ signs }: Facts): number | undefined {
  const lines = signs.flatMap(({ failure }) => failure?.log ?? [])
  const found = lines.flatMap((line) => {
    const port =
      /\b(?:listening|running|started|serving)\b.{0,60}?(?:\bport\W{0,2}|:)(\d{2,5})\b/i.exec(line)
    return port ? [Number(port[1])] : []
  })
  return found.at(-1)
}
