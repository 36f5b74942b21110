import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs'
import type { TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import { NormalizedSchema } from '@smithy/core/schema'
import { isRecord } from './raw-json.ts'

/**
 * The members of `document` that the SDK does not know, as paths (`containerDefinitions[0].newSetting`): newer than
 * the SDK, or misspelt. They are sent to ECS all the same, which decides.
 */
export function unknownMembers(document: TaskDefinitionDocument): readonly string[] {
  return unknownIn(NormalizedSchema.of(RegisterTaskDefinitionRequest$), document, '')
}

function unknownIn(schema: NormalizedSchema, value: unknown, path: string): readonly string[] {
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.flatMap((item, index) =>
      unknownIn(schema.getValueSchema(), item, `${path}[${index}]`),
    )
  }
  if (schema.isMapSchema() && isRecord(value)) {
    return Object.entries(value).flatMap(([key, member]) =>
      unknownIn(schema.getValueSchema(), member, `${path}.${key}`),
    )
  }
  if (!schema.isStructSchema() || !isRecord(value)) return []
  const known = new Map(schema.structIterator())
  return Object.entries(value).flatMap(([name, member]) => {
    const memberPath = path === '' ? name : `${path}.${name}`
    const memberSchema = known.get(name)
    return memberSchema ? unknownIn(memberSchema, member, memberPath) : [memberPath]
  })
}
