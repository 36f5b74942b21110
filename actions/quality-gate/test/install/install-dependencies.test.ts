/** npm itself, on packages of this machine. The others are scripts that keep what they were asked. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { cleanEnvironment } from '@ecs-pipeline/action-kit'
import { installDependencies } from '../../install/install-dependencies.ts'
import { cacheKeyOf, type FolderCache } from '../../install/package-cache.ts'
import type { ManagerName } from '../../install/package-manager.ts'
import { Stage } from '../support/stage.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()

interface Installed {
  readonly outcomes: readonly string[]
  readonly said: readonly string[]
  readonly caveats: readonly string[]
}

async function install(
  stage: Stage,
  cache: FolderCache | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<Installed> {
  const said: string[] = []
  const caveats: string[] = []
  const results = await installDependencies(
    { folder: stage.folder, timeoutSeconds: 100, environment: cleanEnvironment(env) },
    {
      cache,
      runOne: async (check) => {
        const { results: all } = await stage.play([check])
        if (all[0] === undefined) throw new Error('no result')
        return all[0]
      },
      say: (line) => said.push(line),
      caveat: (text) => caveats.push(text),
    },
  )
  return { outcomes: results.map(({ id, outcome }) => `${id} ${outcome}`), said, caveats }
}

/** A cache as GitHub's: by key, and the newest one that begins like one of the others. */
class CacheInFolder implements FolderCache {
  readonly asked: string[] = []
  private readonly keys: string[] = []
  private readonly folder = join(root, `cache-${Math.random()}`)

  async restore(
    [path = '']: readonly string[],
    key: string,
    restoreKeys: readonly string[],
  ): Promise<string | undefined> {
    this.asked.push(`restore ${path}`)
    const found =
      this.keys.find((each) => each === key) ??
      this.keys.findLast((each) => restoreKeys.some((start) => each.startsWith(start)))
    if (found !== undefined) cpSync(join(this.folder, found), path, { recursive: true })
    return found
  }

  async save([path = '']: readonly string[], key: string): Promise<boolean> {
    this.asked.push(`save ${path}`)
    this.keys.push(key)
    cpSync(path, join(this.folder, key), { recursive: true })
    return true
  }
}

function npmProject(version: string): Stage {
  const stage = new Stage(root)
  mkdirSync(join(stage.folder, 'dependency'))
  const write = (file: string, content: object): void => {
    writeFileSync(join(stage.folder, file), JSON.stringify(content))
  }
  write('dependency/package.json', { name: 'dependency', version })
  const dependencies = { dependency: 'file:dependency' }
  write('package.json', { name: 'project', version: '1.0.0', dependencies })
  write('package-lock.json', {
    name: 'project',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'project', version: '1.0.0', dependencies },
      dependency: { version },
      'node_modules/dependency': { resolved: 'dependency', link: true },
    },
  })
  return stage
}

describe('npm', () => {
  test('installs by the lock file, and its downloads go from run to run', async () => {
    const cache = new CacheInFolder()
    const folder = join(root, 'npm-cache')
    const env = { npm_config_cache: folder }
    const first = npmProject('1.0.0')
    const one = await install(first, cache, env)
    expect(one).toMatchObject({ outcomes: ['dependencies-npm passed'], caveats: [] })
    expect(existsSync(join(first.folder, 'node_modules/dependency/package.json'))).toBe(true)
    expect(cache.asked).toEqual([`restore ${folder}`, `save ${folder}`])

    const same = await install(npmProject('1.0.0'), cache, env)
    expect(same.said).toEqual([
      expect.stringMatching(/^The downloads of npm are back from the cache/),
    ])
    expect(cache.asked.slice(2)).toEqual([`restore ${folder}`])

    const other = await install(npmProject('2.0.0'), cache, env)
    expect(other.said).toHaveLength(2)
    expect(cache.asked.slice(3)).toEqual([`restore ${folder}`, `save ${folder}`])
  })

  test('fails when package.json and the lock file differ, and nothing is saved', async () => {
    const stage = npmProject('1.0.0')
    const dependencies = { dependency: 'file:dependency', more: 'file:more' }
    writeFileSync(
      join(stage.folder, 'package.json'),
      JSON.stringify({ name: 'project', dependencies }),
    )
    const cache = new CacheInFolder()
    const { outcomes } = await install(stage, cache, {
      npm_config_cache: join(root, 'npm-cache-2'),
    })
    expect(outcomes).toEqual(['dependencies-npm failed'])
    expect(cache.asked).toHaveLength(1)
    expect(stage.log.join('\n')).toContain('npm ci')
  })
})

