/** Secrets of a build: whether they are there, and that they are in no log. */
import { stat } from 'node:fs/promises'
import { environmentVariable, pathInWorkspace } from '@ecs-pipeline/action-kit'
import { refused } from '../ending.ts'
import type { PushInputs } from '../inputs.ts'
import type { Tools } from '../tools.ts'

/** Shorter ones would be shown as *** wherever a word has them in it. */
const SHORTEST = 4

/** Throws a refusal that names every secret that is not there; docker would say so after half of the build, or never. */
export async function checkSecrets(
  { buildSecrets }: PushInputs,
  { context, log }: Tools,
): Promise<void> {
  const missing: string[] = []
  for (const line of buildSecrets) {
    const members = new Map(line.split(',').map((part) => split(part)))
    const [variable, file] = [members.get('env'), members.get('src')]
    if (variable !== undefined) {
      const value = environmentVariable(variable)
      if (value === undefined || value === '') missing.push(`the variable ${variable} is not set`)
      else if (value.length >= SHORTEST) log.mask(value)
    } else if (file !== undefined) {
      const found = await stat(pathInWorkspace(file, context.workspace)).catch(() => undefined)
      if (!found) missing.push(`there is no file ${file}`)
    }
  }
  if (missing.length === 0) return
  throw refused(
    `build-secrets: ${missing.join(', ')}.`,
    'Give the variable under `env:` of the step, or write the file in a step before this one.',
  )
}

function split(part: string): readonly [string, string] {
  const equals = part.indexOf('=')
  return equals === -1
    ? [part.trim(), '']
    : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()]
}
