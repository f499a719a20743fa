import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type { RotationEvent } from '../../src/core/rotation/events.ts';
import type { KeyEvent, KeyRegeneratedData, KeyRotationFailedData } from '../../src/subscriber/index.ts';
import type { keyRegenerated, keyRotationFailed } from '../../src/subscriber/schema.ts';

type Data<T extends RotationEvent['type']> = Extract<RotationEvent, { type: T }>['data'];
type Sent = RotationEvent & { readonly specversion: '1.0'; readonly time: string };

test('what the core sends is what subscribers are promised', () => {
  expectTypeOf<Sent>().toExtend<KeyEvent>();
  expectTypeOf<Sent>().toExtend<z.input<typeof keyRegenerated> | z.input<typeof keyRotationFailed>>();
});

test('each field that the core sends has a place in the contract', () => {
  expectTypeOf<Exclude<keyof Data<'KeyRegenerated'>, keyof KeyRegeneratedData>>().toBeNever();
  expectTypeOf<Exclude<keyof Data<'KeyRotationFailed'>, keyof KeyRotationFailedData>>().toBeNever();
});

test('the types are those of the schemas', () => {
  expectTypeOf<z.output<typeof keyRegenerated>['data']>().toExtend<KeyRegeneratedData>();
  expectTypeOf<KeyRegeneratedData>().toExtend<z.input<typeof keyRegenerated>['data']>();
  expectTypeOf<z.output<typeof keyRotationFailed>['data']>().toExtend<KeyRotationFailedData>();
  expectTypeOf<KeyRotationFailedData>().toExtend<z.input<typeof keyRotationFailed>['data']>();
  expectTypeOf<keyof z.output<typeof keyRegenerated>['data']>().toEqualTypeOf<keyof KeyRegeneratedData>();
  expectTypeOf<keyof z.output<typeof keyRotationFailed>['data']>().toEqualTypeOf<
    keyof KeyRotationFailedData
  >();
});
