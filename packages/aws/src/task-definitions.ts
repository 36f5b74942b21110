import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  type ListTaskDefinitionsCommandInput,
  type ListTaskDefinitionsCommandOutput,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs'
import type {
  TaskDefinitionDocument,
  TaskDefinitions,
  TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import { isRecord, sendingBody, takingBody } from './raw-json.ts'
import type { AwsAccess } from './toolbox.ts'

/**
 * What DescribeTaskDefinition gives and RegisterTaskDefinition does not take (the API reference's `TaskDefinition`
 * without the members of `RegisterTaskDefinition`).
 */
export const READ_ONLY_MEMBERS: readonly string[] = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]

export function createTaskDefinitions({ clients, call }: AwsAccess): TaskDefinitions {
  const ecs = (): ECSClient => clients.of(ECSClient)

  return {
    async describe(name) {
      const asked = { action: 'ecs:DescribeTaskDefinition', resource: `task definition ${name}` }
      return call(asked, async (options) => {
        const command = new DescribeTaskDefinitionCommand({
          taskDefinition: name,
          include: ['TAGS'],
        })
        let answer: Readonly<Record<string, unknown>> = {}
        command.middlewareStack.use(takingBody((body) => (answer = body)))
        await ecs().send(command, options)
        return taskDefinitionView(answer)
      })
    },

    async register(document, tags) {
      const family = typeof document['family'] === 'string' ? document['family'] : '(no family)'
      const asked = {
        action: 'ecs:RegisterTaskDefinition',
        resource: `task definition ${family}`,
      }
      const request = requestBody(document, tags)
      return call(asked, async (options) => {
        const command = new RegisterTaskDefinitionCommand(
          request as unknown as RegisterTaskDefinitionCommandInput,
        )
        let answer: Readonly<Record<string, unknown>> = {}
        command.middlewareStack.use(sendingBody(request))
        command.middlewareStack.use(takingBody((body) => (answer = body)))
        await ecs().send(command, options)
        return taskDefinitionView(answer)
      })
    },

    async tag(arn, tags) {
      const asked = { action: 'ecs:TagResource', resource: `task definition ${arn}` }
      const list = Object.entries(tags).map(([key, value]) => ({ key, value }))
      await call(asked, (options) =>
        ecs().send(new TagResourceCommand({ resourceArn: arn, tags: list }), options),
      )
    },

    async active(family) {
      const asked = { action: 'ecs:ListTaskDefinitions', resource: `task definitions of ${family}` }
      const found: string[] = []
      let nextToken: string | undefined
      do {
        const input: ListTaskDefinitionsCommandInput = {
          // A prefix, so that families which begin alike come too.
          familyPrefix: family,
          status: 'ACTIVE',
          sort: 'DESC',
          nextToken,
        }
        const answer: ListTaskDefinitionsCommandOutput = await call(asked, (options) =>
          ecs().send(new ListTaskDefinitionsCommand(input), options),
        )
        found.push(...(answer.taskDefinitionArns ?? []))
        nextToken = answer.nextToken
      } while (nextToken !== undefined)
      return found
        .filter((arn) => familyOf(arn) === family)
        .sort((a, b) => revisionOf(b) - revisionOf(a))
    },

    async deregister(arn) {
      const asked = { action: 'ecs:DeregisterTaskDefinition', resource: `task definition ${arn}` }
      await call(asked, (options) =>
        ecs().send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }), options),
      )
    },
  }
}

/** `arn:…:task-definition/family:revision` */
const familyOf = (arn: string): string => /\/([^/:]+):\d+$/.exec(arn)?.[1] ?? ''
const revisionOf = (arn: string): number => Number(/:(\d+)$/.exec(arn)?.[1] ?? 0)

/** The document, with `tags` added to its own; ours win. ECS takes no empty list of tags. */
function requestBody(
  document: TaskDefinitionDocument,
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const all = Object.entries({ ...tagsOf(document['tags']), ...tags })
  const { tags: _own, ...rest } = document
  return {
    ...withoutNulls(rest),
    ...(all.length === 0 ? {} : { tags: all.map(([key, value]) => ({ key, value })) }),
  }
}

/** As the SDK's serializer does it: to AWS JSON a null is a member that was not given. */
function withoutNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls) as Value
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)])) as Value
}

function taskDefinitionView(answer: Readonly<Record<string, unknown>>): TaskDefinitionView {
  const all = isRecord(answer['taskDefinition']) ? answer['taskDefinition'] : {}
  return {
    arn: textOf(all['taskDefinitionArn']),
    family: textOf(all['family']),
    revision: Number(all['revision'] ?? 0),
    status: textOf(all['status']),
    document: withoutReadOnlyMembers(all),
    tags: tagsOf(answer['tags']),
  }
}

/** What can be registered again: everything but {@link READ_ONLY_MEMBERS}, whether this code knows it or not. */
export function withoutReadOnlyMembers(document: TaskDefinitionDocument): TaskDefinitionDocument {
  return Object.fromEntries(
    Object.entries(document).filter(([member]) => !READ_ONLY_MEMBERS.includes(member)),
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** ECS's list of `{ key, value }` as a record. */
function tagsOf(tags: unknown): Readonly<Record<string, string>> {
  const list = Array.isArray(tags) ? tags.filter(isRecord) : []
  return Object.fromEntries(list.map((tag) => [textOf(tag['key']), textOf(tag['value'])]))
}
