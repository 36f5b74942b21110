/** How a container ended. The exit codes: repost.aws/knowledge-center/ecs-task-stopped, 'Common exit codes', and aws/agent-toolkit-for-aws, ecs-troubleshooting-guide.md. */
import type { Facts, Failure } from '../facts.ts'
import { quote } from '../quote.ts'
import { nameOf, onExit, onMessage, type Rule } from '../rule.ts'

const EXEC_FORMAT_LINE =
  /^(?:exec .{1,300}: |standard_init_linux\.go:\d+: exec user process caused:? ?["“]?)exec format error/
const NOT_FOUND_LINE = /^exec (\S{1,300}): no such file or directory/
const NOT_FOUND =
  /exec: "?([^":]{1,200})"?: (?:executable file not found|stat .{1,200}: ?no such file)/
const NOT_EXECUTABLE = /exec:? "?([^":]{1,200})"?: permission denied/

export const EXIT_RULES: readonly Rule[] = [
  // aws/amazon-ecs-agent#3218 gives the words of the agent; that Fargate passes them on is unproven.
  onMessage(
    'dependency-failed',
    /dependency graph: .*?ordering dependency \[([\w-]+)/,
    ([, dependency], { failure }) => ({
      cause: `${nameOf(failure)} did not start, because container ${quote(dependency)} did not do what dependsOn asks of it.`,
      fix: `Look at the log and the health check of container ${quote(dependency)}, or give it more time (startTimeout).`,
    }),
  ),

  // aws/amazon-ecs-agent#1187, aws/copilot-cli#3470; at the start of a container: aws/amazon-ecs-agent#3021.
  onMessage(
    'out-of-memory',
    /OutOfMemoryError|container init was OOM-killed/,
    (_found, { failure }, facts) => ({
      cause: `${nameOf(failure)} needed more memory than it has${limitOf(failure, facts)}.`,
      fix: 'Raise memory in the task definition, or tell the program its limit (for example the heap size of its runtime).',
    }),
  ),

  // runatlantis/atlantis#2001 and aws-samples/amazon-bedrock-serverless-prompt-chaining#213: in the log, with exit code 1.
  onExit('wrong-architecture', (failure, { architecture }, text) => {
    if (!/exec format error/.test(text) && !hasLine(failure, EXEC_FORMAT_LINE)) return undefined
    return {
      cause: `${nameOf(failure)} cannot run its program: it is built for another processor than the ${quote(architecture)} of the task definition (exec format error).`,
      fix: 'Build the image for that architecture, or change cpuArchitecture in the task definition.',
    }
  }),

  // aws/amazon-ecs-cli#1136, aws/amazon-ecs-agent#2954; 127 is the shell's.
  onExit('command-not-found', (failure, _facts, text) => {
    const named = NOT_FOUND.exec(text)
    const logged = matchLine(failure, NOT_FOUND_LINE)
    if (!named && !logged && failure.exitCode !== 127) return undefined
    return {
      ...naming(
        named,
        logged,
        (program) =>
          `${nameOf(failure)} cannot start its command: the file${program} is not in the image.`,
      ),
      fix: 'Correct command or entryPoint, one word per list item. A script also needs its interpreter in the image, and Unix line ends.',
    }
  }),

  // DataDog/docker-dd-agent#102, aws/amazon-ecs-agent#1568; 126 is the shell's.
  onExit('command-not-executable', (failure, _facts, text) => {
    const named = NOT_EXECUTABLE.exec(text)
    const logged = matchLine(failure, /^exec (\S{1,300}): permission denied/)
    if (!named && !logged && failure.exitCode !== 126) return undefined
    return {
      ...naming(
        named,
        logged,
        (program) => `${nameOf(failure)} may not execute its command${program}.`,
      ),
      fix: 'Make the file executable in the image (chmod +x), for the user that the container runs as.',
    }
  }),

  onExit('segmentation-fault', (failure) =>
    failure.exitCode === 139
      ? {
          cause: `${nameOf(failure)} crashed with a segmentation fault (exit code 139).`,
          fix: 'Look for native code that does not fit the base image or the processor, for example a module built against another C library.',
        }
      : undefined,
  ),

  onExit('killed', (failure, facts) =>
    failure.exitCode === 137
      ? {
          cause: `${nameOf(failure)} was killed (exit code 137): most often its memory was used up${limitOf(failure, facts)}, else it did not end within stopTimeout.`,
          fix: 'Compare its memory use with the limit and raise memory in the task definition, or end the program on SIGTERM.',
        }
      : undefined,
  ),

  onExit('terminated', (failure) =>
    failure.exitCode === 143
      ? {
          cause: `${nameOf(failure)} was asked to end (SIGTERM, exit code 143), so something else in the task stopped first.`,
          fix: 'Look at the other containers of the task: one that is essential has ended.',
        }
      : undefined,
  ),

  // 'Essential container in task exited' with exit code 0: the same page of AWS.
  onExit('ended-by-itself', (failure) =>
    failure.exitCode === 0 && failure.stopCode === 'EssentialContainerExited'
      ? {
          cause: `${nameOf(failure)} ended by itself without an error (exit code 0), and it is essential.`,
          fix: 'Run the server in the foreground. For a container that only prepares something, set essential to false.',
        }
      : undefined,
  ),

  onExit('crashed', (failure, facts) => {
    if (failure.exitCode === undefined || failure.exitCode === 0) return undefined
    const line = tellingLine(failure.log)
    const crashed = `${nameOf(failure)} crashed with exit code ${failure.exitCode}.`
    return {
      ...(line === undefined
        ? { cause: crashed }
        : {
            cause: `${crashed} Its log says: "${quote(line, 200)}".`,
            causeWithoutLog: crashed,
          }),
      fix:
        line === undefined
          ? withoutLog(failure, facts)
          : 'Mend what the log says; often a variable or a secret is missing, or a database cannot be reached.',
    }
  }),
]

/** A cause that names a program: one that ECS named may be told to anybody, one of the log may not. */
function naming(
  named: RegExpExecArray | null,
  logged: RegExpExecArray | undefined,
  say: (program: string) => string,
): { readonly cause: string; readonly causeWithoutLog?: string } {
  const program = named ?? logged
  const cause = say(program ? ` ${quote(program[1])}` : '')
  return named || !logged ? { cause } : { cause, causeWithoutLog: say('') }
}

/** The last line that speaks of an error, because a stack trace ends with less; else the last line. */
const tellingLine = (log: readonly string[]): string | undefined =>
  log.findLast((line) => /error|exception|fatal|panic|cannot|failed/i.test(line)) ?? log.at(-1)

function withoutLog(failure: Failure, { containers }: Facts): string {
  const own = containers.find(({ name }) => name === failure.container)
  return own && !own.hasLogs
    ? 'Give the container a logConfiguration (awslogs), so that its last words can be read.'
    : 'Read its log; often a variable or a secret is missing, or a database cannot be reached.'
}

/** Its own hard limit, else that of the task. */
function limitOf(failure: Failure | undefined, { containers, memory }: Facts): string {
  const own = containers.find(({ name }) => name === failure?.container)?.memory
  const limit = quote(own || memory, 20)
  return limit === '' ? '' : ` (${limit} MiB)`
}

const matchLine = ({ log }: Failure, pattern: RegExp): RegExpExecArray | undefined =>
  log.map((line) => pattern.exec(line)).find((found) => found !== null) ?? undefined

const hasLine = (failure: Failure, pattern: RegExp): boolean =>
  matchLine(failure, pattern) !== undefined
