import { type BadFile, latency, read, trigger } from './bad-file.ts'

export const NOT_YAML: readonly BadFile[] = [
  read('an empty file', '', '1:1 the file is empty'),
  read('nothing but comments', '# triggers\n# later\n', '1:1 the file is empty'),
  read(
    'tabs for indentation',
    'triggers:\n\t- metric: RequestCount\n',
    '2:1 Tabs are not allowed as indentation. Indent with spaces.',
  ),
  read('a tab in a list', '- metric: TargetResponseTime\n\tthreshold: 5\n', '2:2 or with a tab?'),
  read(
    'a line indented too far',
    trigger('metric: HealthyHostCount', ' threshold: 1'),
    '1:11 Is a line indented too far',
  ),
  read(
    'a missing colon',
    trigger('metric: HealthyHostCount', 'threshold 1', 'duration: 60'),
    '2:3 is a colon, a comma',
  ),
  read(
    'a colon without a blank',
    'triggers:\n  - metric:RequestCount\n',
    '2:5 a trigger is a map of keys and values, not the text "metric:RequestCount"',
  ),
  read('a bare > at the end of a line', latency('comparison: >'), '4:15 Put it in quotes'),
  read('a bare >= ', latency('comparison: >='), '4:16 begins with > or | has to be in quotes'),
  read(
    'a bare > in braces',
    '[{metric: RequestCount, comparison: >, threshold: 5}]',
    '1:37 Put the value in quotes',
  ),
  read('JSON without a comma', '{"triggers": []\n "version": 1}', '2:2 Missing , between'),
  read('a list that is not closed', 'triggers: [{metric: RequestCount}', '1:34 end with a ]'),
  read(
    'quotes that are not closed',
    trigger('metric: "RequestCount'),
    '1:11 Missing closing quote "',
  ),
  read('two documents', `${latency()}---\n${latency()}`, '4:1 a second document begins here'),
  read('a key that is written twice', latency('threshold: 6'), '4:3 the first is in line 2'),
  read(
    'triggers twice',
    `triggers:\n${latency()}triggers:\n${latency()}`,
    '5:1 the key "triggers" is written twice',
  ),
  read('an alias without an anchor', latency('name: *slow'), '4:9 there is no anchor "&slow"'),
  read('a tag', latency('name: !!binary aGVsbG8='), '4:18 YAML tags (!!binary)'),
  read(
    'a tag of another language',
    latency('name: !!python/object:os.system ls'),
    '4:35 YAML tags',
  ),
  read(
    'a merge key',
    `- &base {metric: TargetResponseTime, threshold: 5, duration: 300}\n- <<: *base\n  threshold: 6\n`,
    '2:3 merge keys (<<) are not read',
    '2:3 a trigger needs one of',
    '2:3 needs `duration`',
  ),
  read(
    'a billion laughs',
    [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((letter, index) => {
        const before = 'abcdefgh'[index] ?? ''
        return `${letter}: &${letter} [${Array<string>(10).fill(`*${before}`).join(', ')}]`
      }),
    ].join('\n'),
    '2:12 more than 100 aliases (*name) are not read',
  ),
  read('a list in itself', '- &a [*a]\n', '1:7 aliases (*name) are not read'),
  read('brackets without end', '['.repeat(5000), '1:65 nested more than 64 levels deep'),
]
