/** Requests to the service itself, for smoke checks. */
import type { Web } from '@ecs-pipeline/rollout'

/** Nobody looks for a word behind so many bytes; an endless body would never end. */
const MOST_BYTES = 1024 * 1024

export function createWeb(signal: AbortSignal | undefined): Web {
  return {
    async get(url, timeout) {
      const limit = AbortSignal.timeout(timeout)
      try {
        const response = await fetch(url, {
          redirect: 'manual',
          headers: { 'user-agent': 'ecs-pipeline smoke check' },
          signal: signal ? AbortSignal.any([limit, signal]) : limit,
        })
        return { status: response.status, body: await readBody(response) }
      } catch (error) {
        if (limit.aborted) return { problem: `no answer within ${timeout / 1000} s` }
        return { problem: whyNot(error) }
      }
    },
  }
}

async function readBody({ body }: Response): Promise<string> {
  if (!body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    text += decoder.decode(chunk, { stream: true })
    if (bytes >= MOST_BYTES) break
  }
  return text
}

/** fetch says 'fetch failed'; what failed is in the cause. */
function whyNot(error: unknown): string {
  const cause: unknown = (error as { readonly cause?: unknown }).cause
  for (const each of [cause, error]) {
    if (typeof each === 'object' && each !== null && 'code' in each && 'message' in each) {
      return `${String(each.message)} (${String(each.code)})`
    }
  }
  return String(error)
}
