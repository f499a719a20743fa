import { describe, expect, it } from 'vitest';
import { decodePath, matchRoute, parseRoute } from '../../../../tools/functions-host/http/routes.ts';

const match = (template: string, path: string) => matchRoute(parseRoute(template), decodePath(path));

describe('a route', () => {
  it.each([
    ['a/{x}', '/a/1', { x: '1' }],
    ['a/{x}', '/A/Ü', { x: 'Ü' }],
    ['a/{x}', '/a', undefined],
    ['a/{x}', '/a/', undefined],
    ['a/{x}', '/a//', undefined],
    ['a/{x}/b', '/a//b', undefined],
    ['a/{x?}', '/a', {}],
    ['a/{x=7}', '/a', { x: '7' }],
    ['a/{x:int=7}', '/a/8', { x: '8' }],
    ['a/{*x}', '/a/b/c', { x: 'b/c' }],
    ['a/{**x}', '/a', {}],
    ['{*x}', '/', {}],
    ['a/{x}.{y}', '/a/b.c', { x: 'b', y: 'c' }],
    ['a/v{x:int}', '/a/v12', { x: '12' }],
    ['a/v{x:int}', '/a/vx', undefined],
    ['a/{x:guid}', '/a/8a8a1c3e-6f0b-4f7e-9d55-0c9f3f8f1a11', { x: '8a8a1c3e-6f0b-4f7e-9d55-0c9f3f8f1a11' }],
    ['a/{x:guid}', '/a/plan', undefined],
    ['a/{x:minlength(3):maxlength(4)}', '/a/abc', { x: 'abc' }],
    ['a/{x:minlength(3):maxlength(4)}', '/a/abcde', undefined],
    ['a/{x:length(3)}', '/a/abcd', undefined],
    ['a/{x:range(1,5)}', '/a/6', undefined],
    ['a/{x:regex(^(p|s)[a-z]+$)}', '/a/primary', { x: 'primary' }],
    ['a/{x:regex(^(p|s)[a-z]+$)}', '/a/other', undefined],
    [String.raw`a/{x:regex(^\d{{2}}/?$)}`, '/a/12', { x: '12' }],
    ['a/{x:ownconstraint}', '/a/1', { x: '1' }],
    ['a.b/{x}', '/aXb/1', undefined],
  ])('%s against %s', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it('refuses a parameter without a name', () => {
    expect(() => parseRoute('a/{}')).toThrow("The route parameter '{}' is not valid.");
  });
});

describe('a path', () => {
  it.each([
    ['/a%20b', '/a b'],
    ['/a%2Fb%2fc', '/a%2Fb%2fc'],
    ['/a%252Fb', '/a%2Fb'],
    ['/%C3%BC', '/ü'],
    ['/%FF', '/%FF'],
    ['/100%', '/100%'],
    ['/a+b', '/a+b'],
    ['/a/./b/../c', '/a/c'],
    ['/../a', '/a'],
  ])('%s is %s', (raw, decoded) => {
    expect(decodePath(raw)).toBe(decoded);
  });
});
