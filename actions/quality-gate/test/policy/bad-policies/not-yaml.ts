import { check, read, seen, type BadDocument } from './parts.ts'

export const NOT_YAML: readonly BadDocument[] = [
  seen('an empty file', '', '1:1 the file is empty. Write `checks` and `gates`'),
  seen('nothing but comments', '# gates\n# later\n', '1:1 the file is empty'),
  read(
    'a tab for indentation',
    'version: 1\nchecks:\n\t- id: unit\n',
    '3:1 Tabs are not allowed as indentation. Indent with spaces.',
  ),
  read('a list that is not closed', 'version: 1\nchecks: [{id: unit', '2:19 end with a }'),
  read('a quote that is not closed', check('run: "npx jest'), '4:10 Missing closing quote "'),
  read('a missing colon', check('run npx jest', 'retries: 1'), '4:5 is a colon, a comma'),
  read('a command with a colon and a blank', check('run: echo ready: go'), '4:10 not valid YAML'),
  read('a command that begins with a star', check('run: *jest'), '4:10 there is no anchor "&jest"'),
  read(
    'a second document',
    `${check('run: npx jest')}---\n${check('run: npx jest')}`,
    '5:1 a second document begins here',
  ),
  read(
    'a key that is written twice',
    check('run: npx jest', 'run: npx vitest'),
    '5:5 the key "run" is written twice; the first is in line 4',
  ),
  read('a tag', check('run: !!str jest'), '4:16 YAML tags (!!str) are not read'),
  read(
    'a merge key',
    'version: 1\nchecks:\n  - &base {id: unit, run: npx jest}\n  - {<<: *base, id: more}\n',
    '4:5 a check needs `run`',
    '4:6 merge keys (<<) are not read',
  ),
  seen('a program', '#!/bin/sh\nnpm test && npm run lint\n', '2:1 a policy is a map of keys'),
  seen(
    'a list of checks and nothing else',
    '- {id: unit, run: npx jest}\n',
    '1:1 Write `version: 1` before it',
  ),
]
