/** What went wrong in a build, found in what docker printed. Pure. */

export interface BuildFailure {
  /** One line: what failed. */
  readonly what: string
  /** `Dockerfile:12` and the line itself, where docker names it. */
  readonly place: string | undefined
}

/** BuildKit: `ERROR: failed to solve: …`, `error: failed to solve: …`; older ones `failed to solve with frontend …`. */
const SOLVE =
  /^(?:ERROR:|error:)?\s*(failed to (?:solve|build).*|executor failed running .*|process ".*" did not complete successfully.*)$/i
/** `Dockerfile:12`, alone on a line, before the lines around it. */
const PLACE = /^(\S*(?:Dockerfile|\.[Dd]ockerfile)\S*:\d+)$/
/** ` 12 | >>> RUN npm ci`, the line that the place is about. */
const POINTER = /^\s*\d+\s*\|\s*>>>\s?(.*)$/
/** The classic builder: `The command '/bin/sh -c npm ci' returned a non-zero code: 1`. */
const CLASSIC = /^The command '(.*)' returned a non-zero code: (\d+)$/
/** Of the classic builder and of BuildKit's steps: `Step 3/7 : RUN npm ci`, `#9 [3/7] RUN npm ci`. */
const STEP = /^(?:Step \d+\/\d+ : |#\d+ \[[^\]]*\d+\/\d+\] )(.+)$/
const PARSE = /dockerfile parse error.*|unknown instruction:? .*|error parsing .*/i
/** `#9 ERROR: process … did not complete`, or what a command itself printed last. */
const STEP_ERROR = /^#(\d+) ERROR:? (.*)$/

export function explainBuild(lines: readonly string[]): BuildFailure {
  const place = lastMatch(lines, PLACE)?.[1]
  const pointer = lastMatch(lines, POINTER)?.[1]?.trim()
  const classic = lastMatch(lines, CLASSIC)
  const stepError = lastMatch(lines, STEP_ERROR)
  const step = stepError
    ? lines
        .map((line) => new RegExp(`^#${stepError[1] ?? ''} \\[[^\\]]*\\] (.+)$`).exec(line))
        .find(Boolean)?.[1]
    : lastMatch(lines, STEP)?.[1]
  const instruction = pointer ?? step
  return {
    what:
      lastMatch(lines, PARSE)?.[0] ??
      lastMatch(lines, SOLVE)?.[1] ??
      (classic ? `The command '${classic[1] ?? ''}' ended with ${classic[2] ?? ''}.` : undefined) ??
      stepError?.[2] ??
      lines.findLast((line) => line.trim() !== '') ??
      'docker said nothing',
    place:
      instruction === undefined
        ? place
        : `${place === undefined ? '' : `${place}: `}${instruction}`,
  }
}

function lastMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines.toReversed()) {
    const match = pattern.exec(line)
    if (match) return match
  }
  return undefined
}
