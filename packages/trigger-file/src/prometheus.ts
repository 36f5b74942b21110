import { Fields, quoted } from '@ecs-pipeline/action-kit'
import type { Trigger } from '@ecs-pipeline/rollout'
import { PROMETHEUS_KEYS } from './keys.ts'
import type { Reading } from './variables.ts'

/** The base URL of the Prometheus server. A query needs one. */
export function readPrometheus(
  file: Fields,
  triggers: readonly Trigger[],
  { problems }: Reading,
): string | undefined {
  const value = file.value('prometheus')
  if (!value) {
    const asked = triggers.find(({ source }) => source.kind === 'prometheus')
    if (asked) {
      problems.add(
        file.place,
        `the trigger ${quoted(asked.name)} has a \`query\`, and no server to ask. Write \`prometheus: {url: https://…}\`.`,
      )
    }
    return undefined
  }
  const fields = Fields.of(value, { what: '`prometheus`', keys: PROMETHEUS_KEYS }, problems)
  if (!fields) return undefined
  fields.need('url', 'Write `url: https://…`.')
  const text = fields.text('url')
  if (text === undefined) return undefined
  const problem = urlProblem(text)
  if (problem === undefined) return text
  fields.report('url', problem)
  return undefined
}

function urlProblem(text: string): string | undefined {
  if (text.includes('${')) return 'variables are not replaced in `url`.'
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return '`url` has to begin with http:// or https://.'
  }
  // A file in a repository is no place for a password; the action has an input for the token.
  if (url.username !== '' || url.password !== '') {
    return '`url` has a user or password. Take it out, and set the input `prometheus-token`.'
  }
  if (url.search !== '' || url.hash !== '') return '`url` ends before ? and #: it is the base URL.'
  if (/\/api\/v1(\/|$)/.test(url.pathname)) {
    return '`url` ends before /api/v1, which is put behind it.'
  }
  return undefined
}
