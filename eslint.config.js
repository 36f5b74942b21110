import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

import { eachParametersRule } from './tools/lint/each-parameters.js'
import { fileNameRule } from './tools/lint/file-name.js'
import { importRule } from './tools/lint/import-rule.js'
import { oneOwnerConfigs, oneOwnerRules } from './tools/lint/one-owner.js'

const ours = {
  rules: {
    'import-rule': importRule,
    'file-name': fileNameRule,
    'each-parameters': eachParametersRule,
    ...oneOwnerRules,
  },
}

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'demo-report/', '**/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    plugins: { ours, 'import-x': importX },
    rules: {
      'ours/import-rule': 'error',
      'ours/file-name': 'error',
      'ours/each-parameters': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  ...oneOwnerConfigs,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver()],
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A number in a template is what people read in a message; everything else is still refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // It does not see that a callback changes a variable, and then calls a needed check needless.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A method of a port is async whether or not this implementation of it waits.
      '@typescript-eslint/require-await': 'off',
      // The members of our ports are written as methods, and none of them asks for `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A local AWS has the deprecated parts of AWS too.
    files: ['packages/local-aws/**/*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  // Tools that find their configuration or their plugin by the default export.
  { files: ['*.config.js', 'tools/*.mjs'], rules: { 'import-x/no-default-export': 'off' } },
)
