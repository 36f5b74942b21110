import { invalidParameter, lifecyclePolicyNotFound, repositoryPolicyNotFound } from '../errors.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkLength, nameOf, repositoryIn, required } from './checks.ts'

/** ECR says this of a lifecycle policy that it has not evaluated yet; here that is all of them. */
const NEVER = new Date(0)

/** Policies are kept and given back, and change nothing: nothing expires and nobody is denied. */
export function policyHandlers({ store }: ApiParts): EcrHandlers {
  return {
    PutLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const text = required('lifecyclePolicyText', input.lifecyclePolicyText)
      checkLength('lifecyclePolicyText', text, 100, 30720)
      if (!isJsonObject(text)) {
        throw invalidParameter(
          'LifecyclePolicyText',
          'Lifecycle policy validation failure: Invalid JSON',
        )
      }
      repository.lifecyclePolicy = text
      return { ...nameOf(repository), lifecyclePolicyText: text }
    },

    GetLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const text = repository.lifecyclePolicy
      if (text === undefined) throw lifecyclePolicyNotFound(repository)
      return { ...nameOf(repository), lifecyclePolicyText: text, lastEvaluatedAt: NEVER }
    },

    DeleteLifecyclePolicy(input) {
      const repository = repositoryIn(store, input)
      const text = repository.lifecyclePolicy
      if (text === undefined) throw lifecyclePolicyNotFound(repository)
      repository.lifecyclePolicy = undefined
      return { ...nameOf(repository), lifecyclePolicyText: text, lastEvaluatedAt: NEVER }
    },

    SetRepositoryPolicy(input) {
      const repository = repositoryIn(store, input)
      const text = required('policyText', input.policyText)
      checkLength('policyText', text, 0, 10240)
      if (!isJsonObject(text)) {
        throw invalidParameter('PolicyText', 'Invalid repository policy provided')
      }
      repository.policy = text
      return { ...nameOf(repository), policyText: text }
    },

    GetRepositoryPolicy(input) {
      const repository = repositoryIn(store, input)
      if (repository.policy === undefined) throw repositoryPolicyNotFound(repository)
      return { ...nameOf(repository), policyText: repository.policy }
    },

    DeleteRepositoryPolicy(input) {
      const repository = repositoryIn(store, input)
      const text = repository.policy
      if (text === undefined) throw repositoryPolicyNotFound(repository)
      repository.policy = undefined
      return { ...nameOf(repository), policyText: text }
    },
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
