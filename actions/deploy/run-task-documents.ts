/**
 * The inputs of the one-off task that are JSON (or YAML): what they say, or a refusal that names every problem with
 * its place. Container overrides may hold secrets, so no message repeats a value.
 */
import { parseDocument, Problems, type DocumentValue } from '@ecs-pipeline/action-kit'
import {
  Refusal,
  type CapacityProvider,
  type ContainerOverride,
  type TaskTag,
} from '@ecs-pipeline/rollout'
import { memberReader, type Member } from './run-task-members.ts'

/** An override and where it stands, for what is found out later. */
export interface PlacedOverride {
  readonly override: ContainerOverride
  /** `run-task-container-overrides:1:2` */
  readonly at: string
}

const TEXTS: Member = { kind: 'list', of: { kind: 'text' } }
const pairs = (what: string, name: string, value = 'value'): Member => ({
  kind: 'list',
  of: {
    kind: 'map',
    what,
    members: { [name]: { kind: 'text' }, [value]: { kind: 'text', mayBeEmpty: true } },
    needed: [name, value],
  },
})
const NUMBER: Member = { kind: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }

/** API reference, `ContainerOverride`. */
const OVERRIDE: Member = {
  kind: 'map',
  what: 'a container override',
  members: {
    name: { kind: 'text' },
    command: TEXTS,
    environment: pairs('an environment variable', 'name'),
    environmentFiles: pairs('an environment file', 'type'),
    cpu: NUMBER,
    memory: NUMBER,
    memoryReservation: NUMBER,
    resourceRequirements: pairs('a resource requirement', 'type'),
  },
  needed: ['name'],
}

/** API reference, `CapacityProviderStrategyItem`. */
const PROVIDER: Member = {
  kind: 'map',
  what: 'an item of a capacity provider strategy',
  members: {
    capacityProvider: { kind: 'text' },
    weight: { kind: 'integer', minimum: 0, maximum: 1000 },
    base: { kind: 'integer', minimum: 0, maximum: 100_000 },
  },
  needed: ['capacityProvider'],
}

/** API reference, `Tag`. */
const TAG: Member = {
  kind: 'map',
  what: 'a tag',
  members: { key: { kind: 'text' }, value: { kind: 'text', mayBeEmpty: true } },
  needed: ['key'],
}

export async function readOverrides(text: string | undefined): Promise<readonly PlacedOverride[]> {
  const input = 'run-task-container-overrides'
  return readList(input, text, OVERRIDE, (override, { place }) => ({
    override: override as ContainerOverride,
    at: `${input}:${place.line}:${place.column}`,
  }))
}

export const readStrategy = (text: string | undefined): Promise<readonly CapacityProvider[]> =>
  readList(
    'run-task-capacity-provider-strategy',
    text,
    PROVIDER,
    (item) => item as CapacityProvider,
  )

export const readTags = (text: string | undefined): Promise<readonly TaskTag[]> =>
  readList('run-task-tags', text, TAG, (tag) => ({ value: '', ...(tag as { key: string }) }))

async function readList<Item>(
  input: string,
  text: string | undefined,
  member: Member,
  make: (value: unknown, document: DocumentValue) => Item,
): Promise<readonly Item[]> {
  if (text === undefined) return []
  const problems = new Problems(input)
  const document = await parse(text, problems)
  const read = memberReader(problems)
  if (document.kind !== 'list') problems.add(document.place, 'this has to be a list: [ … ].')
  const items = document.kind === 'list' ? document.items : []
  const made = items.map((item) => make(read(item, 'an item of the list', member), item))
  refuseIfAny(problems)
  return made
}

async function parse(text: string, problems: Problems): Promise<DocumentValue> {
  const document = await parseDocument(text, problems)
  if (document && problems.none) return document
  // What the parser quotes may be a piece of a secret.
  throw new Refusal(problems.lines.map(withoutQuotes).join('\n'))
}

const withoutQuotes = (line: string): string =>
  line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"').replaceAll(/\(!.*\)/g, '(!…)')

function refuseIfAny(problems: Problems): void {
  if (!problems.none) throw new Refusal(problems.lines.join('\n'))
}
