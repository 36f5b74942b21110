/** The input `services`: names, or a list of services with the inputs that hold for each of them alone. */
import { lastPart } from '@ecs-pipeline/rollout'
import {
  describeValue,
  Fields,
  InputError,
  parseDocument,
  Problems,
  quoted,
  type DocumentValue,
  type InputSource,
  type Place,
} from '@ecs-pipeline/action-kit'

/** The inputs that a service of a set may have of its own; every other one holds for the step. */
export const OWN_INPUTS = [
  'task-definition',
  'task-definition-arn',
  'image',
  'container-name',
  'environment-variables',
  'secrets',
  'desired-count',
  'force-new-deployment',
  'wait-for-minutes',
  'max-failed-tasks',
  'allow-idle',
  'triggers',
  'bake-minutes',
  'codedeploy-appspec',
  'codedeploy-application',
  'codedeploy-deployment-group',
  'codedeploy-deployment-description',
  'codedeploy-deployment-config',
  'strategy',
  'traffic-steps',
  'step-minutes',
  'test-traffic-url',
  'smoke-url',
  'smoke-status',
  'smoke-body',
  'dns-zone-id',
  'dns-record',
  'dns-weight',
] as const

/** What people may look for in the list, and what holds for the whole step. */
const STEP_INPUTS: readonly string[] = [
  'cluster',
  'order',
  'on-failure',
  'on-timeout',
  'on-cancel',
  'on-concurrent',
  'older-run',
  'poll-seconds',
  'prometheus-token',
  'environment',
  'environment-url',
  'github-token',
]

/** ECS itself has no limit for this; a step with more than that is a mistake. */
const MOST_SERVICES = 500

export interface ServiceEntry {
  readonly service: string
  /** `undefined` where none was given. */
  readonly wave: number | undefined
  /** The step's inputs, with those of the service in their places. */
  readonly source: InputSource
}

interface PlacedEntry extends ServiceEntry {
  readonly place: Place
}

/** Throws one InputError that lists everything that is wrong, with line and column. */
export async function readServices(
  text: string,
  step: InputSource,
): Promise<readonly ServiceEntry[]> {
  const problems = new Problems('services')
  const document = await parseDocument(text, problems)
  const entries = document ? entriesOf(document, step, problems) : []
  checkNames(entries, problems)
  if (problems.none && entries.length === 0) problems.add(START, 'there is no service in it.')
  if (entries.length > MOST_SERVICES) {
    problems.add(START, `${entries.length} services are too many: a step takes ${MOST_SERVICES}.`)
  }
  if (!problems.none) throw new InputError(problems.lines.map((line) => `Input ${line}`))
  return entries.map(({ service, wave, source }) => ({ service, wave, source }))
}

const START: Place = { line: 1, column: 1 }

/** Names on lines of their own are one text for YAML. */
function entriesOf(
  document: DocumentValue,
  step: InputSource,
  problems: Problems,
): readonly PlacedEntry[] {
  switch (document.kind) {
    case 'text':
      return document.text
        .split(/[\s,]+/)
        .filter((name) => name !== '')
        .map((service) => namedOnly(service, document.place, step))
    case 'list':
      return document.items.flatMap((item) => entryOf(item, step, problems) ?? [])
    case 'nothing':
      return []
    default:
      problems.add(
        document.place,
        `it has to be names, one a line, or a list such as \`- service: api\`, not ${describeValue(document)}.`,
      )
      return []
  }
}

const namedOnly = (service: string, place: Place, source: InputSource): PlacedEntry => ({
  service,
  wave: undefined,
  source,
  place,
})

function entryOf(
  item: DocumentValue,
  step: InputSource,
  problems: Problems,
): PlacedEntry | undefined {
  if (item.kind === 'text') return namedOnly(item.text, item.place, step)
  const options = { what: 'a service', keys: ['service', 'wave', ...OWN_INPUTS], misplaced }
  const fields = Fields.of(item, options, problems)
  if (!fields) return undefined
  fields.need('service', 'Write its name.')
  const service = fields.text('service')
  const wave = fields.integer('wave', { minimum: 1, maximum: MOST_SERVICES })
  const own = new Map<string, string>(
    OWN_INPUTS.flatMap((name) => {
      const value = fields.value(name)
      const text = value && textOf(value)
      if (value && text === undefined) {
        fields.report(name, `\`${name}\` has to be a text, not ${describeValue(value)}.`)
      }
      return text === undefined ? [] : [[name, text] as const]
    }),
  )
  if (service === undefined) return undefined
  return { service, wave, source: (name) => own.get(name) ?? step(name), place: item.place }
}

/** As it would stand in a workflow; a list is an input of several lines. */
function textOf(value: DocumentValue): string | undefined {
  switch (value.kind) {
    case 'text':
      return value.text
    case 'number':
      return value.source
    case 'truth':
      return String(value.value)
    case 'list': {
      const lines = value.items.map(textOf)
      return lines.includes(undefined) ? undefined : lines.join('\n')
    }
    default:
      return undefined
  }
}

const misplaced = (key: string): string | undefined =>
  STEP_INPUTS.includes(key)
    ? `\`${key}\` holds for all services of the step: set it beside \`services\`.`
    : undefined

function checkNames(entries: readonly PlacedEntry[], problems: Problems): void {
  const seen = new Map<string, Place>()
  for (const { service, place } of entries) {
    if (!IS_SERVICE.test(service)) {
      problems.add(place, `${quoted(service)} is not the name or ARN of an ECS service.`)
    }
    const name = lastPart(service)
    const first = seen.get(name)
    if (first)
      problems.add(
        place,
        `the service ${quoted(name)} is there twice; the first is in line ${first.line}.`,
      )
    else seen.set(name, place)
  }
}

/** 'Up to 255 letters, numbers, underscores, and hyphens' (CreateService of the ECS API reference), or an ARN. */
const IS_SERVICE = /^(arn:[\w-]+:ecs:[\w-]+:\d+:service\/[\w/-]+|[\w-]{1,255})$/
