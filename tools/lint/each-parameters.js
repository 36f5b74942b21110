// Jest takes one parameter more than a row has values for `done`, and waits five seconds for somebody to call it.

/** The rows of `test.each(rows)`, where the file itself shows them: a literal, or a constant that is one. */
function rowsIn(node, scope) {
  switch (node?.type) {
    case 'ArrayExpression':
      return node.elements
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return rowsIn(node.expression, scope)
    case 'Identifier': {
      const definition = variable(node.name, scope)?.defs[0]
      const isConstant = definition?.type === 'Variable' && definition.parent.kind === 'const'
      return isConstant ? rowsIn(definition.node.init, scope) : []
    }
    default:
      return []
  }
}

const variable = (name, scope) =>
  scope === null ? undefined : (scope.set.get(name) ?? variable(name, scope.upper))

/** How many values a row has for certain; `undefined` where the file does not show it. */
function valuesIn(row) {
  switch (row?.type) {
    case 'ArrayExpression':
      return row.elements.some((each) => each?.type === 'SpreadElement')
        ? undefined
        : row.elements.length
    case 'TSAsExpression':
      return valuesIn(row.expression)
    case 'Literal':
    case 'TemplateLiteral':
    case 'ObjectExpression':
      return 1
    default:
      return undefined
  }
}

/** As `Function.length` counts, which is what jest goes by: up to the first one with a default. */
function parametersOf({ params }) {
  const end = params.findIndex(({ type }) => type === 'AssignmentPattern' || type === 'RestElement')
  return end === -1 ? params.length : end
}

/** No callback of `test.each` with more parameters than a row has values. @type {import('eslint').Rule.RuleModule} */
export const eachParametersRule = {
  create: (context) => ({
    'CallExpression[callee.type="CallExpression"][callee.callee.property.name="each"]'(node) {
      const callback = node.arguments.find(({ type }) => /Function/.test(type))
      if (!callback) return
      const rows = rowsIn(node.callee.arguments[0], context.sourceCode.getScope(node))
      const counts = rows.map(valuesIn).filter((count) => count !== undefined)
      const parameters = parametersOf(callback)
      const fewest = Math.min(...counts)
      if (parameters <= fewest) return
      context.report({
        node: callback,
        message: `A row has ${fewest} values and the callback ${parameters} parameters: jest waits for the last one, \`done\`, to be called.`,
      })
    },
  }),
}
