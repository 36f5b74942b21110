/** A Python project with pytest. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FOUND, type PresetCheck } from './policy-text.ts'

export interface PythonProject {
  readonly because: string
  /** Names of packages that its files mention. */
  readonly packages: ReadonlySet<string>
}

const FILES = [
  'pyproject.toml',
  'setup.cfg',
  'pytest.ini',
  'tox.ini',
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
]
const KNOWN = ['pytest-cov', 'pytest', 'ruff', 'mypy']

/** `undefined` when nothing says that it has pytest. Its files are searched for names, not understood. */
export async function readPythonProject(folder: string): Promise<PythonProject | undefined> {
  const texts = await Promise.all(
    FILES.map((name) =>
      readFile(join(folder, name), 'utf8').then(
        (text) => ({ name, text }),
        () => undefined,
      ),
    ),
  )
  const found = texts.filter((each) => each !== undefined)
  const of = found.find(({ name, text }) => name === 'pytest.ini' || mentions(text, 'pytest'))
  if (!of) return undefined
  return {
    because: `a Python project with pytest, by its ${of.name}`,
    packages: new Set(KNOWN.filter((name) => found.some(({ text }) => mentions(text, name)))),
  }
}

/** As a word of its own, not in a comment. */
const mentions = (text: string, name: string): boolean =>
  text
    .split('\n')
    .some((line) => new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`).test(line.replace(/#.*/, '')))

const REPORT = '.quality-gate/pytest.xml'
const COVERAGE = '.quality-gate/coverage.xml'

export function pythonChecks({ packages }: PythonProject): readonly PresetCheck[] {
  const hasCoverage = packages.has('pytest-cov')
  return [
    ...(packages.has('ruff')
      ? [
          {
            id: 'lint',
            run: ['ruff', 'check', '--output-format', 'sarif', '.'],
            exitCodes: FOUND,
            reports: [{ format: 'sarif' }],
          } as const,
        ]
      : []),
    ...(packages.has('mypy') ? [{ id: 'types', run: ['mypy', '.'], reports: [] }] : []),
    {
      id: 'tests',
      run: [
        'python3',
        '-m',
        'pytest',
        `--junitxml=${REPORT}`,
        ...(hasCoverage ? ['--cov', `--cov-report=xml:${COVERAGE}`] : []),
      ],
      exitCodes: FOUND,
      reports: [
        { format: 'junit', path: REPORT },
        ...(hasCoverage ? [{ format: 'cobertura', path: COVERAGE } as const] : []),
      ],
    },
  ]
}
