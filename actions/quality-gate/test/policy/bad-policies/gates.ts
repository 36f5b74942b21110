import { exception, gate, read, seen, size, type BadDocument } from './parts.ts'

export const GATES: readonly BadDocument[] = [
  seen('a gate without a metric', gate('max: 0'), '6:5 a gate needs `metric`. One of tests.total'),
  seen(
    'a metric that there is not',
    gate('metric: tests.fail', 'max: 0'),
    '6:13 there is no metric "tests.fail". Did you mean "tests.failed"?',
  ),
  seen('a metric of others', gate('metric: duplication', 'max: 3'), '6:13 There are tests.total'),
  seen('a gate without limits', gate('metric: lint.errors'), '6:13 Write `max` or `max-rise`'),
  seen(
    'the wrong direction',
    gate('metric: lint.errors', 'max-drop: 0'),
    '7:15 lint.errors is better the lower it is. Write `max-rise`.',
  ),
  seen(
    'a percentage above 100',
    gate('metric: coverage.lines', 'min: 800'),
    '6:13 no check has a report to count coverage.lines from. Give a check a `report`',
    '7:10 a percentage from 0 to 100, not 800',
  ),
  seen(
    'a percentage as a text',
    gate('metric: coverage.lines', 'check: cover', 'min: 80%'),
    '7:12 there is no check "cover"',
    '8:10 `min` has to be a number, not the text "80%". Write 80.',
  ),
  read(
    'a share where a percentage is meant',
    gate('metric: coverage.lines', 'min: 0.8'),
    '6:13 no check has a report to count coverage.lines from',
    '7:10 0.8 is less than 1 %. Write 80.',
  ),
  seen('a negative limit', gate('metric: tests.failed', 'max: -1'), '7:10 zero or more, not -1'),
  read(
    'min above max',
    gate('metric: tests.total', 'min: 9', 'max: 5'),
    '7:10 `min` (9) is above `max` (5)',
  ),
  seen(
    'a scope of another metric',
    gate('metric: tests.failed', 'scope: new-code', 'max: 0'),
    '7:12 tests.failed has the scope all, not new-code',
  ),
  seen(
    'min-lines for the whole',
    gate('metric: tests.failed', 'max: 0', 'min-lines: 9'),
    '8:16 for coverage of the scope new-code only',
  ),
  seen(
    'a misspelled key',
    gate('metric: lint.errors', 'maximum: 0'),
    '6:13 the gate has no limit',
    '7:5 a gate has no key "maximum". Did you mean `max`?',
  ),
  read(
    'a check that there is not',
    gate('metric: lint.errors', 'check: lin', 'max: 0'),
    '7:12 there is no check "lin". Did you mean lint?',
  ),
  read(
    'a check with another report',
    gate('metric: lint.errors', 'check: unit', 'max: 0'),
    '6:13 no check of unit has a report to count lint.errors from',
  ),
  read(
    'a kind of report that nobody has',
    gate('metric: vulnerabilities.high', 'max: 0'),
    '6:13 with one of the formats npm-audit',
  ),
  read(
    'a size without its entry',
    gate('metric: size.app', 'max: 250 kB'),
    '6:13 there is no size "app". Write `sizes: [{name: app, path: …}]`.',
  ),
  seen(
    'a size in words',
    size('{name: app, path: a.js}', 'gates: [{metric: size.app, max: small}]'),
    '4:33 a text such as 250 kB or 1.5 MiB, not small',
  ),
  seen(
    'a check of a size',
    size('{name: app, path: a.js}', 'gates: [{metric: size.app, max: 9, folder: api}]'),
    '4:44 a size has its own `path`',
  ),
  read(
    'one gate twice',
    gate('metric: tests.failed', 'max: 0', '', '').replace(
      /\s*$/,
      '\n  - {metric: tests.failed, max: 1}\n',
    ),
    '8:5 there are two gates with the id tests.failed. Give this one another `id`',
  ),
  seen(
    'an exception without a reason',
    exception('{gate: tests.failed, expires: 2027-01-31}'),
    '5:5 an exception needs `reason`',
  ),
  seen(
    'an exception for ever',
    exception('{gate: tests.failed, reason: later}'),
    '5:5 an exception needs `expires`. The last day on which it holds',
  ),
  read(
    'a day that there is not',
    exception('{gate: tests.failed, reason: later, expires: 2027-02-30}'),
    '5:50 is a day such as 2027-01-31, not 2027-02-30',
  ),
  seen(
    'a date as others write it',
    exception('{gate: tests.failed, reason: later, expires: 31.01.2027}'),
    '5:50 is a day such as 2027-01-31',
  ),
  seen(
    'an exception of two',
    exception('{gate: a, vulnerability: b, reason: c, expires: 2027-01-31}'),
    '5:12 an exception is of one `gate` or one `vulnerability`',
  ),
  read(
    'an exception of a gate that there is not',
    exception('{gate: tests.fail, reason: later, expires: 2027-01-31}'),
    '5:12 there is no gate "tests.fail". Did you mean tests.failed?',
  ),
  seen(
    'a check that cannot be read: what needs it is not told of, too',
    'version: 1\nchecks:\n  - {id: lint all, run: x}\n  - {id: unit, run: y, needs: lint}\n',
    "3:10 `id` has letters, digits, '.', '_' and '-' only",
  ),
  seen(
    'a report that cannot be read: its gate is not told of, too',
    'version: 1\nchecks: [{id: a, run: x, report: {format: junt}}]\ngates: [{metric: tests.failed, max: 0}]\n',
    '2:43 Did you mean "junit"?',
  ),
  seen(
    'a gate that cannot be read: its exception is not told of, too',
    exception('{gate: enough, reason: later, expires: 2027-01-31}').replace(
      'metric: tests.failed',
      'id: enough, metric: test.failed',
    ),
    '3:30 Did you mean "tests.failed"?',
  ),
  seen(
    'everything at once',
    gate('metric: lint.error', 'max: 0', 'level: info').replace('npx jest', 'npx jest &'),
    '3:21 `&` is for a shell',
    '6:13 Did you mean "lint.errors"?',
    '8:12 one of error, warning, not the text "info"',
  ),
]
