import { type DocumentValue, Fields, type Place, quoted } from '@ecs-pipeline/action-kit'
import { MISSING_DATA, type Trigger } from '@ecs-pipeline/rollout'
import { FILE_KEYS, OTHER_NAMES_OF_KEYS, TRIGGER_KEYS } from './keys.ts'
import { readLimit } from './limit.ts'
import { type ReadSource, readSource } from './source.ts'
import { readTiming } from './timing.ts'
import { type Reading, refuseVariables } from './variables.ts'
import { ALB } from './well-known-metrics.ts'

/** A trigger whose name is not settled yet. */
export interface NamelessTrigger {
  readonly place: Place
  readonly name: string | undefined
  readonly trigger: Omit<Trigger, 'name'>
}

const LONGEST_NAME = 100
const MOST_REQUESTS = 1_000_000_000

/** `undefined` when something is wrong with it, which is reported. */
export function readTrigger(value: DocumentValue, reading: Reading): NamelessTrigger | undefined {
  const fields = Fields.of(
    value,
    {
      what: 'a trigger',
      keys: TRIGGER_KEYS,
      otherNames: OTHER_NAMES_OF_KEYS,
      misplaced: (key) =>
        FILE_KEYS.some((known) => known === key)
          ? `\`${key}\` belongs to the file, beside the list of triggers, not to one trigger.`
          : undefined,
    },
    reading.problems,
  )
  if (!fields) return undefined
  const name = readName(fields, reading)
  const source = readSource(fields, reading)
  const limit = readLimitOf(fields, source)
  const timing = readTiming(fields, awsNamespace(source))
  const missingData =
    fields.choice('missing_data', MISSING_DATA) ?? source?.known?.missingData ?? 'missing'
  const minRequests = readMinRequests(fields, source, missingData)
  const action = fields.choice('action', ['rollback', 'warn'], adviceForAction) ?? 'rollback'
  if (!source || !limit || !timing) return undefined
  const unit = source.known?.unit ?? ''
  return {
    place: fields.has('name') ? fields.placeOf('name') : fields.place,
    name,
    trigger: {
      source: source.source,
      ...limit,
      unit,
      ...timing,
      missingData,
      minRequests,
      action,
    },
  }
}

function readName(fields: Fields, reading: Reading): string | undefined {
  if (!fields.has('metric') && (fields.has('expression') || fields.has('query'))) {
    fields.need('name', 'It is what the trigger is called in the summary.')
  }
  const name = fields.text('name')
  if (name === undefined) return undefined
  refuseVariables('name', name, fields.placeOf('name'), reading)
  if (name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    fields.report('name', `\`name\` is one line of at most ${LONGEST_NAME} characters.`)
  }
  return name.trim()
}

/** Without a source nobody knows the defaults, and to ask for all of them would be noise. */
function readLimitOf(fields: Fields, source: ReadSource | undefined): ReturnType<typeof readLimit> {
  if (source || fields.has('comparison')) return readLimit(fields, source?.known)
  fields.need('threshold', 'Write the number that the metric is compared with.')
  fields.number('threshold')
  return undefined
}

const awsNamespace = (source: ReadSource | undefined): string | undefined =>
  source?.metrics.find(({ namespace }) => namespace.startsWith('AWS/'))?.namespace

function readMinRequests(
  fields: Fields,
  source: ReadSource | undefined,
  missingData: Trigger['missingData'],
): number | undefined {
  const minRequests = fields.integer('min_requests', { minimum: 1, maximum: MOST_REQUESTS })
  if (minRequests === undefined || !source) return minRequests
  // Requests are counted by RequestCount of the same target group, which only an Application Load Balancer has.
  const counted = source.metrics.some(
    ({ namespace, dimensions }) => namespace === ALB && dimensions === undefined,
  )
  if (!counted) {
    fields.report(
      'min_requests',
      `\`min_requests\` is only for metrics of ${ALB} without \`dimensions\` of their own: requests are counted by the same target group.`,
    )
  }
  if (missingData === 'breaching') {
    fields.report(
      'min_requests',
      '`min_requests` makes a quiet period a missing one, and `missing_data: breaching` makes that a breach: no traffic would roll the release back.',
    )
  }
  return minRequests
}

const ROLLBACK_WORDS = ['revert', 'fail', 'critical', 'error', 'page', 'abort']
const WARN_WORDS = ['warning', 'notify', 'report', 'log', 'none', 'ignore', 'info', 'dry-run']

function adviceForAction(given: string): string | undefined {
  const small = given.toLowerCase()
  if (ROLLBACK_WORDS.includes(small)) return `Did you mean ${quoted('rollback')}?`
  return WARN_WORDS.includes(small) ? `Did you mean ${quoted('warn')}?` : undefined
}
