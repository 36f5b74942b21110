/** The inputs of the official render action: what to change in a task definition before it is registered. */
import { choice, NotThat, problemWith, text } from '@ecs-pipeline/action-kit'
import {
  isSameName,
  readAssignments,
  readTargeted,
  type Assignment,
  type Targeted,
} from './edit-lines.ts'
import type { Findings } from './findings.ts'

/** API_LogConfiguration, and `logentries`, which it had once and the render action still takes. */
const LOG_DRIVERS = [
  'awsfirelens',
  'awslogs',
  'fluentd',
  'gelf',
  'journald',
  'json-file',
  'logentries',
  'splunk',
  'syslog',
] as const

export const definitionEditKinds = {
  'environment-variables': text(),
  secrets: text(),
  'env-files': text(),
  command: text(),
  'docker-labels': text(),
  'log-configuration-log-driver': text(),
  'log-configuration-options': text(),
  'task-role-arn': text(),
  'execution-role-arn': text(),
}

interface Given {
  readonly environmentVariables: string | undefined
  readonly secrets: string | undefined
  readonly envFiles: string | undefined
  readonly command: string | undefined
  readonly dockerLabels: string | undefined
  readonly logConfigurationLogDriver: string | undefined
  readonly logConfigurationOptions: string | undefined
  readonly taskRoleArn: string | undefined
  readonly executionRoleArn: string | undefined
}

export interface DefinitionEdits {
  /** From `container-name`: what lines without a container are about. Empty: the only one, or the one that is served. */
  readonly containers: readonly string[]
  readonly environment: readonly Assignment[]
  readonly secrets: readonly Assignment[]
  readonly envFiles: readonly Targeted<string>[]
  readonly command: readonly Targeted<readonly string[]>[]
  readonly dockerLabels: readonly Assignment[]
  readonly logDriver: readonly Targeted<string>[]
  readonly logOptions: readonly Assignment[]
  readonly taskRoleArn: string | undefined
  readonly executionRoleArn: string | undefined
}

export const NO_EDITS: DefinitionEdits = {
  containers: [],
  environment: [],
  secrets: [],
  envFiles: [],
  command: [],
  dockerLabels: [],
  logDriver: [],
  logOptions: [],
  taskRoleArn: undefined,
  executionRoleArn: undefined,
}

/** Whether there is anything to change. */
export const hasEdits = ({ containers: _containers, ...edits }: DefinitionEdits): boolean =>
  Object.values(edits).some((each) => (Array.isArray(each) ? each.length > 0 : each !== undefined))

const hasNoSpace = (name: string): boolean => /^\S+$/.test(name)

export function readEdits(
  given: Given,
  containers: readonly string[],
  findings: Findings,
): DefinitionEdits {
  const environment = readAssignments(
    'environment-variables',
    given.environmentVariables,
    findings,
    hasNoSpace,
  )
  const secrets = readAssignments('secrets', given.secrets, findings, hasNoSpace)
  findings.problems.push(...inBoth(environment, secrets), ...withoutSource(secrets))
  return {
    containers,
    environment,
    secrets,
    envFiles: readTargeted('env-files', given.envFiles),
    command: readCommands(given.command, findings),
    dockerLabels: readAssignments('docker-labels', given.dockerLabels, findings),
    logDriver: readLogDrivers(given.logConfigurationLogDriver, findings),
    logOptions: readAssignments(
      'log-configuration-options',
      given.logConfigurationOptions,
      findings,
    ),
    taskRoleArn: given.taskRoleArn,
    executionRoleArn: given.executionRoleArn,
  }
}

/** ECS takes no variable that is both (API_Secret: the name must be unique among them). */
function inBoth(
  environment: readonly Assignment[],
  secrets: readonly Assignment[],
): readonly string[] {
  return environment.flatMap((variable) => {
    const secret = secrets.find((each) => isSameName(each, variable))
    if (variable.value === undefined || secret?.value === undefined) return []
    return `${variable.where}, and ${secret.where.replace('Input ', '')}, both set \`${variable.name}\`. A variable is either a plain one or a secret: remove it from one of them.`
  })
}

const withoutSource = (secrets: readonly Assignment[]): readonly string[] =>
  secrets
    .filter(({ value }) => value?.trim() === '')
    .map(
      ({ where, name }) =>
        `${where}, says nothing of where \`${name}\` comes from. Write ${name}=ARN of a secret of Secrets Manager or a parameter of Parameter Store, or \`unset ${name}\`.`,
    )

function readLogDrivers(
  given: string | undefined,
  { problems }: Findings,
): readonly Targeted<string>[] {
  const drivers = readTargeted('log-configuration-log-driver', given)
  const { parse } = choice(LOG_DRIVERS)
  for (const { value } of drivers) {
    try {
      parse(value)
    } catch (error) {
      if (!(error instanceof NotThat)) throw error
      problems.push(problemWith('log-configuration-log-driver', error, value))
    }
  }
  return drivers
}

/** A JSON array, on as many lines as it needs; or words, one command a line. */
function readCommands(
  given: string | undefined,
  findings: Findings,
): readonly Targeted<readonly string[]>[] {
  if (given === undefined) return []
  if (given.startsWith('[')) {
    const words = readWords(given, findings)
    return words ? [{ container: undefined, value: words }] : []
  }
  const commands = readTargeted('command', given)
  if (commands.filter(({ container }) => container === undefined).length > 1) {
    findings.problems.push(
      `Input 'command' has several lines that do not name their container. Write CONTAINER: before each, with a space, or one JSON array.`,
    )
  }
  return commands.flatMap(({ container, value }) => {
    const words = readWords(value, findings)
    return words ? { container, value: words } : []
  })
}

const EXAMPLE = `["sh", "-c", "exec app"]`

function readWords(text: string, { problems }: Findings): readonly string[] | undefined {
  if (!text.startsWith('[')) {
    if (!/["']/.test(text)) return text.split(/\s+/)
    problems.push(
      `Input 'command' is cut at its spaces, so quotes say nothing in it. Write it as a JSON array, for example ${EXAMPLE}.`,
    )
    return undefined
  }
  try {
    const words: unknown = JSON.parse(text)
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words
    problems.push(`Input 'command' has to be a JSON array of texts, for example ${EXAMPLE}.`)
  } catch (error) {
    const why = (error as Error).message
    problems.push(`Input 'command' is not valid JSON: ${why}. Write for example ${EXAMPLE}.`)
  }
  return undefined
}
