import { type BadFile, custom, latency, read, seen, trigger } from './bad-file.ts'

export const VALUES: readonly BadFile[] = [
  seen('another version', `version: 2\ntriggers:\n${latency()}`, '1:10 version 2 is not known'),
  seen('a version in quotes', `version: "1"\ntriggers:\n${latency()}`, '1:10 Remove the quotes.'),
  seen(
    'a threshold in quotes',
    trigger('metric: HealthyHostCount', 'threshold: "1"', 'duration: 60'),
    '2:14 `threshold` has to be a number, not the text "1". Remove the quotes.',
  ),
  seen(
    'a threshold with a unit',
    trigger('metric: CPUUtilization', 'threshold: 80%', 'duration: 60'),
    '2:14 Write 80.',
  ),
  seen(
    'a decimal comma',
    trigger('metric: TargetResponseTime', 'threshold: 0,5', 'duration: 60'),
    '2:14 Write 0.5.',
  ),
  seen(
    'grouped digits',
    custom('dimensions: {}', 'statistic: Sum', 'comparison: "<"', 'duration: 60').replace(
      '20',
      '1_000',
    ),
    '3:14 Write 1000.',
  ),
  read(
    'an infinite threshold',
    trigger('metric: RequestCount', 'comparison: "<"', 'threshold: .inf', 'duration: 60'),
    '3:14 has to be a finite number, not .inf',
  ),
  read(
    'a threshold that is not a number',
    trigger('metric: CPUUtilization', 'threshold: .nan', 'duration: 60'),
    '2:14 not .nan',
  ),
  read(
    'a threshold that no number can hold',
    trigger('metric: CPUUtilization', 'threshold: 1e999', 'duration: 60'),
    '2:14 has to be a finite number, not 1e999',
  ),
  seen('no threshold', trigger('metric: CPUUtilization', 'duration: 60'), '1:3 needs `threshold`'),
  seen(
    'a threshold without a value',
    trigger('metric: CPUUtilization', 'threshold:', 'duration: 60'),
    '2:13 `threshold` has no value',
  ),
  seen('a name that is a number', latency('name: 5'), '4:9 Put it in quotes.'),
  seen('a name that is true', latency('name: true'), '4:9 not true. Put it in quotes.'),
  seen('a name of two lines', latency('name: "a\\nb"'), '4:9 one line of at most 100'),
  seen('an unknown action', latency('action: warning'), '4:11 Did you mean "warn"?'),
  seen(
    'missing data in the words of Terraform',
    latency('missing_data: not_breaching'),
    '4:17 Did you mean "notBreaching"?',
  ),
  seen(
    'an unknown answer to missing data',
    `on_insufficient_data: warn\ntriggers:\n${latency()}`,
    '1:23 one of pass, fail, not the text "warn"',
  ),
  seen(
    'YAML 1.1 in mind',
    `on_monitoring_error: no\ntriggers:\n${latency()}`,
    '1:22 not the text "no"',
  ),
  seen(
    'a boolean for a word',
    `on_preexisting_breach: true\ntriggers:\n${latency()}`,
    '1:24 one of demote, block, enforce, not true',
  ),
]
