import { check, read, seen, size, type BadDocument } from './parts.ts'

export const REPORTS: readonly BadDocument[] = [
  seen(
    'a format that is not read',
    check('run: x', 'report: {format: checkstyle, path: c.xml}'),
    '5:22 `format` has to be one of junit, jest-json',
  ),
  seen(
    'a format that is written wrongly',
    check('run: x', 'report: {format: jestjson}'),
    '5:22 Did you mean "jest-json"?',
  ),
  seen(
    'a report without a format',
    check('run: x', 'report: {path: a.xml}'),
    '5:13 needs `format`',
  ),
  seen(
    'a path alone',
    check('run: x', 'report: a.xml'),
    '5:13 a map such as {format: junit, path: "a.xml"}',
  ),
  seen(
    'a path that leads out',
    check('run: x', 'report: {format: junit, path: ../out/junit.xml}'),
    '5:35 leads out of the folder that it counts from: ../out/junit.xml',
  ),
  seen(
    'an absolute path',
    check('run: x', 'report: {format: junit, path: [/tmp/junit.xml]}'),
    '5:35 Write it without a leading slash',
  ),
  seen('no path', check('run: x', 'report: {format: junit, path: []}'), '5:35 is an empty list'),
  seen(
    'a report of an earlier step without a path',
    check('report: {format: junit}'),
    '4:13 a report of a check without `run` needs a `path`',
  ),
  seen('a size without a path', size('{name: app}'), '3:5 a size needs `path`'),
  seen('a size above all', size('{name: app, path: ../dist/*.js}'), '3:23 leads out of the folder'),
  seen('gzip: yes', size('{name: app, path: a.js, gzip: yes}'), '3:35 true or false, not the text'),
  read(
    'two sizes of one name',
    size('{name: app, path: a.js}', '  - {name: app, path: b.js}'),
    '4:12 there are two sizes with the name app',
  ),
]
