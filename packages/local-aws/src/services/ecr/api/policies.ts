import { invalidParameter, repositoryPolicyNotFound } from '../errors.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkLength, nameOf, repositoryIn, required } from './checks.ts'

/** Who may do what with a repository. Kept and given back; nobody is denied. */
export function policyHandlers({ store }: ApiParts): EcrHandlers {
  return {
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
