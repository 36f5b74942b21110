import type { ParseError } from 'jsonc-parser'
import { stat } from 'node:fs/promises'
import { parseYaml, pathInWorkspace, readTextFile } from '@ecs-pipeline/action-kit'
import { withoutReadOnlyMembers } from '@ecs-pipeline/aws'
import { Refusal, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import { carriedTags } from './carried-tags.ts'
import { cleanDefinition } from './clean-definition.ts'

/** Whether a text looks like a file's, rather than like a family, `family:revision` or an ARN. */
export const isFileName = (value: string): boolean =>
  /\.(json|ya?ml)$/i.test(value) || (value.includes('/') && !value.startsWith('arn:'))

/** Whether the input names a file: by its look, or because there is one. The official action knows files only. */
export async function namesFile(name: string, workspace: string): Promise<boolean> {
  if (isFileName(name)) return true
  const found = await stat(pathInWorkspace(name, workspace)).catch(() => undefined)
  return found?.isFile() ?? false
}

export interface FileReading {
  readonly document: TaskDefinitionDocument
  /** What was odd about it. */
  readonly caveats: readonly string[]
}

/** Reads a task definition file, JSON or YAML. Throws a {@link Refusal} that points at line and column. */
export async function readTaskDefinitionFile(
  name: string,
  workspace: string,
  kept: readonly string[] = [],
): Promise<FileReading> {
  const caveats: string[] = []
  const whole = unwrap(await parseFile(name, workspace, caveats))
  checkObject(name, whole)
  const { document, emptyTexts } = cleanDefinition(withoutReadOnlyMembers(whole), kept)
  checkShape(name, document)
  if (emptyTexts.length > 0) {
    caveats.push(
      `${name}: left out because they are empty: ${emptyTexts.join(', ')}. \`keep-null-value-keys\` keeps members by their names.`,
    )
  }
  return { document, caveats }
}

const wrong = (name: string, what: string): Refusal =>
  new Refusal(`task-definition: ${name}: ${what}`)

async function parseFile(name: string, workspace: string, caveats: string[]): Promise<unknown> {
  const file = await readTextFile(name, workspace)
  if ('problem' in file) throw wrong(name, file.problem)
  if (/\.json$/i.test(name)) return parseJson(name, file.text, caveats)
  const parsed = await parseYaml(file.text)
  if ('problem' in parsed) throw wrong(name, `not valid YAML: ${parsed.problem}`)
  return parsed.value
}

/**
 * V8 does not always say where something is wrong, so a parser that does is loaded for the message. The official
 * action reads every file as YAML, to which a comma too many is none.
 */
async function parseJson(name: string, text: string, caveats: string[]): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    const { parse, printParseErrorCode } = await import('jsonc-parser')
    const problems: ParseError[] = []
    const options = { disallowComments: true, allowTrailingComma: true }
    const parsed: unknown = parse(text, problems, options)
    const [first] = problems
    if (first) {
      const what = jsonProblem(text, first, printParseErrorCode(first.error))
      throw wrong(name, `not valid JSON: ${what}`)
    }
    caveats.push(
      `${name} is not strict JSON, for example because of a comma before a closing bracket. It was read all the same.`,
    )
    return parsed
  }
}

function jsonProblem(text: string, first: ParseError, code: string): string {
  const before = text.slice(0, first.offset).split('\n')
  const place = `line ${before.length} column ${(before.at(-1) ?? '').length + 1}`
  const what = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return `${what} (${place})`
}

/** `aws ecs describe-task-definition` prints the definition one level down, and its tags beside it. */
function unwrap(parsed: unknown): unknown {
  if (!isObject(parsed) || !isObject(parsed['taskDefinition'])) return parsed
  const { taskDefinition, tags } = parsed
  return { tags: carriedTags(tags), ...taskDefinition }
}

function checkObject(
  name: string,
  parsed: unknown,
): asserts parsed is Readonly<Record<string, unknown>> {
  if (!isObject(parsed)) {
    throw wrong(name, `a task definition is an object, this is ${kindOf(parsed)}.`)
  }
}

function checkShape(name: string, parsed: TaskDefinitionDocument): void {
  if (typeof parsed['family'] !== 'string') {
    throw wrong(name, `\`family\` is missing. Add "family": "the name of the task definition".`)
  }
  const containers = parsed['containerDefinitions']
  if (!Array.isArray(containers) || containers.length === 0 || !containers.every(isObject)) {
    throw wrong(name, `\`containerDefinitions\` has to be a list of at least one container.`)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
