import {
  describeValue,
  type DocumentValue,
  Fields,
  parseDocument,
  Problems,
} from '@ecs-pipeline/action-kit'
import type { Trigger, TriggerPlan } from '@ecs-pipeline/rollout'
import { FILE_KEYS, TRIGGER_KEYS } from './keys.ts'
import { nameTriggers } from './names.ts'
import { readPrometheus } from './prometheus.ts'
import { type NamelessTrigger, readTrigger } from './read-trigger.ts'
import { readSettings } from './settings.ts'
import { TriggerFileError } from './trigger-file-error.ts'
import type { Reading, Variables } from './variables.ts'

export interface TriggerFileOptions {
  /** What the text is called in problems: the path of the file, or the name of the input. */
  readonly name: string
  readonly variables: Variables
}

/** GetMetricData takes 500 queries in one call (CloudWatch API Reference), and a trigger may need some of them. */
const MOST_TRIGGERS = 100

/** Reads the whole file or throws one {@link TriggerFileError} that lists everything that is wrong with it. */
export async function readTriggerFile(
  text: string,
  { name, variables }: TriggerFileOptions,
): Promise<TriggerPlan> {
  const problems = new Problems(name)
  const document = await parseDocument(text, problems)
  const plan = document && readPlan(document, { problems, variables })
  if (!plan || !problems.none) throw new TriggerFileError(problems.lines)
  return plan
}

/** `undefined` when there is no plan to speak of; what is wrong is in the problems. */
function readPlan(document: DocumentValue, reading: Reading): TriggerPlan | undefined {
  const { problems } = reading
  const file = fileOf(document, reading)
  if (!file) return undefined
  const triggers = nameTriggers(readTriggers(file, reading), problems)
  const settings = readSettings(file, triggers)
  const url = readPrometheus(file, triggers, reading)
  return { ...settings, triggers: triggers.map((each) => askedAt(url, each)) }
}

function askedAt(url: string | undefined, trigger: Trigger): Trigger {
  const { source } = trigger
  if (source.kind !== 'prometheus' || url === undefined) return trigger
  return { ...trigger, source: { ...source, url } }
}

/** A bare list of triggers is a file that says nothing else. */
function fileOf(document: DocumentValue, { problems }: Reading): Fields | undefined {
  const { place } = document
  switch (document.kind) {
    case 'list': {
      const entry = { key: 'triggers', keyPlace: place, value: document }
      return new Fields({ kind: 'map', place, entries: [entry] }, optionsOfFile, problems)
    }
    case 'map':
      return new Fields(document, optionsOfFile, problems)
    case 'nothing':
      problems.add(place, 'the file is empty. Write a list of triggers.')
      return undefined
    default: {
      const hint =
        document.kind === 'text' && /^[^\s]+$/.test(document.text)
          ? ' A path has to end in .yml, .yaml or .json; a key needs a blank behind its colon.'
          : ''
      problems.add(
        place,
        `a trigger file is a map with \`triggers\`, or a list of triggers, not ${describeValue(document)}.${hint}`,
      )
      return undefined
    }
  }
}

const optionsOfFile = {
  what: 'a trigger file',
  keys: FILE_KEYS,
  misplaced: (key: string): string | undefined =>
    TRIGGER_KEYS.some((known) => known === key)
      ? `\`${key}\` belongs to a trigger. Write the triggers as a list: \`triggers:\`, then \`- metric: …\`.`
      : undefined,
}

function readTriggers(file: Fields, reading: Reading): readonly NamelessTrigger[] {
  if (file.has('triggers') && file.has('rollback_triggers')) {
    file.report('rollback_triggers', 'write `triggers` or `rollback_triggers`, not both.')
  }
  const key =
    file.has('rollback_triggers') && !file.has('triggers') ? 'rollback_triggers' : 'triggers'
  file.need(key, 'Write a list of triggers.')
  const list = file.value(key)
  if (!list) return []
  if (list.kind !== 'list') {
    const hint = list.kind === 'map' ? ' Begin each trigger with "- ".' : ''
    file.report(key, `\`${key}\` is a list of triggers, not ${describeValue(list)}.${hint}`)
    return []
  }
  if (list.items.length === 0) {
    file.report(key, `\`${key}\` has no trigger. Without triggers leave the whole input away.`)
  }
  if (list.items.length > MOST_TRIGGERS) {
    file.report(key, `a file has at most ${MOST_TRIGGERS} triggers, not ${list.items.length}.`)
    return []
  }
  return list.items.flatMap((item) => readTrigger(item, reading) ?? [])
}
