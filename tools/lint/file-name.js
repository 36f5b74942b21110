import { basename } from 'node:path'

/** File names in kebab-case: `known-good.test.ts`. @type {import('eslint').Rule.RuleModule} */
export const fileNameRule = {
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename)
      if (/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(name)) return
      context.report({ node, message: `Name the file in kebab-case: ${name}.` })
    },
  }),
}
