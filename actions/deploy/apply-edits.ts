/** Makes the changes of {@link DefinitionEdits} in a task definition. */
import { Refusal, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import { chosenContainers, containersOf, type Container } from './containers.ts'
import type { DefinitionEdits } from './definition-edits.ts'
import type { Assignment } from './edit-lines.ts'

/** Throws a {@link Refusal} for a container that is not there. `served`: the containers behind load balancers. */
export function applyEdits(
  document: TaskDefinitionDocument,
  edits: DefinitionEdits,
  served: readonly string[],
): TaskDefinitionDocument {
  const { taskRoleArn, executionRoleArn } = edits
  const containers = [...containersOf(document)]
  const change =
    (input: string, edit: (container: Container, index: number) => Container) =>
    (target: string | undefined): void => {
      const names = target === undefined ? edits.containers : [target]
      for (const name of chosenContainers(document, names, served, input)) {
        const index = containers.findIndex((each) => each['name'] === name)
        const found = containers[index]
        if (found) containers[index] = edit(found, index)
      }
    }
  const assign = (
    input: string,
    assignments: readonly Assignment[],
    edit: (container: Container, assignment: Assignment) => Container,
  ): void => {
    for (const each of assignments) {
      change(input, (container) => edit(container, each))(each.container)
    }
  }

  assign('environment-variables', edits.environment, withVariable)
  assign('secrets', edits.secrets, withSecret)
  assign('docker-labels', edits.dockerLabels, withLabel)
  for (const { container, value } of edits.logDriver) {
    change('log-configuration-log-driver', (each) => withLog(each, { logDriver: value }))(container)
  }
  assign('log-configuration-options', edits.logOptions, withLogOption)
  for (const { container, value } of edits.command) {
    change('command', (each) => ({ ...each, command: value }))(container)
  }
  const cleared = new Set<number>()
  for (const { container, value } of edits.envFiles) {
    change('env-files', (each, index) => {
      const files = cleared.has(index) ? listOf(each['environmentFiles']) : []
      cleared.add(index)
      return { ...each, environmentFiles: [...files, { value, type: 's3' }] }
    })(container)
  }
  return {
    ...document,
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    containerDefinitions: containers,
  }
}

type Named = Readonly<Record<string, unknown>>

const listOf = (value: unknown): readonly Named[] =>
  Array.isArray(value) ? (value as Named[]) : []

const recordOf = (value: unknown): Named =>
  typeof value === 'object' && value !== null ? (value as Named) : {}

/** In place where the name is there already, at the end where it is new. */
function withItem(list: unknown, name: string, item: Named | undefined): readonly Named[] {
  const items = listOf(list)
  if (item === undefined) return items.filter((each) => each['name'] !== name)
  if (!items.some((each) => each['name'] === name)) return [...items, item]
  return items.map((each) => (each['name'] === name ? item : each))
}

const withVariable = (container: Container, { name, value }: Assignment): Container => ({
  ...container,
  environment: withItem(
    container['environment'],
    name,
    value === undefined ? value : { name, value },
  ),
})

const withSecret = (container: Container, { name, value }: Assignment): Container => ({
  ...container,
  secrets: withItem(
    container['secrets'],
    name,
    value === undefined ? value : { name, valueFrom: value.trim() },
  ),
})

const withEntry = (record: unknown, { name, value }: Assignment): Named => {
  const { [name]: _old, ...others } = recordOf(record)
  return value === undefined ? others : { ...others, [name]: value }
}

const withLabel = (container: Container, assignment: Assignment): Container => ({
  ...container,
  dockerLabels: withEntry(container['dockerLabels'], assignment),
})

const withLog = (container: Container, over: Named): Container => ({
  ...container,
  logConfiguration: { ...recordOf(container['logConfiguration']), ...over },
})

function withLogOption(container: Container, assignment: Assignment): Container {
  const log = recordOf(container['logConfiguration'])
  if (log['logDriver'] === undefined) {
    throw new Refusal(
      `${assignment.where.replace(/^Input '(.*)',/, '$1:')}: the container \`${String(container['name'])}\` has no log driver that the option could be for. Set \`log-configuration-log-driver\`.`,
    )
  }
  return withLog(container, { options: withEntry(log['options'], assignment) })
}

/** Throws a {@link Refusal} where a container has a variable twice: ECS would refuse it, and not say which. */
export function checkVariables(document: TaskDefinitionDocument): void {
  for (const container of containersOf(document)) {
    const secrets = new Set(listOf(container['secrets']).map((each) => each['name']))
    const both = listOf(container['environment']).find((each) => secrets.has(each['name']))
    if (!both) continue
    const name = String(both['name'])
    throw new Refusal(
      `task-definition: \`${name}\` of the container \`${String(container['name'])}\` is both in \`environment\` and in \`secrets\`. Take it away from one of them, for example with \`unset ${name}\` in \`environment-variables\` or in \`secrets\`.`,
    )
  }
}
