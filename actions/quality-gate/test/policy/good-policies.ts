/** Policies that are right; the JSON Schema is held against them too. */

/** Everything that a policy can say, at least once. */
export const WHOLE = `version: 1
name: finance-app
checks:
  - id: types
    run: npx tsc --noEmit --pretty false
    exit-codes: [0, 1, 2]
    report: { format: tsc }
  - id: lint
    run: [npx, eslint, ., --format, json]
    exit-codes: 1
    report: { format: eslint-json }
    level: warning
  - id: unit
    working-directory: ./packages/api/
    needs: [types, lint]
    run: npx jest --ci --json --outputFile 'reports/jest results.json'
    timeout-minutes: 20
    retries: 2
    env: { NODE_ENV: test, PORT: 0x50, DEBUG: false, EMPTY: }
    report:
      - { format: jest-json, path: reports/jest results.json }
      - { format: lcov, path: ['coverage/lcov.info', '!coverage/old/**'] }
  - id: audit
    shell: bash
    run: |
      npm audit --json > reports/audit.json || true
    report: { format: npm-audit, path: reports/audit.json }
  - id: e2e
    report: { format: junit, path: e2e/*.xml }
sizes:
  - { name: bundle, path: [dist/*.js, dist/*.css], gzip: true }
gates:
  - { metric: tests.failed, max: 0 }
  - { id: enough, metric: tests.total, min: 1, check: unit }
  - { metric: coverage.lines, max-drop: 0.5, folder: packages/api }
  - { metric: coverage.lines, scope: new-code, min: 80, min-lines: 10, level: warning }
  - { metric: vulnerabilities.high, scope: production, max: 0, max-rise: 0, check: [audit] }
  - { metric: size.bundle, max: 250 kB, max-rise: 2 KiB }
exceptions:
  - { vulnerability: GHSA-aaaa-bbbb-cccc, reason: not reachable, expires: 2027-01-31 }
  - { gate: enough, reason: the suite is moving, expires: 2028-02-29 }
`

/** Nothing but a size. */
export const SIZES_ONLY = `version: 1
sizes: [{ name: app, path: dist/app.js }]
gates: [{ metric: size.app, max: 1000000 }]
`

/** JSON is YAML. */
export const AS_JSON = `{"version": 1, "checks": [{"id": "build", "run": "npm run build"}]}`

export const GOOD_POLICIES: readonly { readonly what: string; readonly text: string }[] = [
  { what: 'everything that a policy can say', text: WHOLE },
  { what: 'a size and nothing else', text: SIZES_ONLY },
  { what: 'JSON', text: AS_JSON },
  { what: 'keys without a value', text: `${AS_JSON.slice(0, -1)}, "gates": null, "sizes": []}` },
]
