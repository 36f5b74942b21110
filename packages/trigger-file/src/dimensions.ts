import { describeValue, type Fields, type Place, quoted } from '@ecs-pipeline/action-kit'
import { ALB, NLB } from './well-known-metrics.ts'
import { type Reading, replaceVariables } from './variables.ts'

/** `Metric`, CloudWatch API Reference: "You can assign up to 30 dimensions to a metric." */
const MOST_DIMENSIONS = 30

/** The dimensions that a metric is given; `undefined` when it is given none, or wrong ones. */
export function readDimensions(
  fields: Fields,
  namespace: string,
  reading: Reading,
): Readonly<Record<string, string>> | undefined {
  const value = fields.value('dimensions')
  if (!value) return undefined
  if (value.kind !== 'map') {
    fields.report(
      'dimensions',
      `\`dimensions\` is a map such as {ServiceName: web}, not ${describeValue(value)}.`,
    )
    return undefined
  }
  if (value.entries.length > MOST_DIMENSIONS) {
    fields.report('dimensions', `a metric has at most ${MOST_DIMENSIONS} dimensions.`)
  }
  const read = value.entries.map(({ key, keyPlace, value: given }): [string, string] => {
    if (!isDimensionText(key) || key.startsWith(':')) {
      reading.problems.add(keyPlace, `${quoted(key)} cannot be the name of a dimension.`)
    }
    if (given.kind !== 'text') {
      const hint = given.kind === 'number' || given.kind === 'truth' ? ' Put it in quotes.' : ''
      reading.problems.add(
        given.place,
        `the dimension ${quoted(key)} has to be a text, not ${describeValue(given)}.${hint}`,
      )
      return [key, '']
    }
    const text = replaceVariables(given.text, given.place, reading)
    checkValue(namespace, key, text, given.place, reading)
    return [key, text]
  })
  // Makes own properties only, whatever they are called.
  return Object.fromEntries(read)
}

/** `Dimension`, CloudWatch API Reference: only ASCII, no control characters, one at least that is not white space. */
const isDimensionText = (text: string): boolean => /^[ -~]+$/.test(text) && text.trim() !== ''

const PREFIXES: Readonly<Record<string, string>> = { [ALB]: 'app/', [NLB]: 'net/' }

function checkValue(
  namespace: string,
  key: string,
  text: string,
  place: Place,
  { problems }: Reading,
): void {
  if (!isDimensionText(text)) {
    problems.add(place, `the dimension ${quoted(key)} has to be a text of ASCII characters.`)
    return
  }
  const loadBalancer = PREFIXES[namespace]
  if (loadBalancer === undefined) return
  // 'Metric dimensions for … Load Balancers' (ELB user guides): "the final portion of the load balancer ARN".
  const prefix = key === 'LoadBalancer' ? loadBalancer : 'targetgroup/'
  switch (key) {
    case 'LoadBalancer':
    case 'TargetGroup':
      if (!new RegExp(`^${prefix}[^/]+/[^/]+$`).test(text)) {
        problems.add(
          place,
          `${key} of ${namespace} is the end of an ARN, ${prefix}NAME/ID, not ${quoted(text)}.`,
        )
      }
      return
    case 'AvailabilityZone':
      return
    default:
      problems.add(
        place,
        `${namespace} has the dimensions LoadBalancer, TargetGroup and AvailabilityZone, not ${quoted(key)}.`,
      )
  }
}
