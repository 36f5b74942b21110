import type { TaskDefinition, TaskDefinitionStatus } from '@aws-sdk/client-ecs'
import { arn } from '../../ids.ts'
import {
  type ApiDeps,
  clientError,
  dateOf,
  type EcsHandlers,
  invalidParameter,
  pageOf,
} from './api.ts'
import type { EcsState, TaskDefinitionRecord } from './model.ts'
import { findTaskDefinition } from './resolve.ts'
import { checkTags } from './tags.ts'
import { checkTaskDefinition } from './task-definition-checks.ts'
import { registeredShape } from './task-definition-shape.ts'

const DELETED_AT_ONCE = 10

/** Register, Describe, List, Deregister and Delete of task definitions, and ListTaskDefinitionFamilies. */
export function taskDefinitionHandlers({ state, place, clock }: ApiDeps): EcsHandlers {
  return {
    RegisterTaskDefinition(input) {
      checkTaskDefinition(input)
      checkTags(input.tags ?? [])
      const family = input.family ?? ''
      const revisions = state.families.get(family) ?? []
      // Deregistered and deleted revisions keep their numbers.
      const revision = (revisions.at(-1)?.revision ?? 0) + 1
      const revisionArn = arn('ecs', place, `task-definition/${family}:${revision}`)
      const shape = registeredShape(input, {
        taskDefinitionArn: revisionArn,
        revision,
        registeredAt: new Date(clock.now()),
        registeredBy: `arn:aws:iam::${place.account}:root`,
      })
      const tags = input.tags ?? []
      state.families.set(family, [
        ...revisions,
        { family, revision, arn: revisionArn, shape, tags },
      ])
      return { taskDefinition: shape, tags }
    },

    DescribeTaskDefinition({ taskDefinition, include }) {
      const found = requireTaskDefinition(state, taskDefinition)
      return { taskDefinition: found.shape, ...(include?.includes('TAGS') && { tags: found.tags }) }
    },

    ListTaskDefinitions({ familyPrefix, status = 'ACTIVE', sort, nextToken, maxResults }) {
      const families = [...state.families.keys()].sort()
      // Despite its name, `familyPrefix` here is a whole family name (API_ListTaskDefinitions).
      const wanted = families.filter((family) => (familyPrefix ?? family) === family)
      const arns = wanted
        .flatMap((family) => state.families.get(family) ?? [])
        .filter(({ shape }) => shape.status === status)
        .map((each) => each.arn)
      if (sort === 'DESC') arns.reverse()
      const page = pageOf(arns, nextToken, maxResults)
      return { taskDefinitionArns: page.items, nextToken: page.nextToken }
    },

    ListTaskDefinitionFamilies({ familyPrefix = '', status = 'ALL', nextToken, maxResults }) {
      const isActive = (family: string): boolean => hasStatus(state, family, 'ACTIVE')
      const families = [...state.families.keys()]
        .sort()
        .filter((family) => family.startsWith(familyPrefix))
        .filter((family) => status === 'ALL' || isActive(family) === (status === 'ACTIVE'))
      const page = pageOf(families, nextToken, maxResults)
      return { families: page.items, nextToken: page.nextToken }
    },

    DeregisterTaskDefinition({ taskDefinition }) {
      requireRevisionNumber(taskDefinition)
      const found = requireTaskDefinition(state, taskDefinition)
      if (found.shape.status === 'ACTIVE') {
        found.shape = { ...found.shape, status: 'INACTIVE', deregisteredAt: dateOf(clock.now()) }
      }
      return { taskDefinition: found.shape }
    },

    DeleteTaskDefinitions({ taskDefinitions = [] }) {
      if (taskDefinitions.length > DELETED_AT_ONCE) {
        throw invalidParameter(`TaskDefinitions can have at most ${DELETED_AT_ONCE} items.`)
      }
      const deleted: TaskDefinition[] = []
      const failures = taskDefinitions.flatMap((reference) => {
        const found = findTaskDefinition(state, reference)
        if (!found) return { arn: reference, reason: 'MISSING' }
        if (found.shape.status === 'ACTIVE') {
          const detail =
            'The specified task definition is still in ACTIVE status. Deregister it and try again.'
          return { arn: found.arn, reason: 'The task definition is still active.', detail }
        }
        const deleteRequestedAt = dateOf(clock.now())
        found.shape = { ...found.shape, status: 'DELETE_IN_PROGRESS', deleteRequestedAt }
        deleted.push(found.shape)
        return []
      })
      return { taskDefinitions: deleted, failures }
    },
  }
}

function requireTaskDefinition(
  state: EcsState,
  reference: string | undefined,
): TaskDefinitionRecord {
  const found = findTaskDefinition(state, reference ?? '')
  if (!found) throw clientError('Unable to describe task definition.')
  return found
}

/** API_DeregisterTaskDefinition: "You must specify a revision." The words of the error are unproven. */
function requireRevisionNumber(reference: string | undefined): void {
  if (!/:\d+$/.test(reference ?? '')) {
    throw clientError('Revision number is missing from the task definition.')
  }
}

const hasStatus = (state: EcsState, family: string, status: TaskDefinitionStatus): boolean =>
  state.families.get(family)?.some(({ shape }) => shape.status === status) ?? false
