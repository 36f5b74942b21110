// "Who may import whom" of this repository, as a lint rule. A new folder of product code needs a row here first.
import { isBuiltin } from 'node:module'
import { dirname, relative, resolve } from 'node:path'

/** `ours`: rooms of this repository; `libraries`: names or scopes (ending in `/`) from npm; `node`: Node's own modules. */
const MAY_IMPORT = {
  'packages/rollout': { ours: [], libraries: [], node: false },
  'packages/aws': {
    ours: ['packages/rollout', 'packages/image'],
    libraries: ['@aws-sdk/', '@smithy/'],
    node: true,
  },
  'packages/image': { ours: ['packages/rollout'], libraries: [], node: true },
  'packages/registry': { ours: ['packages/rollout', 'packages/image'], libraries: [], node: true },
  'packages/quality': {
    ours: [],
    libraries: ['sax', 'tinyglobby'],
    node: true,
  },
  'packages/trigger-file': {
    ours: ['packages/rollout', 'packages/action-kit'],
    libraries: [],
    node: true,
  },
  'packages/reporting': {
    ours: ['packages/rollout', 'packages/action-kit', 'packages/aws'],
    libraries: [],
    node: true,
  },
  'packages/action-kit': { ours: [], libraries: ['@actions/', 'yaml'], node: true },
  'packages/local-aws': {
    ours: [],
    libraries: ['@aws-sdk/', '@smithy/', 'tar-stream', 'yaml'],
    node: true,
  },
  actions: {
    ours: [
      'packages/rollout',
      'packages/image',
      'packages/registry',
      'packages/quality',
      'packages/aws',
      'packages/action-kit',
      'packages/trigger-file',
      'packages/reporting',
    ],
    libraries: ['jsonc-parser', 'tinyglobby'],
    node: true,
  },
}

const SCOPE = '@ecs-pipeline/'

/** The room of a path relative to the root: `packages/<name>`, `actions/<name>`, or undefined (tests, tools, config). */
function roomOf(path) {
  const [top, name, next] = path.split('/')
  if (name === undefined || next === undefined) return undefined
  if (top === 'actions') return next === 'test' ? undefined : `actions/${name}`
  if (top === 'packages') return next === 'src' ? `packages/${name}` : undefined
  return undefined
}

const rowOf = (room) => MAY_IMPORT[room.startsWith('actions/') ? 'actions' : room]

/** Why `room` may not import `source` from the file at `path`, or undefined when it may. */
function refusal(room, path, source) {
  const row = rowOf(room)
  if (!row) return `${room} has no row in tools/lint/import-rule.js: say there what it may import.`

  if (source.startsWith('.')) {
    const target = relative('.', resolve(dirname(path), source))
    if (roomOf(target) === room) return undefined
    return roomOf(target)?.startsWith('packages/')
      ? `Import a package by its name (${SCOPE}…), not by a path into it.`
      : `${room} may import its own files and packages only, not ${target}.`
  }
  if (source.startsWith(SCOPE)) {
    const target = `packages/${source.slice(SCOPE.length).split('/')[0]}`
    return row.ours.includes(target) ? undefined : `${room} may not import ${target}.`
  }
  if (isBuiltin(source)) return row.node ? undefined : `${room} is pure: no module of Node.`
  const allowed = row.libraries.some((name) =>
    name.endsWith('/') ? source.startsWith(name) : source === name,
  )
  return allowed ? undefined : `${room} may not import ${source}.`
}

/** @type {import('eslint').Rule.RuleModule} */
export const importRule = {
  create(context) {
    const path = relative(context.cwd, context.filename)
    const room = roomOf(path)
    if (!room) return {}
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return
      const message = refusal(room, path, node.source.value)
      if (message) context.report({ node, message })
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}
