import { check, read, seen, type BadDocument } from './parts.ts'

const many = Array.from({ length: 300 }, (_, index) => `  - {id: c${index}, run: node c.js}`)

export const CHECKS: readonly BadDocument[] = [
  seen('no version', 'checks: [{id: unit, run: npx jest}]\n', '1:1 Write `version: 1`.'),
  seen(
    'a version of the future',
    'version: 2\nchecks: [{id: unit, run: npx jest}]\n',
    '1:10 `version` is 1, there is no other; not 2',
  ),
  seen('no checks', 'version: 1\ngates: []\n', '1:1 a policy needs `checks`'),
  seen('an empty list of checks', 'version: 1\nchecks: []\n', '2:9 there is no check'),
  seen(
    'a map where a list is meant',
    'version: 1\nchecks:\n  unit: {run: npx jest}\n',
    '3:3 `checks` is a list, not a map of keys and values. Begin each with "- ".',
  ),
  seen(
    'a list where a map is meant',
    'version: 1\nchecks: [[unit, npx jest]]\n',
    '2:10 a check is a map of keys and values, not a list',
  ),
  seen(
    'a key of workflows',
    check('run: npx jest', 'if: always()'),
    '5:5 a check has no `if`: it is run when what it `needs` has passed',
  ),
  seen(
    'an action',
    check('uses: actions/setup-node@v5', 'report: {format: tap, path: a.tap}'),
    '4:5 An action is a step of its own before this one',
  ),
  seen('a key of another kind', check('run: x', 'colour: red'), '5:5 Its keys are id, run, shell'),
  seen(
    'a key that is written wrongly',
    check('run: npx jest', 'retry: 1'),
    '5:5 Did you mean `retries`?',
  ),
  seen(
    'the word of the research',
    'version: 1\nchecks: [{id: a, run: x}]\nconditions: []\n',
    '3:1 Did you mean `gates`?',
  ),
  seen('neither command nor report', check(), '3:5 Write a command, or the report'),
  seen(
    'an id with a blank',
    'version: 1\nchecks:\n  - {id: unit tests, run: npx jest}\n',
    "3:10 `id` has letters, digits, '.', '_' and '-' only",
  ),
  seen(
    'an id that YAML takes for a number',
    'version: 1\nchecks:\n  - {id: 18, run: npx jest}\n',
    '3:10 `id` has to be a text, not 18. Put it in quotes.',
  ),
  read(
    'two checks of one id',
    'version: 1\nchecks:\n  - {id: a, run: x}\n  - {id: a, run: y}\n',
    '4:10 there are two checks with the id a',
  ),
  seen('300 checks', ['version: 1', 'checks:', ...many].join('\n'), '3:3 has at most 200 entries'),
  read('a pipe', check('run: npx jest | tee log'), '4:10 Character 10: `|` is for a shell'),
  read('&&', check('run: npm ci && npm test'), '4:10 `&&` is for a shell: write `shell: bash`'),
  read('a variable', check('run: npx jest $ARGS'), '4:10 `$ARGS` is for a shell'),
  read('a glob', check('run: node --test test/*.js'), '4:10 `*` is for a shell'),
  read('a folder first', check('run: cd api && npm test'), '4:10 write `working-directory`'),
  read('a variable first', check('run: CI=1 npx jest'), '4:10 write it under `env`'),
  read(
    'two lines',
    check('run: |', '  npm ci', '  npm test'),
    '4:10 a second line is for a shell: write `shell: bash`',
  ),
  read('an expression', check("run: 'npm run ${{ matrix.x }}'"), '4:10 in workflows only'),
  read(
    'an expression in a variable',
    check('run: npx jest', "env: {TOKEN: '${{ secrets.T }}'}"),
    '5:10 Give the step the value under `env`',
  ),
  seen('another shell', check('run: npx jest', 'shell: sh'), '5:12 Leave it away, or write bash.'),
  seen(
    'a shell and a list',
    check('run: [npx, jest]', 'shell: bash'),
    '4:10 `run` is one text when `shell` is given',
  ),
  seen(
    'a shell for nothing',
    check('shell: bash', 'report: {format: tap, path: a.tap}'),
    '4:12 is for `run`',
  ),
  seen('an empty command', check('run: []'), '4:10 `run` names no program'),
  seen(
    'minutes with a unit',
    check('run: npx jest', 'timeout-minutes: 5m'),
    '5:22 not the text "5m". Write 5.',
  ),
  seen(
    'minutes as a clock shows them',
    check('run: npx jest', 'timeout-minutes: 1:30'),
    '5:22 not the text "1:30"',
  ),
  seen('too many retries', check('run: npx jest', 'retries: 9'), '5:14 from 0 to 5, not 9'),
  seen('no, which YAML takes for a text', check('run: npx jest', 'retries: no'), '5:14 text "no"'),
  read(
    'a need that nobody meets',
    'version: 1\nchecks:\n  - {id: lint, run: x}\n  - {id: unit, run: y, needs: [lin]}\n',
    '4:31 needs lin, and there is no such check. There are lint, unit.',
  ),
  read(
    'a need of what an earlier step has run',
    'version: 1\nchecks:\n  - {id: e2e, report: {format: tap, path: a.tap}}\n  - {id: unit, run: y, needs: e2e}\n',
    '4:31 the check e2e has no `run`: an earlier step has run it',
  ),
  read(
    'a need of what is only read',
    'version: 1\nchecks:\n  - {id: lint, run: x}\n  - {id: e2e, report: {format: tap, path: a}, needs: lint}\n',
    '4:54 the check e2e has no `run`, so it needs nothing',
  ),
  read('a need of itself', check('run: x', 'needs: unit'), '5:12 the check unit needs itself'),
  read(
    'a circle',
    'version: 1\nchecks:\n  - {id: a, run: x, needs: b}\n  - {id: b, run: y, needs: a}\n',
    '3:28 a needs b needs a',
  ),
  seen(
    'a folder above the repository',
    check('run: x', 'working-directory: ../other'),
    '5:24 is a folder of the repository, counted from its root, not ../other',
  ),
  seen('variables as a list', check('run: x', 'env: [CI=1]'), '5:10 map such as {NODE_ENV: test}'),
  seen(
    'a list as a variable',
    check('run: x', 'env: {A: [1]}'),
    '5:10 A has to be a text, not a list',
  ),
  seen(
    'a name that no variable has',
    check('run: x', 'env: {a-b: c}'),
    '5:10 a-b cannot be the name',
  ),
  seen('an exit code above all', check('run: x', 'exit-codes: [0, 256]'), '5:17 from 0 to 255'),
  seen(
    'a level of logs',
    check('run: x', 'level: warn'),
    '5:12 not the text "warn". Write warning.',
  ),
]
