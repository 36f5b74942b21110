import type { ParseError } from 'jsonc-parser'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { withoutReadOnlyMembers } from '@ecs-pipeline/aws'
import { Refusal, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'

/** Whether the input names a file, rather than a family, `family:revision` or an ARN. */
export const isFileName = (value: string): boolean => /\.(json|ya?ml)$/i.test(value)

/** Reads a task definition file, JSON or YAML. Throws a {@link Refusal} that points at line and column. */
export async function readTaskDefinitionFile(
  name: string,
  workspace: string,
): Promise<TaskDefinitionDocument> {
  const path = isAbsolute(name) ? name : join(workspace, name)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why =
      code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${code ?? 'unknown error'})`
    throw new Refusal(
      `task-definition: ${name}: ${why}. Paths count from the workspace root; is the repository checked out before this step?`,
    )
  }
  const parsed = /\.json$/i.test(name) ? await parseJson(name, text) : await parseYaml(name, text)
  return checkShape(name, unwrap(parsed))
}

async function parseJson(name: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal(`task-definition: ${name}: not valid JSON: ${await jsonProblem(text, error)}`)
  }
}

/** What is wrong, and where: V8 does not always say where, so a parser that does is loaded for the message. */
async function jsonProblem(text: string, error: unknown): Promise<string> {
  const { parse, printParseErrorCode } = await import('jsonc-parser')
  const problems: ParseError[] = []
  parse(text, problems, { disallowComments: true })
  const first = problems[0]
  if (!first) return (error as Error).message
  const before = text.slice(0, first.offset).split('\n')
  const place = `line ${before.length} column ${(before.at(-1) ?? '').length + 1}`
  const what = printParseErrorCode(first.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return `${what} (${place})`
}

async function parseYaml(name: string, text: string): Promise<unknown> {
  // Loaded only for YAML files: most task definitions are JSON.
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const problem = document.errors[0]
  if (problem) {
    const place = problem.linePos?.[0]
    const at = place ? ` (line ${place.line} column ${place.col})` : ''
    const message = problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')
    throw new Refusal(
      `task-definition: ${name}: not valid YAML: ${message ?? 'unknown problem'}${at}`,
    )
  }
  return document.toJS({ maxAliasCount: 100 })
}

/** `aws ecs describe-task-definition` prints the definition one level down. */
function unwrap(parsed: unknown): unknown {
  if (isObject(parsed) && isObject(parsed['taskDefinition'])) return parsed['taskDefinition']
  return parsed
}

function checkShape(name: string, parsed: unknown): TaskDefinitionDocument {
  if (!isObject(parsed)) {
    throw new Refusal(
      `task-definition: ${name}: a task definition is an object, this is ${kindOf(parsed)}.`,
    )
  }
  if (typeof parsed['family'] !== 'string') {
    throw new Refusal(
      `task-definition: ${name}: \`family\` is missing. Add "family": "the name of the task definition".`,
    )
  }
  const containers = parsed['containerDefinitions']
  if (!Array.isArray(containers) || containers.length === 0 || !containers.every(isObject)) {
    throw new Refusal(
      `task-definition: ${name}: \`containerDefinitions\` has to be a list of at least one container.`,
    )
  }
  return withoutReadOnlyMembers(parsed)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
