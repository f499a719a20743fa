import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostFunction, TimerTrigger } from '../../../../tools/functions-host/functions.ts';
import { startTimer, type TimerListener } from '../../../../tools/functions-host/timer/timer-listener.ts';
import { parseSchedule } from '../../../../tools/functions-host/timer/timer-schedule.ts';
import { createStatusStore } from '../../../../tools/functions-host/timer/timer-status.ts';
import type { Invoker, Trigger } from '../../../../tools/functions-host/worker/invoke.ts';

describe('a timer', () => {
  let directory: string;
  let timer: TimerListener | undefined;
  let runs: { at: string; isPastDue: boolean; status: Record<string, string> | null; reason: string }[];
  let runningMs: number;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'timer-'));
    runs = [];
    runningMs = 0;
    vi.useFakeTimers({ now: new Date('2026-11-25T16:20:30.500Z') });
  });
  afterEach(async () => {
    timer?.stop();
    vi.useRealTimers();
    await rm(directory, { recursive: true });
  });

  const invoker: Invoker = {
    async invoke(_target: HostFunction, trigger: Trigger) {
      const info = JSON.parse(trigger.data.json ?? '');
      const { IsPastDue: isPastDue, ScheduleStatus: status } = info;
      runs.push({ at: new Date().toISOString(), isPastDue, status, reason: trigger.reason });
      await new Promise((resolve) => setTimeout(resolve, runningMs));
      return { kind: 'failed', invocationId: 'i', error: new Error('a failure does not stop a timer') };
    },
    running: () => 0,
    drain: async () => undefined,
  };

  function start(schedule: string, more: Partial<TimerTrigger> & { disabled?: boolean } = {}): void {
    const { disabled = false, ...rest } = more;
    const parsed = parseSchedule(schedule);
    const trigger = {
      kind: 'timer',
      schedule: parsed,
      runOnStartup: false,
      useMonitor: !parsed.subMinute,
      ...rest,
    };
    const target = { name: 'target', triggerName: 'timer', trigger, disabled } as HostFunction<TimerTrigger>;
    timer = startTimer(target, invoker, createStatusStore(directory), () => undefined);
  }

  it('runs at each occurrence, told the status from before the run', async () => {
    start('0 */5 * * * *');

    await vi.advanceTimersByTimeAsync(10 * 60_000);

    expect(runs.map(({ at, isPastDue }) => [at, isPastDue])).toEqual([
      ['2026-11-25T16:25:00.000Z', false],
      ['2026-11-25T16:30:00.000Z', false],
    ]);
    expect(runs[0]?.status).toEqual({
      Last: '0001-01-01T00:00:00+00:00',
      Next: '2026-11-25T16:25:00+00:00',
      LastUpdated: '2026-11-25T16:20:30.5+00:00',
    });
    expect(runs[1]?.status).toEqual({
      Last: '2026-11-25T16:25:00+00:00',
      Next: '2026-11-25T16:30:00+00:00',
      LastUpdated: '2026-11-25T16:25:00+00:00',
    });
  });

  it('never runs twice at once, and makes up for what passed meanwhile once', async () => {
    runningMs = 35_000;
    start('*/10 * * * * *');

    await vi.advanceTimersByTimeAsync(75_000);

    expect(runs.map(({ at }) => at.slice(17, 19))).toEqual(['40', '15']);
    expect(runs[0]?.status).toBeNull();
  });

  it('waits longer than the longest timeout', async () => {
    start('0 0 0 1 3 *');

    await vi.advanceTimersByTimeAsync(96 * 24 * 3_600_000);

    expect(runs.map(({ at }) => at)).toEqual(['2027-03-01T00:00:00.000Z']);
  });

  it('runs on startup where it is told to, and then by its schedule', async () => {
    start('0 */5 * * * *', { runOnStartup: true });

    await vi.advanceTimersByTimeAsync(5 * 60_000);

    expect(runs.map(({ at, isPastDue }) => [at, isPastDue])).toEqual([
      ['2026-11-25T16:20:30.500Z', false],
      ['2026-11-25T16:25:00.000Z', false],
    ]);
    expect(runs[0]?.reason).toContain('RunOnStartup');
  });

  it('is past due where an occurrence was missed while the host was away', async () => {
    start('0 */5 * * * *');
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    timer?.stop();
    vi.setSystemTime(new Date('2026-11-25T18:02:00Z'));

    start('0 */5 * * * *');
    await vi.advanceTimersByTimeAsync(3 * 60_000);

    expect(runs.slice(1).map(({ at, isPastDue }) => [at.slice(11, 19), isPastDue])).toEqual([
      ['18:02:00', true],
      ['18:05:00', false],
    ]);
  });

  it('is not past due because its schedule was changed', async () => {
    start('0 */5 * * * *');
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    timer?.stop();
    vi.setSystemTime(new Date('2026-11-25T18:02:00Z'));

    start('0 0 * * * *');
    await vi.advanceTimersByTimeAsync(58 * 60_000);

    expect(runs.slice(1).map(({ at, isPastDue }) => [at.slice(11, 19), isPastDue])).toEqual([
      ['19:00:00', false],
    ]);
  });

  it('keeps no status of a timer that runs many times a minute', async () => {
    start('*/10 * * * * *');

    await vi.advanceTimersByTimeAsync(30_000);

    expect(runs.length).toBe(3);
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not run by itself where it is disabled or stopped, but by hand it does', async () => {
    start('0 */5 * * * *', { disabled: true, runOnStartup: true });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(runs).toEqual([]);

    void timer?.runNow();
    await vi.advanceTimersByTimeAsync(1);

    expect(runs.map(({ reason }) => reason)).toEqual([
      'This function was programmatically called via the host APIs.',
    ]);
  });

  it('refuses a status file that it cannot read', async () => {
    await writeFile(path.join(directory, 'timer-target.json'), '{"next":"soon"}');

    expect(() => start('0 */5 * * * *')).toThrow();
  });
});
