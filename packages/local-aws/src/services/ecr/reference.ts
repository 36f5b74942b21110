import { isDigest } from '../../oci/digest.ts'
import { isTag } from './tag.ts'

/** An image reference taken apart as docker does it. */
export interface Reference {
  readonly host: string
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** `undefined` when `text` is no reference. Without a host it is Docker Hub's, without tag and digest `latest`. */
export function parseReference(text: string): Reference | undefined {
  const [, before = '', digest] = /^([^@]+)(?:@(.+))?$/.exec(text) ?? []
  const slash = before.indexOf('/')
  const first = before.slice(0, Math.max(0, slash))
  const hasHost = first === 'localhost' || /[.:]/.test(first)
  const rest = hasHost ? before.slice(slash + 1) : before
  const [, path = '', tag] = /^([^:]+)(?::(.+))?$/.exec(rest) ?? []
  if (!PATH.test(path)) return undefined
  if ((digest !== undefined && !isDigest(digest)) || (tag !== undefined && !isTag(tag))) {
    return undefined
  }
  return {
    host: hasHost ? first : 'docker.io',
    repository: hasHost || path.includes('/') ? path : `library/${path}`,
    ...(digest === undefined ? { tag: tag ?? 'latest' } : {}),
    ...(digest !== undefined && tag !== undefined ? { tag } : {}),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** In full, as a container runtime names it. */
export function formatReference({ host, repository, tag, digest }: Reference): string {
  const named = tag === undefined ? '' : `:${tag}`
  return `${host}/${repository}${named}${digest === undefined ? '' : `@${digest}`}`
}
