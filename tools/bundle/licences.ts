import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface WebpackModule {
  readonly nameForCondition?: string | null
  /** What webpack joined into this module. */
  readonly modules?: readonly WebpackModule[]
}

export interface WebpackStats {
  readonly modules?: readonly WebpackModule[]
}

/**
 * The folders of all npm packages that went into a bundle. ncc's own `--license` looks at the outer modules only and
 * misses every package that webpack joined into another module, which is most of them.
 */
export function packageFolders(stats: WebpackStats): readonly string[] {
  const folders = new Set<string>()
  const visit = (modules: readonly WebpackModule[] = []): void => {
    for (const module of modules) {
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(
        module.nameForCondition ?? '',
      )
      if (folder) folders.add(folder[0])
      visit(module.modules)
    }
  }
  visit(stats.modules)
  return [...folders]
}

interface PackageFile {
  readonly name: string
  readonly version: string
  readonly license?: string
}

/** The packages by name, then the whole text of their licence; packages with the same text share it. */
export async function licencesText(folders: readonly string[]): Promise<string> {
  const packages = await Promise.all(folders.map(readPackage))
  const byText = Map.groupBy(
    packages.sort((a, b) => (a.title < b.title ? -1 : 1)),
    (each) => each.text,
  )
  const blocks = [...byText].map(([text, sharing]) => {
    const titles = [...new Set(sharing.map((each) => each.title))]
    return `${titles.join('\n')}\n\n${text}\n`
  })
  return blocks.join(`\n${'-'.repeat(80)}\n\n`)
}

async function readPackage(
  folder: string,
): Promise<{ readonly title: string; readonly text: string }> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as PackageFile
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')))
  return {
    title: `${name} ${version} (${license ?? 'licence not stated'})`,
    text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n'),
  }
}
