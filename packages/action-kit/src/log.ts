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

/**
 * The log of a step. Lines of other people (containers, AWS) could be workflow commands; each is printed behind a
 * sign, because the runner reads a command only at the beginning of a line.
 */
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
  isDebug: (): boolean => isDebug(),
  /** From now on the value is shown as *** wherever it stands in the log. */
  mask: (secret: string): void => {
    setSecret(secret)
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

/** `::error::`, and the older `##[error]`, at the beginning of any of the lines do nothing. */
export const harmless = (text: string): string => text.replace(/^(\s*)(::|##\[)/gm, '$1> $2')
