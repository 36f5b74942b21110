import { type BadFile, custom, latency, read, seen, trigger } from './bad-file.ts'

export const TIMES: readonly BadFile[] = [
  seen(
    'a duration with a unit',
    trigger('metric: CPUUtilization', 'threshold: 90', 'duration: 5m'),
    '3:13 whole number of seconds from 1 to 3600000, not the text "5m". Write 300.',
  ),
  seen('no duration', trigger('metric: CPUUtilization', 'threshold: 90'), '1:3 needs `duration`'),
  read(
    'a duration of one and a half periods',
    trigger('metric: CPUUtilization', 'threshold: 90', 'duration: 90'),
    '3:13 a multiple of the period, 60 s, not 90 s. Write 120.',
  ),
  read(
    'a duration shorter than a period',
    trigger('metric: CPUUtilization', 'threshold: 90', 'duration: 5'),
    '3:13 Write 60.',
  ),
  seen('duration and evaluation_periods', latency('evaluation_periods: 5'), '4:23 not both'),
  read(
    'more breaches than periods',
    latency('datapoints_to_alarm: 6'),
    '4:24 more than the 5 periods that are looked at',
  ),
  seen('no breach at all', latency('datapoints_to_alarm: 0'), '4:24 from 1 to 1000, not 0'),
  seen(
    'half a period',
    trigger('metric: CPUUtilization', 'threshold: 90', 'evaluation_periods: 1.5'),
    '3:23 a whole number from 1 to 1000, not 1.5',
  ),
  read(
    'a short period for a metric of AWS',
    latency('period: 30'),
    '4:11 multiple of 60 for metrics of AWS/ApplicationELB',
  ),
  read(
    'a period that is not known',
    custom('dimensions: {}', 'statistic: Sum', 'comparison: ">"', 'duration: 60', 'period: 15'),
    '8:11 has to be 10, 20, 30 or a multiple of 60, not 15',
  ),
  seen('a period of a day', latency('period: 86400'), '4:11 from 1 to 3600, not 86400'),
  read(
    'a bake that is too short',
    `bake_minutes: 5\ntriggers:\n${latency()}`,
    '1:15 510 s = 60 s warm-up + 90 s metric lag + 5 × 60 s + 60 s until a period begins. Write 9 or more',
  ),
  seen('a bake in words', `bake_minutes: 10 minutes\ntriggers:\n${latency()}`, '1:15 Write 10.'),
  seen(
    'a bake that never ends',
    `bake_minutes: 1440\ntriggers:\n${latency()}`,
    '1:15 from 1 to 360',
  ),
  read(
    'a trigger that needs half a day',
    trigger('metric: CPUUtilization', 'threshold: 90', 'duration: 43200'),
    '1:1 these triggers need a bake of 724 minutes',
  ),
  seen(
    'a lag that is too short',
    `metric_lag_seconds: 30\ntriggers:\n${latency()}`,
    '1:21 from 60 to 300, not 30',
  ),
  seen(
    'a negative warm-up',
    `warmup_seconds: -1\ntriggers:\n${latency()}`,
    '1:17 from 0 to 3600, not -1',
  ),
  seen(
    'a warm-up beyond all numbers',
    `warmup_seconds: 99999999999999999999\ntriggers:\n${latency()}`,
    '1:17 not 99999999999999999999',
  ),
]
