/** What holds for every committed file. Each finder is shown to find before it is believed. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ROOT } from '../../tools/root.ts'

/** Committed files, and those that are about to be. */
const git = (...args: readonly string[]): readonly string[] =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)
const files = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').filter((file) =>
  existsSync(join(ROOT, file)),
)
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

describe('symbolic links', () => {
  const linksIn = (entries: readonly string[]): readonly string[] =>
    entries.filter((entry) => entry.startsWith('120000 '))

  test('none is committed: one that dangles breaks every `uses:` of this repository', () => {
    expect(linksIn(['120000 abc 0\ta', '100644 abc 0\tb'])).toEqual(['120000 abc 0\ta'])
    expect(linksIn(git('ls-files', '-s', '-z'))).toEqual([])
  })
})

describe('pages', () => {
  /** Targets of relative links that are not there. */
  function brokenLinks(file: string, text: string): readonly string[] {
    const prose = text.replace(/^```[\s\S]*?^```/gm, '')
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    return targets.filter((target) => {
      const [path = ''] = target.split('#')
      const isRelative = path !== '' && !/^[a-z]+:/.test(path)
      return isRelative && !existsSync(join(ROOT, dirname(file), path))
    })
  }

  test('a link to nowhere is found', () => {
    const text = '[a](gone.md#x) [b](../README.md) [c](https://x.org/y) [d](#e)\n```\n[f](g)\n```\n'
    expect(brokenLinks('docs/x.md', text)).toEqual(['gone.md#x'])
  })

  test.each(files.filter((file) => file.endsWith('.md')))(
    '%s: every relative link leads somewhere',
    (file) => {
      expect(brokenLinks(file, read(file))).toEqual([])
    },
  )

  test.each(files.filter((file) => /^docs\/[\w-]+\.md$/.test(file)))(
    '%s: README.md leads to it from its table of folders',
    (file) => {
      const row = read('README.md')
        .split('\n')
        .find((line) => line.startsWith('| `docs/` |'))
      expect(row).toContain(`](${file})`)
    },
  )
})

describe('machines', () => {
  /** Traces of the machine that somebody worked on: home folders, and registries other than the public one. */
  const traces = (text: string): readonly string[] =>
    text.match(
      /(?<![\w.$}/-])\/(?:root|home\/(?!runner\b)\w+|Users\/\w+|workspaces?|work)\/[\w.-]+|"resolved": "https?:\/\/(?!registry\.npmjs\.org\/)[^"]+/g,
    ) ?? []

  test.each([
    'at /root/app',
    "'/home/ann/x'",
    '/Users/ann/x',
    '/work/main/x', // a made-up place
    '"resolved": "http://10.0.0.1:4873/yaml"',
  ])('%s is found', (text) => {
    expect(traces(text)).toHaveLength(1)
  })

  test('no committed file names one', () => {
    const own = 'test/manifest/repository.test.ts'
    const found = files
      .filter((file) => file !== own && !/\.(png|gz|tgz)$/.test(file))
      .flatMap((file) => traces(read(file)).map((trace) => `${file}: ${trace}`))
    expect(found).toEqual([])
  })
})

describe('workflows', () => {
  interface Workflow {
    readonly permissions?: unknown
    readonly jobs?: Readonly<Record<string, { readonly permissions?: unknown }>>
  }

  /** What is not pinned: `uses:` of somebody else's action without its commit and, as a comment, its version. */
  const unpinned = (text: string): readonly string[] =>
    text
      .split('\n')
      .filter((line) => /^\s*(- )?uses:\s/.test(line) && !/uses:\s+['"]?[.$]\//.test(line))
      .filter((line) => !/@[0-9a-f]{40} # v\d+(\.\d+)*$/.test(line))
      .map((line) => line.trim())

  const hasPermissions = ({ permissions, jobs = {} }: Workflow): boolean =>
    permissions !== undefined || Object.values(jobs).every((job) => job.permissions !== undefined)

  test.each([
    ['- uses: actions/checkout@v7', false],
    ['uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', false],
    ['uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', true],
    ['uses: ./deploy', true],
    ['uses: $/deploy', true],
  ])('%s: pinned is %s', (line, isPinned) => {
    expect(unpinned(line).length === 0).toBe(isPinned)
  })

  test('a workflow that takes the default permissions is found', () => {
    expect(hasPermissions({ jobs: { test: {} } })).toBe(false)
    expect(hasPermissions({ jobs: { test: { permissions: {} } } })).toBe(true)
  })

  const workflows = files.filter((file) => /^\.github\/workflows\/.*\.ya?ml$/.test(file))

  test.each(workflows)('%s: is pinned by commit, and says what it may do', (file) => {
    expect(unpinned(read(file))).toEqual([])
    expect(hasPermissions(parse(read(file)) as Workflow)).toBe(true)
  })
})
