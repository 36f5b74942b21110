// What only one place of the product may do. Each is a rule of its own, so that one owner is not an excuse for another.

const PRODUCT = [
  // Every package but the local endpoint, which is no part of the product.
  'packages/!(local-aws|finance-app)/src/**',
  'actions/*/*.ts',
  'actions/*/!(test)/**',
]

const TIMERS = '/^(setTimeout|setInterval|setImmediate)$/'

/** `owner`: the files that may; `what`: esquery selectors of what nobody else may write. */
const OWNED = {
  environment: {
    owner: 'packages/action-kit/src/**',
    message: 'Only packages/action-kit reads the environment and the inputs.',
    what: [
      'MemberExpression[object.name="process"][property.name="env"]',
      'ImportDeclaration[source.value=/^(node:)?process$/]',
      'CallExpression[callee.name=/^get(Boolean|Multiline)?Input$/]',
      'CallExpression[callee.property.name=/^get(Boolean|Multiline)?Input$/]',
    ],
  },
  'sdk-clients': {
    owner: 'packages/aws/src/**',
    message: 'Only packages/aws makes SDK clients.',
    what: ['NewExpression[callee.name=/Client$/]:not([callee.name="HttpClient"])'],
  },
  'set-failed': {
    // The second one is a process beside the step, whose end decides nothing.
    owner: [
      'packages/action-kit/src/run-action.ts',
      'packages/action-kit/src/cache/cache-process.ts',
    ],
    message: 'Only packages/action-kit/src/run-action.ts decides that the step is red.',
    what: [
      'CallExpression[callee.name="setFailed"]',
      'CallExpression[callee.property.name="setFailed"]',
      'ImportSpecifier[imported.name="setFailed"]',
      'MemberExpression[object.name="process"][property.name=/^(exit|exitCode)$/]',
    ],
  },
  'real-time': {
    owner: 'packages/action-kit/src/real-clock.ts',
    message:
      'Only the real clock (packages/action-kit/src/real-clock.ts) asks for the time or waits.',
    what: [
      'MemberExpression[object.name="Date"][property.name="now"]',
      'MemberExpression[object.name="performance"][property.name="now"]',
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'CallExpression[callee.name="Date"]',
      `CallExpression[callee.name=${TIMERS}]`,
      `MemberExpression[property.name=${TIMERS}]`,
      'ImportDeclaration[source.value=/^(node:)?timers/]',
    ],
  },
  // Time of the wall, whatever clock a rollout runs on, as the SDK's own requestTimeout is.
  'wire-limits': {
    owner: [
      'packages/action-kit/src/github/request-limits.ts',
      'packages/action-kit/src/notify/post.ts',
      'packages/aws/src/metrics/prometheus.ts',
      'packages/aws/src/web.ts',
    ],
    message: 'Only what sends a request by itself limits its time on the wire.',
    what: ['MemberExpression[object.name="AbortSignal"][property.name="timeout"]'],
  },
}

const forbid = ({ message, what }) => ({
  create: (context) =>
    Object.fromEntries(
      what.map((selector) => [
        selector,
        (node) => {
          context.report({ node, message })
        },
      ]),
    ),
})

/** The rules, by name. @type {Record<string, import('eslint').Rule.RuleModule>} */
export const oneOwnerRules = Object.fromEntries(
  Object.entries(OWNED).map(([name, owned]) => [`only-owner-${name}`, forbid(owned)]),
)

/** Where each of them holds: everywhere in the product but at its owner. @type {import('eslint').Linter.Config[]} */
export const oneOwnerConfigs = Object.entries(OWNED).map(([name, { owner }]) => ({
  files: PRODUCT,
  ignores: [owner].flat(),
  rules: { [`ours/only-owner-${name}`]: 'error' },
}))
