/** The version of what is built: of the Git tag that the run is about, or the next one after the last tag. */
import { ProgramMissing } from '@ecs-pipeline/action-kit'
import {
  newestVersion,
  nextVersion,
  versionOf,
  type Commit,
  type Version,
} from '@ecs-pipeline/image'
import { refused } from './ending.ts'
import type { Tools } from './tools.ts'

/** `undefined` when there is none to be had; where the user asked for the next one, that is an {@link refused} run. */
export async function findVersion(
  commit: Commit,
  choice: 'tag' | 'next',
  { run, context }: Pick<Tools, 'run' | 'context'>,
): Promise<Version | undefined> {
  const own = versionOf(commit.tag)
  if (own || choice === 'tag') return own
  const git = async (...args: readonly string[]): Promise<string> => {
    const end = await run({ program: 'git', args, folder: context.workspace })
    if (end.exitCode === 0) return end.stdout
    throw refused(
      `version: next needs the history of the repository, and \`git ${args[0] ?? ''}\` failed: ${end.lines.at(-1) ?? 'it said nothing'}`,
      'Put a step with actions/checkout before this one, with `fetch-depth: 0`.',
    )
  }
  try {
    if ((await git('rev-parse', '--is-shallow-repository')).trim() === 'true') {
      throw refused(
        'version: next counts the commits since the last version, and the checkout has no history.',
        'Give actions/checkout `fetch-depth: 0`.',
      )
    }
    const tags = (await git('tag', '--merged', commit.sha)).split('\n').map((tag) => tag.trim())
    const last = newestVersion(tags)
    const range = last ? `${last.tag}..${commit.sha}` : commit.sha
    const log = await git('log', '--format=%B%x00', range, '--')
    const messages = log.split('\0').map((message) => message.trim())
    return nextVersion(
      last?.version,
      messages.filter((message) => message !== ''),
    )
  } catch (error) {
    if (error instanceof ProgramMissing) throw refused(`version: next needs git. ${error.message}`)
    throw error
  }
}
