/** What other programs may see of this step's environment. */

/** What belongs to this step alone: a program that writes or reads there would speak in its name. */
const STEP_ONLY =
  /^(INPUT_|STATE_|GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$|ACTIONS_ID_TOKEN_REQUEST_)/

/**
 * Tokens that the runner gives to actions, and not to a step of `run:` (actions/runner, NodeScriptActionHandler.cs and
 * ScriptHandler.cs); and the two names that people give the job's token.
 */
const TOKENS = /^(ACTIONS_(RUNTIME_(TOKEN|URL)|RESULTS_URL)$|ACTIONS_CACHE_|(GITHUB|GH)_TOKEN$)/

export type Variables = Readonly<Record<string, string | undefined>>

/** `variables` without those that are of this step alone, and without the ones that are `undefined`. */
export const withoutStepOnly = (variables: Variables): Record<string, string> =>
  pick(variables, (name) => !STEP_ONLY.test(name))

/**
 * What the project's own commands see: everything but our tokens and files. `over` is what the user wrote for them; it
 * wins over everything, even a token's name.
 */
export function cleanEnvironment(
  over: Variables = {},
  own: Variables = process.env,
): Record<string, string> {
  const clean = pick(own, (name) => !STEP_ONLY.test(name) && !TOKENS.test(name))
  // No colours: what they print is read by people in a log, and by programs.
  return pick({ ...clean, CI: 'true', FORCE_COLOR: '0', ...over }, () => true)
}

const pick = (variables: Variables, wanted: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  )
