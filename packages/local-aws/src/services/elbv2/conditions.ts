/** Whether a request meets the condition of a rule (API reference, RuleCondition). */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { hostAndPort, pathAndQuery } from './direct-answers.ts'

/** Paths and methods are compared as they are, all else without regard to case. */
export function holds(condition: RuleCondition, request: IncomingMessage): boolean {
  switch (condition.Field) {
    case 'path-pattern': {
      const { path } = pathAndQuery(request)
      const { PathPatternConfig: config, Values } = condition
      return (config?.Values ?? Values ?? []).some((each) => wildcard(each, '').test(path))
    }
    case 'host-header': {
      const { host } = hostAndPort(request)
      const { HostHeaderConfig: config, Values } = condition
      return (config?.Values ?? Values ?? []).some((each) => wildcard(each, 'i').test(host))
    }
    case 'http-header': {
      const { HttpHeaderName = '', Values = [] } = condition.HttpHeaderConfig ?? {}
      const given = request.headersDistinct[HttpHeaderName.toLowerCase()] ?? []
      return Values.some((each) => given.some((value) => wildcard(each, 'i').test(value)))
    }
    case 'http-request-method':
      return condition.HttpRequestMethodConfig?.Values?.includes(request.method ?? '') ?? false
    case 'query-string':
      return hasQuery(condition, request)
    case 'source-ip':
      return isFrom(condition.SourceIpConfig?.Values ?? [], request.socket.remoteAddress ?? '')
    default:
      return false
  }
}

function hasQuery(condition: RuleCondition, request: IncomingMessage): boolean {
  const given = [...new URLSearchParams(pathAndQuery(request).query)]
  return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) =>
    given.some(
      ([key, value]) =>
        (Key === undefined || wildcard(Key, 'i').test(key)) && wildcard(Value, 'i').test(value),
    ),
  )
}

function isFrom(blocks: readonly string[], address: string): boolean {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', bits] = block.split('/')
    const family = isIPv6(network) ? 'ipv6' : 'ipv4'
    list.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

const compiled = new Map<string, RegExp>()

/** `*` is anything, `?` is one character; a backslash before them means the character itself. */
function wildcard(pattern: string, flags: '' | 'i'): RegExp {
  const key = `${flags}/${pattern}`
  let found = compiled.get(key)
  if (!found) {
    const source = pattern.replace(/\\([*?\\])|([*])|([?])|([^*?\\]+|\\)/g, (all, ...parts) => {
      const [escaped, star, mark] = parts as (string | undefined)[]
      if (star !== undefined) return '.*'
      if (mark !== undefined) return '.'
      return literal(escaped ?? all)
    })
    found = new RegExp(`^${source}$`, flags)
    compiled.set(key, found)
  }
  return found
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