/** Puts a script in the place of a package manager, which names its cache and keeps the arguments of each call. */
function standIn(stage: Stage, program: string, cacheFolder: string): Record<string, string> {
  const folder = join(stage.folder, 'bin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, program),
    `#!/bin/sh\necho "$*" >> '${stage.folder}/asked'\ncase "$*" in *cache*|store*) echo notice >&2; echo '${cacheFolder}';; esac\n`,
  )
  chmodSync(join(folder, program), 0o755)
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}` }
}

test.each<[ManagerName, string, Record<string, string>, string[]]>([
  ['pnpm', 'pnpm', { 'pnpm-lock.yaml': '' }, ['store path --silent', 'install --frozen-lockfile']],
  [
    'yarn',
    'yarn',
    { 'yarn.lock': '__metadata:\n' },
    ['config get cacheFolder', 'install --immutable'],
  ],
  ['yarn-1', 'yarn', { 'yarn.lock': '' }, ['cache dir', 'install --frozen-lockfile']],
  ['poetry', 'poetry', { 'poetry.lock': '' }, ['config cache-dir', 'install --no-interaction']],
  ['uv', 'uv', { 'uv.lock': '' }, ['cache dir', 'sync --locked']],
  [
    'pip',
    'pip',
    { 'requirements.txt': '' },
    ['cache dir', 'install --requirement requirements.txt'],
  ],
])('%s is asked for its cache, and then to install', async (name, program, files, asked) => {
  const stage = new Stage(root)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(stage.folder, file), text)
  const folder = join(stage.folder, 'downloads')
  mkdirSync(folder)
  const cache = new CacheInFolder()
  const { outcomes, caveats } = await install(stage, cache, standIn(stage, program, folder))
  expect({ outcomes, caveats }).toEqual({ outcomes: [`dependencies-${name} passed`], caveats: [] })
  expect(readFileSync(join(stage.folder, 'asked'), 'utf8').trim().split('\n')).toEqual(asked)
  expect(cache.asked).toEqual([`restore ${folder}`, `save ${folder}`])
})

describe('the cache', () => {
  const requirements = (): Stage => {
    const stage = new Stage(root)
    writeFileSync(join(stage.folder, 'requirements.txt'), '')
    return stage
  }

  test('that is not wanted is not asked for', async () => {
    const stage = requirements()
    await install(stage, undefined, standIn(stage, 'pip', '/downloads'))
    expect(stage.read('asked')).toBe('install --requirement requirements.txt\n')
  })

  test('that fails makes nothing fail', async () => {
    const stage = requirements()
    const broken: FolderCache = {
      restore: () => Promise.reject(new Error('no answer')),
      save: () => Promise.reject(new Error('no space')),
    }
    const { outcomes, caveats } = await install(stage, broken, standIn(stage, 'pip', '/downloads'))
    expect(outcomes).toEqual(['dependencies-pip passed'])
    expect(caveats).toEqual([
      'The cache could not be read: no answer',
      'The cache of pip could not be saved: no space',
    ])
  })

  test('that nobody knows the folder of is left out', async () => {
    const stage = requirements()
    const cache = new CacheInFolder()
    const { outcomes, caveats } = await install(stage, cache, standIn(stage, 'pip', 'undefined'))
    expect(outcomes).toEqual(['dependencies-pip passed'])
    expect(caveats).toEqual(['pip does not say where its cache is; nothing is cached.'])
    expect(cache.asked).toEqual([])
  })

  test('has a key of the lock files and the machine', async () => {
    const { folder } = requirements()
    const manager = { name: 'pip', lockFiles: ['requirements.txt'], notice: undefined } as const
    const { key, restoreKeys } = await cacheKeyOf(folder, manager)
    const start = `ecs-pipeline-packages-1-${process.platform}-${process.arch}-pip-`
    expect(key).toMatch(new RegExp(`^${start}[0-9a-f]{64}$`))
    expect(restoreKeys).toEqual([start])
    writeFileSync(join(folder, 'requirements.txt'), 'flask')
    expect((await cacheKeyOf(folder, manager)).key).not.toBe(key)
  })
})

test('a package manager that is missing is named with what brings it', async () => {
  const stage = new Stage(root)
  writeFileSync(join(stage.folder, 'pnpm-lock.yaml'), '')
  const { outcomes } = await install(stage, new CacheInFolder(), { PATH: '/nowhere' })
  expect(outcomes).toEqual(['dependencies-pnpm failed'])
  expect(stage.log.join('\n')).toContain('Add a step with pnpm/action-setup before this one.')
})
