/** Which policy this run is judged by: a file of this commit, the same file of the base, or a preset. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import {
  InputError,
  readTextFile,
  type ProgramEnd,
  type ProgramRun,
} from '@ecs-pipeline/action-kit'
import type { Change, Policy } from '@ecs-pipeline/quality'
import { findPreset } from '../presets/preset.ts'
import type { PolicySource } from '../report.ts'
import { placePolicy } from './place-policy.ts'
import { readPolicy } from './read-policy.ts'

const USUAL = ['quality-gate.yml', '.github/quality-gate.yml']

export interface FoundPolicy {
  readonly policy: Policy
  readonly source: PolicySource
}

export interface PolicyPlace {
  /** The input; `undefined` for the usual names. */
  readonly name: string | undefined
  readonly from: 'head' | 'base'
  /** The root of the repository, absolute. */
  readonly root: string
  /** The folder that the policy is for, relative to the root. */
  readonly folder: string
  readonly change: Change
  readonly run: (program: ProgramRun) => Promise<ProgramEnd>
}

/** Throws an InputError when there is none, or when it is wrong. */
export async function findPolicy(place: PolicyPlace): Promise<FoundPolicy> {
  const { root, folder, change } = place
  const inFolder = (name: string): string => (folder === '.' ? name : `${folder}/${name}`)
  const paths = (place.name === undefined ? USUAL : [place.name]).map(inFolder)
  const path = await firstThere(root, paths)
  if (place.from === 'base' && change.kind !== 'nothing-to-compare') {
    const base = await findInBase(place, paths)
    if (base) return base
  }
  if (path === undefined) {
    if (place.name !== undefined) await named(paths[0] ?? '', root)
    return preset(root, folder)
  }
  const policy = placePolicy(await readPolicy(await named(path, root), path), folder)
  const isChanged = change.kind === 'known' && change.lines.has(path)
  return { policy, source: { kind: 'head', name: path, text: undefined, isChanged } }
}

async function firstThere(root: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isThere = await access(join(root, path)).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

/** Its text. */
async function named(path: string, root: string): Promise<string> {
  const file = await readTextFile(path, root)
  if ('problem' in file) throw new InputError([`Input 'policy': ${path}: ${file.problem}`])
  return file.text
}

/** `undefined` when the base has no policy yet: then the one that this change brings along is the first. */
async function findInBase(
  { change, root, folder, run }: PolicyPlace,
  paths: readonly string[],
): Promise<FoundPolicy | undefined> {
  if (change.kind !== 'known') {
    const why = change.kind === 'unknown' ? change.why : ''
    throw new InputError([`Input 'policy-from: base': the base is not known: ${why}.`])
  }
  for (const path of paths) {
    // As it was committed: `git show` would convert it as .gitattributes of the pull request say.
    const args = ['cat-file', 'blob', `${change.base}:${path}`]
    const { exitCode, stdout } = await run({ program: 'git', args, folder: root })
    if (exitCode !== 0) continue
    const name = `${path}@${change.base.slice(0, 7)}`
    const policy = placePolicy(await readPolicy(stdout, name), folder)
    return {
      policy,
      source: { kind: 'base', name, text: undefined, isChanged: change.lines.has(path) },
    }
  }
  return undefined
}

async function preset(root: string, folder: string): Promise<FoundPolicy> {
  const found = await findPreset(join(root, folder))
  if (!found) {
    throw new InputError([
      `There is no policy (${USUAL.join(' or ')}), and ${folder === '.' ? 'the root of the repository' : folder} is neither a Node project with checks nor a Python project with pytest. Write a policy: docs/quality-gate.md shows one.`,
    ])
  }
  const policy = placePolicy(await readPolicy(found.text, '(preset)'), folder)
  return {
    policy,
    source: { kind: 'preset', name: found.because, text: found.text, isChanged: false },
  }
}
