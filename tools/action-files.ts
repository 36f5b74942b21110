import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './root.ts'

export interface DeclaredInput {
  readonly description?: string
  readonly required?: boolean
  readonly default?: string
  readonly deprecationMessage?: string
}

/** An action.yml as it is written; its members are not checked yet. */
export interface ActionFile {
  readonly name?: string
  readonly description?: string
  readonly author?: string
  readonly branding?: { readonly icon?: string; readonly color?: string }
  readonly inputs?: Readonly<Record<string, DeclaredInput>>
  readonly outputs?: Readonly<Record<string, { readonly description?: string }>>
  readonly runs?: { readonly using?: string; readonly main?: string }
}

/** One action as users call it: `uses: org/ecs-pipeline/<face>@v1`; `''` is the root action. */
export interface Face {
  readonly face: string
  readonly action: ActionFile
  /** The folder of `actions/` and `dist/` that its `main` names. */
  readonly program: string
}

/** All faces, the root action (if there is one) first. */
export async function readFaces(): Promise<readonly Face[]> {
  const entries = await readdir(ROOT, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const faces = await Promise.all(['', ...folders.sort()].map(readFace))
  return faces.filter((face) => face !== undefined)
}

async function readFace(face: string): Promise<Face | undefined> {
  let text: string
  try {
    text = await readFile(join(ROOT, face, 'action.yml'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const action = parse(text) as ActionFile
  const program = /(?:^|\/)dist\/([^/]+)\/index\.js$/.exec(action.runs?.main ?? '')?.[1] ?? ''
  return { face, action, program }
}
