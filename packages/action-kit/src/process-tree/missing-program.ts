/** Why a program could not be started, and what to write so that it can. */
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ProgramMissing } from '../programs.ts'

/** The program is there, or may be, and still cannot be started. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/** The action or the command that brings a program, by the program's name. */
const SETUP: Readonly<Record<string, string>> = {
  bundle: 'ruby/setup-ruby',
  cargo: 'dtolnay/rust-toolchain',
  composer: 'shivammathur/setup-php',
  dotnet: 'actions/setup-dotnet',
  go: 'actions/setup-go',
  gradle: 'gradle/actions/setup-gradle',
  java: 'actions/setup-java',
  mvn: 'actions/setup-java',
  node: 'actions/setup-node',
  npm: 'actions/setup-node',
  npx: 'actions/setup-node',
  php: 'shivammathur/setup-php',
  pip: 'actions/setup-python',
  pnpm: 'pnpm/action-setup',
  poetry: '`run: pipx install poetry`',
  python: 'actions/setup-python',
  python3: 'actions/setup-python',
  ruby: 'ruby/setup-ruby',
  terraform: 'hashicorp/setup-terraform',
  trivy: 'aquasecurity/setup-trivy',
  uv: 'astral-sh/setup-uv',
  yarn: '`run: corepack enable` after actions/setup-node',
}

/** Throws {@link CannotStart}. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() === true) return
  const is = found ? 'is no folder' : 'does not exist'
  throw new CannotStart(
    `The folder ${folder} ${is}. Check the working directory, and that a step before this one has checked the repository out.`,
  )
}

/** What to throw for a failed start of `program` in `folder`. */
export async function startProblem(
  program: string,
  folder: string,
  error: NodeJS.ErrnoException,
): Promise<Error> {
  const cause = { cause: error }
  switch (error.code) {
    case 'ENOENT':
      return new ProgramMissing(
        `There is no program ${program} on this machine. ${await fix(program, folder)}`,
        cause,
      )
    case 'EACCES':
      return new CannotStart(
        `${program} may not be executed. If it is a script of the repository: git update-index --chmod=+x ${program}`,
        cause,
      )
    default:
      return new CannotStart(`${program} could not be started: ${error.message}`, cause)
  }
}

async function fix(program: string, folder: string): Promise<string> {
  const setup = SETUP[program]
  if (setup !== undefined) return `Add a step with ${setup} before this one.`
  if (/[/\\]/.test(program)) return `Names with a slash count from the folder ${folder}.`
  const local = await access(join(folder, 'node_modules', '.bin', program)).then(
    () => true,
    () => false,
  )
  if (local) return `It is in node_modules/.bin: write npx ${program}.`
  return 'Add a step before this one that installs it.'
}
