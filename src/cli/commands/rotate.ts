import { v7 as newId, validate, version } from 'uuid';
import { parseAccountId } from '../../core/account/account.ts';
import type { Rotation } from '../client/answers.ts';
import { isOver, rotation as rotationAnswer } from '../client/answers.ts';
import { interrupted } from '../client/exchange.ts';
import { unexpectedAnswer } from '../client/refusal.ts';
import { lastOf, lookAtOne, sightings } from '../client/sightings.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../exit-code.ts';
import { accountName } from '../terminal/format.ts';
import { printable } from '../terminal/text.ts';
import { findPlanned, resolveAccount } from './accounts.ts';
import type { Command, Context } from './command.ts';
import { isOn, printJson, printLines, textOf } from './command.ts';
import { confirmation } from './confirmation.ts';
import { nextCommand } from './next-command.ts';
import { remark } from './rotation-rows.ts';

export const rotateCommand: Command = {
  name: 'rotate',
  synopsis: '<account>',
  summary: 'Rotate one account now: the policy chooses the key, and says where it should not be now.',
  details:
    'The account is named by its ARM id, or by its name where the plan has one account of that name. Shows its row\nof the plan and asks, then follows the rotation until it is over. Where the app can not answer yet, the request\nis sent again with the same id, so that the key is regenerated once.',
  maxPositionals: 1,
  timeoutSeconds: 300,
  options: {
    force: { type: 'boolean', text: 'Also before the due date and within the overlap.' },
    yes: { type: 'boolean', short: 'y', text: 'Do not ask, and do not read the plan first.' },
    'no-wait': { type: 'boolean', text: 'End once the key is regenerated.' },
    'request-id': {
      type: 'string',
      value: 'id',
      text: 'Go on with a request that was cut off; as it was printed.',
    },
  },
  run: runRotate,
};

async function runRotate(context: Context): Promise<ExitCode> {
  const [given] = context.positionals;
  if (given === undefined) throw usageError('Say which account: its ARM id, or its name.');
  const requestId = readRequestId(textOf(context.values, 'request-id'));
  const asks = !isOn(context, 'yes') && requestId === undefined;
  const accountId = asks
    ? await confirmAccount(context, given)
    : await resolveAccount(context.client, given, context.progress);
  const rotation = await requestRotation(context, accountId, requestId ?? newId());
  return report(context, isOn(context, 'no-wait') ? rotation : await follow(context, rotation));
}

/** A UUIDv7 has the time in it at which the request was first sent, so that nobody has to keep that beside it. */
function readRequestId(given: string | undefined): string | undefined {
  if (given === undefined || (validate(given) && version(given) === 7)) return given;
  throw usageError('--request-id takes the id that an earlier rotate printed.');
}

function firstSent(requestId: string): string {
  return new Date(Number.parseInt(requestId.replace('-', '').slice(0, 12), 16)).toUTCString();
}

async function confirmAccount(context: Context, given: string): Promise<string> {
  const { client, io, progress } = context;
  if (io.ask === undefined) throw usageError('Nobody is here to be asked; add --yes to rotate without.');
  const planned = await findPlanned(client, given, progress);
  if (planned === undefined) {
    const message = `The app's plan has no account ${given}. The app rotates accounts in its ROTATION_SCOPES alone.`;
    throw new CliError(EXIT.failed, { code: 'AccountNotFound', message });
  }
  const { lines, question } = confirmation(planned, isOn(context, 'force'), io.err, Date.now());
  io.err.write(`${lines.join('\n')}\n\n`);
  const answer = await io.ask(`${question} [y/N] `);
  if (io.signal.aborted) throw interrupted();
  if (/^y(es)?$/i.test(answer.trim())) return planned.accountId;
  throw new CliError(EXIT.declined, { code: 'NotConfirmed', message: 'Nothing was rotated.' });
}

async function requestRotation(context: Context, accountId: string, requestId: string): Promise<Rotation> {
  const { client, progress } = context;
  const force = isOn(context, 'force');
  if (parseAccountId(accountId) === undefined) throw unexpectedAnswer(200);
  progress.show(`Rotating ${accountName(accountId)} …`);
  try {
    return await client.request(
      {
        method: 'POST',
        path: `/api${accountId}/rotate`,
        ...(force && { query: new URLSearchParams({ force: 'true' }) }),
        headers: {
          'Repeatability-Request-ID': requestId,
          'Repeatability-First-Sent': firstSent(requestId),
        },
      },
      rotationAnswer,
    );
  } catch (error) {
    const words = ['rotate', accountId, ...(force ? ['--force'] : []), '--request-id', requestId];
    throw withNext(inWordsOfOptions(error), nextCommand(context, words));
  } finally {
    progress.clear();
  }
}

async function follow(context: Context, begun: Rotation): Promise<Rotation> {
  if (isOver(begun)) return begun;
  const { client, progress, io, json } = context;
  const name = accountName(begun.accountId);
  try {
    const last = await lastOf(sightings(client, lookAtOne(client, begun.rotationId)), ({ changes }) => {
      for (const { now } of changes) {
        const text = [name, now.keyType, now.state, remark(now)].filter((part) => part !== '').join('  ');
        if (io.err.width() !== undefined) progress.show(printable(text));
        else if (!json) io.err.write(`${printable(text)}\n`);
      }
    });
    return last.rotations[0] ?? begun;
  } catch (error) {
    throw withNext(error, nextCommand(context, ['watch', begun.rotationId]));
  } finally {
    progress.clear();
  }
}

/** The app's advice is for those who send the request themselves. */
function inWordsOfOptions(error: unknown): unknown {
  if (!(error instanceof CliError)) return error;
  const message = error.facts.message.replaceAll('?force=true', '--force');
  return new CliError(error.exitCode, { ...error.facts, message }, error.next);
}

function withNext(error: unknown, next: string): unknown {
  if (!(error instanceof CliError) || error.exitCode < EXIT.unfinished) return error;
  return new CliError(error.exitCode, error.facts, next);
}

function report(context: Context, rotation: Rotation): ExitCode {
  if (context.json) printJson(context, rotation);
  else if (rotation.state !== 'failed') printLines(context, [printable(success(context, rotation))]);
  if (rotation.state !== 'failed') return EXIT.done;
  if (context.json) return EXIT.failed;
  const { code, message } = rotation.error ?? { code: 'Unknown', message: 'The app gives no reason.' };
  throw new CliError(EXIT.failed, { code, message });
}

function success(context: Context, rotation: Rotation): string {
  const { keyType, accountId, state, rotationId, verified } = rotation;
  const key = `The ${keyType} key of ${accountName(accountId)} is regenerated`;
  const refused = verified === false ? ' Azure Maps refused the new key when it was tried: see history.' : '';
  if (state === 'completed') return `${key}, and its consumers are told (rotation ${rotationId}).${refused}`;
  return `${key}; telling its consumers goes on: ${nextCommand(context, ['watch', rotationId])}`;
}
