/** What @actions/cache 6.3 prints, and nowhere else says: why nothing was restored or saved. */
import { cut, oneLine } from '../foreign-text.ts'

/** A line for the runner (`::warning::text`), or an ordinary one. */
interface LogLine {
  readonly kind: string
  readonly text: string
}

const LONGEST_REASON = 400

/** What a run of the library printed, without what it declared to be secret. */
export class CacheLog {
  private readonly lines: readonly LogLine[]
  private readonly secrets: readonly string[]

  constructor(stdout: string, secrets: readonly (string | undefined)[]) {
    this.lines = stdout.split('\n').map(readLine)
    const masked = this.lines.filter(({ kind }) => kind === 'add-mask').map(({ text }) => text)
    this.secrets = [...masked, ...secrets].filter((each): each is string => Boolean(each))
  }

  /** Why `restoreCache` gave no key; `undefined` when there is simply no such entry. */
  restoreProblem(): string | undefined {
    const found = this.last(/^(?:Failed to restore: |Cache restore skipped: )(.*)$/s)
    return found === undefined ? undefined : this.explain(found)
  }

  /** Why `saveCache` has not saved. With the old protocol it may give an id all the same. */
  saveProblem(): string | undefined {
    // For every refusal the library says "another job may be creating this cache"; the true cause is a line for debugging.
    const reserving = this.last(/^Failed to reserve cache: (?:\w*Error: )?(.*)$/s)
    const saving = this.last(/^(?:Failed to save: |Cache save skipped: )(.*)$/s)
    const found =
      reserving ?? saving?.replace(/^.*another job may be creating.* More details: /s, '')
    return found === undefined ? undefined : this.explain(found)
  }

  /** What it warned of last; a refused finalisation has no beginning to know it by. */
  lastWarning(): string {
    const found = this.lines.findLast(({ kind }) => kind === 'warning')
    return this.explain(found?.text ?? '')
  }

  /** Of a text that may come from the server: one line, not too long, without secrets. */
  explain(text: string): string {
    const shown = this.secrets.reduce(
      (rest, secret) => rest.replaceAll(secret, '***'),
      this.cause(text),
    )
    const reason = cut(oneLine(shown), LONGEST_REASON).replace(/\.$/, '')
    // So it is when Azure refuses a question whose answer has no body.
    return reason === '' ? '@actions/cache does not say why' : reason
  }

  /** Of the programs that the library runs, it only tells the exit code. */
  private cause(text: string): string {
    const [, program] = /Unable to locate executable file: (\w+)/.exec(text) ?? []
    if (program !== undefined) return `there is no program ${program} on this machine`
    if (!/failed with exit code/.test(text)) return text
    const began = this.lines.findLastIndex((line) => line.text.startsWith('[command]'))
    const said = this.lines
      .slice(began + 1)
      .find((line) => line.kind === '' && line.text.trim() !== '')?.text
    return said === undefined || began === -1 ? text : `${text.replace(/\.$/, '')}: ${said}`
  }

  private last(pattern: RegExp): string | undefined {
    return this.lines.flatMap(({ text }) => pattern.exec(text)?.[1] ?? []).at(-1)
  }
}

/** As @actions/core writes its commands. */
function readLine(line: string): LogLine {
  const [, kind = '', text = line] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
  if (kind === '') return { kind, text: line }
  return {
    kind,
    text: text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  }
}

/** The words of GitHub's servers, of both protocols, when there is such an entry; HTTP says 409. */
export const saysThatItExists = (reason: string): boolean => /already exist|\(409\)/i.test(reason)
