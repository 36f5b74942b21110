import { getInput, setFailed } from '@actions/core'
import { inspect } from 'node:util'
import { InputError, type InputSource } from './inputs/schema.ts'
import { log } from './log.ts'
import { state } from './state.ts'
import { readRunContext, type RunContext } from './run-context.ts'

/** How the action ended: green, or red with the one line that the step is annotated with. */
export type ActionResult = { readonly ok: true } | { readonly ok: false; readonly headline: string }

export interface ActionContext {
  readonly run: RunContext
  readonly input: InputSource
  /** Aborted when GitHub cancels the run: 7.5 seconds after SIGINT comes SIGTERM, 2.5 later the end. */
  readonly signal: AbortSignal
}

export interface ActionParts {
  /** Tells outputs and summary of inputs that could not be read. */
  readonly refuse?: (problems: readonly string[], context: ActionContext) => Promise<void>
  /** The post part, where action.yml names the same file as `post`. */
  readonly after?: (context: ActionContext) => Promise<ActionResult>
}

/** Saved by the main part; GitHub gives it to the post part only. */
const MAIN_BEGAN = 'main-began'

/**
 * Runs an action: the one catch, and the only caller of setFailed. Ends the process when all is written, even if a
 * connection is still open.
 */
export async function runAction(
  main: (context: ActionContext) => Promise<ActionResult>,
  { refuse = () => Promise.resolve(), after }: ActionParts = {},
): Promise<void> {
  const isAfter = after !== undefined && state.read(MAIN_BEGAN) !== undefined
  if (!isAfter && after) state.save(MAIN_BEGAN, 'true')
  const cancel = new AbortController()
  const stop = (): void => {
    cancel.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const context: ActionContext = {
    run: readRunContext(),
    input: (name) => getInput(name, { trimWhitespace: true }),
    signal: cancel.signal,
  }
  try {
    const result = await (isAfter ? after(context) : main(context))
    if (!result.ok) setFailed(result.headline)
  } catch (error) {
    if (error instanceof InputError) {
      setFailed(error.message)
      await refuse(error.problems, context).catch((failure: unknown) => {
        log.warning(`The refusal could not be written everywhere: ${causeChain(failure)}`)
      })
    } else {
      setFailed(causeChain(error))
      if (log.isDebug()) log.info(error instanceof Error ? (error.stack ?? '') : String(error))
    }
  }
  await flushed(process.stdout)
  process.exit()
}

/** The message and those of its causes, which say what really happened. */
export function causeChain(error: unknown): string {
  const messages: string[] = []
  for (let at: unknown = error; at !== undefined && messages.length < 10;) {
    messages.push(at instanceof Error ? at.message : inspect(at))
    at = at instanceof Error ? at.cause : undefined
  }
  const [first = 'unknown error', ...causes] = [...new Set(messages)]
  return causes.length === 0
    ? first
    : `${first}\n${causes.map((each) => `caused by: ${each}`).join('\n')}`
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
