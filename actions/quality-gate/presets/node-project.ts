/** A project with a package.json: which of the usual checks it has. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FOUND, type PresetCheck } from './policy-text.ts'

export interface NodeProject {
  readonly because: string
  readonly scripts: Readonly<Record<string, string>>
  /** Names of what is installed, for production or not. */
  readonly packages: ReadonlySet<string>
  /** Names of files and folders at its root. */
  readonly entries: ReadonlySet<string>
}

/** `undefined` when there is no package.json that can be read. */
export async function readNodeProject(folder: string): Promise<NodeProject | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const manifest = objectIn(text)
  if (!manifest) return undefined
  const names = (key: string): readonly string[] => Object.keys(record(manifest[key]))
  return {
    because: 'a Node project, by its package.json',
    scripts: record(manifest['scripts']),
    packages: new Set([
      ...names('dependencies'),
      ...names('devDependencies'),
      ...(manifest['jest'] === undefined ? [] : ['jest']),
    ]),
    entries: new Set(await readdir(folder)),
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The texts of a map. */
const record = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      )
    : {}

/** A tool that is installed is called by itself, since then its report can be read; anything else by its script. */
export const nodeChecks = (project: NodeProject): readonly PresetCheck[] =>
  [lint, format, types, tests, audit, build].flatMap((check) => check(project) ?? [])

/** `--no-install`: nothing is fetched that the project has not asked for. */
const npx = (...args: readonly string[]): readonly string[] => ['npx', '--no-install', ...args]

const script = (
  id: string,
  { scripts }: NodeProject,
  names: readonly string[],
): PresetCheck | undefined => {
  const name = names.find((each) => Object.hasOwn(scripts, each))
  return name === undefined ? undefined : { id, run: ['npm', 'run', name], reports: [] }
}

function lint(project: NodeProject): PresetCheck | undefined {
  const hasConfig = [...project.entries].some((name) =>
    /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\..+)?)$/.test(name),
  )
  if (!project.packages.has('eslint') || !hasConfig) return script('lint', project, ['lint'])
  return {
    id: 'lint',
    run: npx('eslint', '.', '--format', 'json'),
    exitCodes: FOUND,
    reports: [{ format: 'eslint-json' }],
  }
}

function format(project: NodeProject): PresetCheck | undefined {
  if (!project.packages.has('prettier')) {
    return script('format', project, ['format:check', 'check:format', 'format-check'])
  }
  return {
    id: 'format',
    run: npx('prettier', '--list-different', '.'),
    exitCodes: FOUND,
    reports: [{ format: 'prettier' }],
  }
}

function types(project: NodeProject): PresetCheck | undefined {
  if (!project.packages.has('typescript') || !project.entries.has('tsconfig.json')) {
    return script('types', project, ['typecheck', 'type-check', 'check-types', 'types', 'tsc'])
  }
  return {
    id: 'types',
    run: npx('tsc', '--noEmit', '--pretty', 'false'),
    exitCodes: [0, 1, 2],
    reports: [{ format: 'tsc' }],
  }
}

const VM_MODULES = '--experimental-vm-modules'

/** With coverage where the tool has it built in. */
function tests(project: NodeProject): PresetCheck | undefined {
  const { packages, scripts } = project
  const of = scripts['test'] ?? ''
  if (packages.has('jest') || /(^|[\s/])jest(\s|$)/.test(of)) {
    return {
      id: 'tests',
      run: npx('jest', '--ci', '--json', '--coverage', '--coverageReporters', 'lcovonly'),
      exitCodes: FOUND,
      // Without it jest runs no ES modules.
      ...(of.includes(VM_MODULES) ? { env: { NODE_OPTIONS: VM_MODULES } } : {}),
      reports: [{ format: 'jest-json' }, { format: 'lcov', path: 'coverage/lcov.info' }],
    }
  }
  if (packages.has('vitest')) {
    const hasCoverage =
      packages.has('@vitest/coverage-v8') || packages.has('@vitest/coverage-istanbul')
    return {
      id: 'tests',
      run: npx(
        'vitest',
        'run',
        '--reporter',
        'json',
        ...(hasCoverage ? ['--coverage', '--coverage.reporter', 'lcovonly'] : []),
      ),
      exitCodes: FOUND,
      reports: [
        { format: 'jest-json' },
        ...(hasCoverage ? [{ format: 'lcov', path: 'coverage/lcov.info' } as const] : []),
      ],
    }
  }
  const nodeTest = /^node\s+(?:--test)(\s.*)?$/.exec(of)
  if (nodeTest && !/["'$|&;<>`\\]/.test(of)) {
    const files = (nodeTest[1] ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
    return {
      id: 'tests',
      run: [
        'node',
        '--test',
        '--test-reporter',
        'junit',
        '--test-reporter-destination',
        'stdout',
        ...files,
      ],
      exitCodes: FOUND,
      reports: [{ format: 'junit' }],
    }
  }
  return script('tests', project, ['test'])
}

function audit({ entries }: NodeProject): PresetCheck | undefined {
  if (!entries.has('package-lock.json')) return undefined
  return {
    id: 'audit',
    run: ['npm', 'audit', '--json'],
    exitCodes: FOUND,
    reports: [{ format: 'npm-audit' }],
  }
}

const build = (project: NodeProject): PresetCheck | undefined => script('build', project, ['build'])
