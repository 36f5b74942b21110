import { type Fields, likelyWord, quoted } from '@ecs-pipeline/action-kit'
import { lastPart, type MetricOfTrigger } from '@ecs-pipeline/rollout'
import { readDimensions } from './dimensions.ts'
import { cloudWatchNameProblem, namespaceProblem } from './cloudwatch-names.ts'
import { statisticProblem } from './statistic.ts'
import { type Reading, refuseVariables } from './variables.ts'
import {
  ALB,
  ECS,
  findWellKnown,
  NLB,
  WELL_KNOWN_METRICS,
  type WellKnownMetric,
} from './well-known-metrics.ts'

export interface ReadMetric {
  readonly metric: MetricOfTrigger
  readonly known: WellKnownMetric | undefined
}

/** A metric of a trigger or of its expression. `undefined` when something is wrong with it, which is reported. */
export function readMetric(fields: Fields, reading: Reading): ReadMetric | undefined {
  fields.need('metric', 'Write the name of a CloudWatch metric.')
  const name = fields.text('metric')
  const given = fields.text('namespace')
  if (name === undefined || (given === undefined && fields.has('namespace'))) return undefined
  refuseVariables('metric', name, fields.placeOf('metric'), reading)
  const problem = cloudWatchNameProblem(name)
  if (problem !== undefined) {
    fields.report('metric', `\`metric\` ${problem}`)
    return undefined
  }
  const known = findWellKnown(name, given)
  const namespace = given ?? known?.namespace
  if (given !== undefined && !checkNamespace(fields, given, reading)) return undefined
  if (namespace === undefined) {
    fields.report(
      'metric',
      `${quoted(name)} is not known here.${guess(name, undefined)} A metric that is not in the table of well-known metrics needs \`namespace\`.`,
    )
    return undefined
  }
  if (!known && !checkUnknown(fields, name, namespace)) return undefined
  const statistic = readStatistic(fields, known)
  const dimensions = fields.has('dimensions')
    ? readDimensions(fields, namespace, reading)
    : defaultDimensions(fields, name, known, reading)
  if (statistic === undefined) return undefined
  return { metric: { namespace, name, statistic, dimensions }, known }
}

function checkNamespace(fields: Fields, namespace: string, reading: Reading): boolean {
  refuseVariables('namespace', namespace, fields.placeOf('namespace'), reading)
  const problem = namespaceProblem(namespace)
  if (problem !== undefined) fields.report('namespace', problem)
  return problem === undefined
}

/** AWS may have metrics that are not in the table; then the file has to say all that the table would. */
function checkUnknown(fields: Fields, name: string, namespace: string): boolean {
  const elsewhere = findWellKnown(name, undefined)
  if (elsewhere && namespace.startsWith('AWS/')) {
    fields.report(
      'metric',
      `there is no ${name} in ${namespace}: it is a metric of ${elsewhere.namespace}.`,
    )
    return false
  }
  if (![ALB, NLB, ECS].includes(namespace)) return true
  const sameLetters = WELL_KNOWN_METRICS.find(
    (metric) => metric.namespace === namespace && metric.name.toLowerCase() === name.toLowerCase(),
  )
  if (!sameLetters && fields.has('dimensions')) return true
  fields.report(
    'metric',
    `${quoted(name)} of ${namespace} is not known here.${guess(name, namespace)}${
      sameLetters ? '' : ' If there is such a metric, write its `dimensions`.'
    }`,
  )
  return false
}

function guess(name: string, namespace: string | undefined): string {
  const names = WELL_KNOWN_METRICS.filter(
    (metric) => namespace === undefined || metric.namespace === namespace,
  ).map((metric) => metric.name)
  const near = likelyWord(name, names)
  return near === undefined ? '' : ` Did you mean \`${near}\`?`
}

function readStatistic(fields: Fields, known: WellKnownMetric | undefined): string | undefined {
  if (!known) {
    fields.need('statistic', 'Its default is known for the well-known metrics only.')
  }
  if (!fields.has('statistic')) return known?.statistic
  const statistic = fields.text('statistic')
  if (statistic === undefined) return undefined
  const problem = statisticProblem(statistic)
  if (problem !== undefined) {
    fields.report('statistic', problem)
    return undefined
  }
  if (known?.wrongStatistics?.test(statistic)) {
    fields.report(
      'statistic',
      `${statistic} says nothing of ${known.name}. ${known.wrongStatistics.why}. Write ${known.statistic}.`,
    )
    return undefined
  }
  return statistic
}

function defaultDimensions(
  fields: Fields,
  name: string,
  known: WellKnownMetric | undefined,
  { variables }: Reading,
): Readonly<Record<string, string>> | undefined {
  switch (known?.level) {
    case 'target-group':
      return undefined
    case 'service':
      return { ClusterName: lastPart(variables.cluster), ServiceName: lastPart(variables.service) }
    case 'load-balancer':
      fields.report(
        'metric',
        `${name} is counted for a whole load balancer, not for a target group. Write \`dimensions: {LoadBalancer: ${known.namespace === NLB ? 'net' : 'app'}/NAME/ID}\`.`,
      )
      return undefined
    case undefined:
      fields.need('dimensions', 'Write `dimensions: {}` when the metric has none.')
      return undefined
  }
}
