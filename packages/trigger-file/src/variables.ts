import { lastPart } from '@ecs-pipeline/rollout'
import { likelyWord, type Place, type Problems, quoted } from '@ecs-pipeline/action-kit'

/** What `${service}` and `${cluster}` stand for: names, or ARNs whose names are taken. */
export interface Variables {
  readonly service: string
  readonly cluster: string
}

/** What everything that reads a part of the file needs. */
export interface Reading {
  readonly problems: Problems
  readonly variables: Variables
}

/** Puts the variables into a dimension value, an expression or a query. */
export function replaceVariables(
  text: string,
  place: Place,
  { problems, variables }: Reading,
): string {
  const values = new Map([
    ['service', lastPart(variables.service)],
    ['cluster', lastPart(variables.cluster)],
  ])
  if (text.includes('${{')) {
    problems.add(
      place,
      'GitHub does not evaluate ${{ }} in a file. The variables here are ${service} and ${cluster}.',
    )
    return text
  }
  const bare = /\$(service|cluster)\b/.exec(text)?.[1]
  if (bare !== undefined) problems.add(place, `write \${${bare}} instead of $${bare}.`)
  return text.replace(/\$\{([^}]*)\}?/g, (whole, name: string) => {
    const value = whole.endsWith('}') ? values.get(name) : undefined
    if (value === undefined) {
      const near = likelyWord(name.trim(), [...values.keys()])
      const hint =
        near === undefined ? 'There are ${service} and ${cluster}.' : `Did you mean \${${near}}?`
      problems.add(place, `there is no variable ${quoted(whole)}. ${hint}`)
    }
    return value ?? whole
  })
}

/** Reports variables where none are replaced. */
export function refuseVariables(key: string, text: string, place: Place, reading: Reading): void {
  if (!text.includes('${')) return
  reading.problems.add(
    place,
    `variables are not replaced in \`${key}\`, only in dimension values, expressions and queries.`,
  )
}
