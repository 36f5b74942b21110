import {
  debug,
  endGroup,
  error,
  info,
  isDebug,
  notice,
  setSecret,
  startGroup,
  warning,
} from '@actions/core'
import { randomUUID } from 'node:crypto'

/** An open group. Until it is closed the runner takes nothing for a command: our own annotations would be text too. */
export interface Quotation {
  readonly line: (text: string) => void
  readonly close: () => void
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  /** Relative to the root of the repository. */
  readonly path: string | undefined
  /** From 1. */
  readonly line: number | undefined
  readonly endLine: number | undefined
}

/** The log of a step. Lines of other people (containers, AWS) could be workflow commands; here they are {@link harmless}. */
export const log = {
  info: (line: string): void => {
    info(harmless(line))
  },
  debug: (line: string): void => {
    debug(line)
  },
  warning: (line: string): void => {
    warning(line)
  },
  notice: (line: string, title?: string): void => {
    notice(line, title === undefined ? {} : { title })
  },
  /** An annotation; the title is what people see first. */
  error: (line: string, title?: string): void => {
    error(line, title === undefined ? {} : { title })
  },
  /** An annotation at a place of the repository, as the runner makes one of a command. */
  annotate: ({ level, title, message, path, line, endLine }: Annotation): void => {
    const say = { error, warning, notice }[level]
    say(message, {
      title,
      ...(path !== undefined && { file: path }),
      ...(path !== undefined && line !== undefined && { startLine: Math.max(1, line) }),
      ...(path !== undefined && endLine !== undefined && { endLine }),
    })
  },
  isDebug: (): boolean => isDebug(),
  /** From now on the value is shown as *** wherever it stands in the log. */
  mask: (secret: string): void => {
    setSecret(secret)
  },
  /** Lines in a group that can be folded away. */
  fold: (title: string, lines: readonly string[]): void => {
    startGroup(harmless(title))
    for (const line of lines) info(harmless(line))
    endGroup()
  },
  /** Opens a group for the output of a program that is not ours. */
  quote: (title: string): Quotation => {
    const token = randomUUID()
    startGroup(harmless(title))
    // What harmless does not know of is no command either; only who knows the token ends that.
    info(`::stop-commands::${token}`)
    return {
      line: (text) => {
        // Indented, since the problem matchers of actions/setup-node would make annotations of it a second time.
        info(` ${harmless(text)}`)
      },
      close: () => {
        info(`::${token}::`)
        endGroup()
      },
    }
  },
  /** Runs `body` in a group that can be folded away. */
  group: async <T>(title: string, body: () => Promise<T>): Promise<T> => {
    startGroup(harmless(title))
    try {
      return await body()
    } finally {
      endGroup()
    }
  },
}

/**
 * Text whose lines the runner takes for text. It reads `::name::` at the beginning of a line, after anything that
 * does not show, and the older `##[name]` wherever it stands (actions/runner, ActionCommand.cs). A forged `set-env`
 * alone would turn the step red, a forged `set-output` its outcome.
 */
export const harmless = (text: string): string =>
  text.replace(/^([\s\p{C}\p{M}]*)::/gmu, '$1> ::').replaceAll('##[', '## [')
