/** A small project in a repository of its own, on which the quality gate is run as GitHub would run it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { ROOT } from '../root.ts'

export type Files = Readonly<Record<string, string>>

export class GateProject {
  private readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(files: Files): Promise<GateProject> {
    const project = new GateProject(await mkdtemp(join(tmpdir(), 'gate-project-')))
    await mkdir(project.workspace)
    project.git('init', '--quiet', '--initial-branch=main')
    await project.commit(files)
    return project
  }

  private get workspace(): string {
    return join(this.folder, 'project')
  }

  git(...args: readonly string[]): string {
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
    return execFileSync('git', [...who, ...args], { cwd: this.workspace, encoding: 'utf8' }).trim()
  }

  /** The id of the commit. */
  async commit(files: Files): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.workspace, name)), { recursive: true })
      await writeFile(join(this.workspace, name), text)
    }
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', 'work')
    return this.git('rev-parse', 'HEAD')
  }

  /** The job summary of a run of the action. */
  async run(event: string, payload: object, inputs: Files): Promise<string> {
    const [summary, path] = [join(this.folder, 'summary.md'), join(this.folder, 'event.json')]
    await writeFile(path, JSON.stringify(payload))
    await writeFile(summary, '')
    const env = {
      // The tools of this repository are those of the project.
      PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter),
      HOME: this.folder,
      RUNNER_TEMP: this.folder,
      GITHUB_WORKSPACE: this.workspace,
      GITHUB_REPOSITORY: 'acme/ledger',
      GITHUB_SHA: this.git('rev-parse', 'HEAD'),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '42',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: path,
      GITHUB_STEP_SUMMARY: summary,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    }
    const main = join(ROOT, 'actions/quality-gate/main.ts')
    // A red one ends with 1; whether it is the right one is told by its summary.
    spawnSync(process.execPath, [main], { env, stdio: 'ignore', timeout: 120_000 })
    const text = await readFile(summary, 'utf8')
    return text.replaceAll(this.workspace, '/home/runner/work/ledger/ledger')
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
